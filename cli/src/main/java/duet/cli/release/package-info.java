/** Holds {@code duet release} and its commands. */
package duet.cli.release;
