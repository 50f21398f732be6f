package duet.model.training.sample;

/** Names what happens to a log before the first step of a training. */
public enum Preparation {
    /** Users' interactions become indices of items, and sets of what each user trained on. */
    LAYOUT,

    /** Items are drawn that validation ranks against. */
    VALIDATION,

    /**
     * Spectral coordinates of items are computed, which item tables start from; told in users, once
     * for each pass over them.
     */
    SPECTRUM,

    /** User states by the frozen network are computed, where they are kept. */
    STATES,

    /**
     * What an interrupted phase drew in its epochs so far is drawn again, so that it goes on with
     * the same chance.
     */
    DRAWS;

    /** Is told how far it is. */
    @FunctionalInterface
    public interface Listener {
        /** Ignores everything. */
        Listener NONE = (part, done, total) -> {};

        /** Tells that {@code done} of {@code total} users, or samples, are through. */
        void done(Preparation part, int done, int total);
    }
}
