/** Shows lines, tables and progress on a terminal. */
package duet.cli.terminal;
