package duet.bench.measurement;

/** Follows a job that was given a number of windows and ends after them. */
public interface RunningJob {

    /**
     * Returns whether it has read everything.
     *
     * @throws IllegalStateException if it ended otherwise, with the reason
     */
    boolean ended();

    /** Returns why it does not go on, as far as anyone knows; empty where nothing is known. */
    String trouble();
}
