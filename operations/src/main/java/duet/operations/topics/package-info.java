/** The topics between devices and cloud. */
package duet.operations.topics;
