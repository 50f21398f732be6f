/** Holds the commands that measure offline: experiment, gating and glyphs. */
package duet.cli.study;
