package duet.simulator.scenario;

/**
 * Describes how devices cut what they do into windows.
 *
 * @param maxFresh a window after the first carries 1 to this many interactions that are new
 * @param overlapShare share of the windows that also carry interactions sent before
 * @param maxOverlap an overlapping window carries 1 to this many of them
 */
public record WindowShape(int maxFresh, double overlapShare, int maxOverlap) {
    /**
     * Windows have up to 5 new interactions; one window in five reaches back over up to 5 sent
     * before.
     */
    public static final WindowShape STANDARD = new WindowShape(5, 0.2, 5);

    static final int MOST_INTERACTIONS = 512;

    public WindowShape {
        Limits.range("windows.maxFresh", maxFresh, 1, MOST_INTERACTIONS);
        Limits.share("windows.overlapShare", overlapShare);
        Limits.range("windows.maxOverlap", maxOverlap, 1, MOST_INTERACTIONS);
    }
}
