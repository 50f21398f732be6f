package duet.simulator.workload;

/** Says what is wrong with a window; the job is expected to cope with all of it. */
public enum Oddity {
    /** Nothing is wrong with it. */
    NONE,
    /** It is sent once more, unchanged. */
    REPEAT,
    /** A newer window of its device left before it. */
    REORDERED,
    /** Between it and the device's window before are interactions that no window carries. */
    GAP,
    /** Its device's clock is wrong: so are its event times. */
    SKEWED,
    /** Its bytes are spoilt when it is sent; what stands here is what they were. */
    GARBAGE
}
