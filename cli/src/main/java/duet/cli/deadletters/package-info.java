/** Holds {@code duet dead-letters} and its commands. */
package duet.cli.deadletters;
