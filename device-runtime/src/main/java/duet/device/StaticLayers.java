package duet.device;

/** A backbone that reads windows of items. Immutable and thread-safe. */
interface StaticLayers {
    /**
     * The user states of a window.
     *
     * @param window item indices, oldest first, padded with 0 on the left
     */
    UserStates states(int[] window);

    /** The first place of a window that holds an item, its length if none does. */
    static int padding(int[] window) {
        int padding = 0;
        while (padding < window.length && window[padding] == 0) {
            padding++;
        }
        return padding;
    }
}
