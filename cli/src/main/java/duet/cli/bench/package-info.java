/** Shows what {@code duet bench} measures. */
package duet.cli.bench;
