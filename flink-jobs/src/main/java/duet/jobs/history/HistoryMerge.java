package duet.jobs.history;

/**
 * A merge is the outcome of merging one window into a device's history.
 *
 * @param history the merged history; the same object as before where nothing changed
 * @param kind how the window lay relative to what was known
 * @param newer how many of the window's last interactions are newer than the newest one known
 *     before
 * @param missing for a GAP, the sequence numbers between the newest interaction known and the
 *     window: lost, or still under way; otherwise 0
 */
public record HistoryMerge(DeviceHistory history, Kind kind, int newer, long missing) {
    /**
     * Returns this merge with a history that is written now.
     *
     * @param nowMillis milliseconds since the epoch
     */
    public HistoryMerge written(long nowMillis) {
        return new HistoryMerge(history.written(nowMillis), kind, newer, missing);
    }

    /** The kind says how a window lies relative to the interactions already known. */
    public enum Kind {
        /**
         * The window starts right after the newest interaction known, or is the first of its
         * device.
         */
        NEW,
        /** The window starts with known interactions and goes on with new ones. */
        OVERLAP,
        /**
         * The window ends at or before the newest interaction known and holds nothing that is not
         * known.
         */
        REPEAT,
        /**
         * The window ends at or before the newest interaction known, and fills a gap or is older
         * than all that is kept.
         */
        LATE,
        /** The window starts after interactions that were never seen. */
        GAP
    }
}
