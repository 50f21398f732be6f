/** A terminal: lines, tables and progress. */
package duet.cli.terminal;
