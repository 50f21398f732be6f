package duet.interactions;

/** Hears how far a log is read. */
@FunctionalInterface
public interface ReadListener {
    /** Hears nothing. */
    ReadListener NONE = rows -> {};

    /** Hears now and then how many rows have been read. */
    void rows(long rows);
}
