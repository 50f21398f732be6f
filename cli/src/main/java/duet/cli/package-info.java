/** Is the {@code duet} command line: it parses, calls and shows. */
package duet.cli;
