/** {@code duet bench}. */
package duet.cli.bench;
