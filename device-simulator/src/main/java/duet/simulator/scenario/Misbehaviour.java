package duet.simulator.scenario;

import java.time.Duration;

/**
 * Describes what devices do wrong. The shares of windows add up to at most 1: a window has one
 * fault.
 *
 * @param repeats share of the windows that are one sent before, unchanged
 * @param reordering share of the windows that leave after a newer one of their device
 * @param gaps share of the windows before which interactions are never sent
 * @param skewedDevices share of the devices whose clock is wrong, half of them fast and half of
 *     them slow
 * @param clockSkew how wrong it is
 * @param garbage share of the windows whose bytes are spoilt
 */
public record Misbehaviour(
        double repeats,
        double reordering,
        double gaps,
        double skewedDevices,
        Duration clockSkew,
        double garbage) {
    static final Duration LARGEST_SKEW = Duration.ofDays(365);

    /** Devices do nothing wrong. */
    public static final Misbehaviour NONE = new Misbehaviour(0, 0, 0, 0, Duration.ZERO, 0);

    /** Returns devices whose one fault is to send windows once more. */
    public static Misbehaviour repeats(double share) {
        return new Misbehaviour(share, 0, 0, 0, Duration.ZERO, 0);
    }

    public Misbehaviour {
        Limits.share("misbehaviour.repeats", repeats);
        Limits.share("misbehaviour.reordering", reordering);
        Limits.share("misbehaviour.gaps", gaps);
        Limits.share("misbehaviour.clockSkew.share", skewedDevices);
        Limits.atMost("misbehaviour.clockSkew.by", clockSkew, LARGEST_SKEW);
        Limits.share("misbehaviour.garbage", garbage);
        Limits.share(
                "the sum of repeats, reordering, gaps and garbage of misbehaviour",
                repeats + reordering + gaps + garbage);
    }
}
