/** Dead letters: listed, shown and sent back. */
package duet.operations.deadletters;
