/** The commands of {@code duet cluster}. */
package duet.cluster.cli;
