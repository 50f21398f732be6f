/** Holds options, converters and views that several commands share. */
package duet.cli.option;
