package duet.bench.measurement;

/** A job that was given a number of windows and ends after them. */
public interface RunningJob {

    /**
     * Whether it has read everything.
     *
     * @throws IllegalStateException if it ended otherwise, with the reason
     */
    boolean ended();

    /** Why it does not go on, as far as anyone knows; empty where nothing is known. */
    String trouble();
}
