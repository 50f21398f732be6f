/** Holds {@code duet cluster} and its commands. */
package duet.cli.cluster;
