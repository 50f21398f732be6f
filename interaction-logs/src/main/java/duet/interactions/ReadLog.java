package duet.interactions;

import duet.model.data.InteractionLog;

/**
 * Holds what a log gave.
 *
 * @param log users and their interactions
 * @param report how it was read, and what of it was left out
 * @param tallies how much of it each user and each item has, those left out among them
 */
public record ReadLog(InteractionLog log, ReadReport report, Tallies tallies) {

    /**
     * Counts the interactions of a log before anything is left out of it but bad rows.
     *
     * @param ofUser of each user, in the order in which they appear
     * @param ofItem of each item, in the order in which they appear
     */
    public record Tallies(int[] ofUser, int[] ofItem) {}
}
