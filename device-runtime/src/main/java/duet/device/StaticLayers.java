package duet.device;

/** Static layers are a backbone that reads windows of items. They are immutable and thread-safe. */
interface StaticLayers {
    /**
     * Returns the user states of a window.
     *
     * @param window item indices, oldest first, padded with 0 on the left
     */
    UserStates states(int[] window);

    /** Returns the first place of a window that holds an item, or its length if none does. */
    static int padding(int[] window) {
        int padding = 0;
        while (padding < window.length && window[padding] == 0) {
            padding++;
        }
        return padding;
    }
}
