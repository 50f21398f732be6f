package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.time.Duration;

/**
 * A load stage is a stage of a scenario's load. The rate goes from one value to the other in a
 * straight line; both are 0 in a closed loop, where answers decide.
 *
 * @param kind what it is for
 * @param duration how long it takes
 * @param from windows a second at its beginning
 * @param to windows a second at its end
 * @param offlineShare share of the devices that lose their connection when it begins, to have it
 *     back all at once; 0 outside of a reconnect storm
 * @param offline how long they are without
 */
public record LoadStage(
        Kind kind,
        Duration duration,
        double from,
        double to,
        double offlineShare,
        Duration offline) {
    /** Says what a stage is for. */
    public enum Kind {
        /** The rate goes up or down. */
        RAMP("ramp"),
        /** The rate stays. */
        HOLD("hold"),
        /** The rate is another for a moment. */
        SPIKE("spike"),
        /** Devices lose their connection together and come back together. */
        RECONNECT_STORM("reconnectStorm"),
        /** The rate goes down to the end. */
        COOL_DOWN("coolDown");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** Returns the name that a scenario file uses. */
        public String key() {
            return key;
        }

        /** Returns whether the stage's rate has a value at its beginning and one at its end. */
        boolean slopes() {
            return this == RAMP || this == COOL_DOWN;
        }
    }

    public LoadStage {
        Limits.positive("the duration of a stage", duration, Limits.LONGEST);
        Limits.range("the rate of a stage", from, 0, Limits.MOST_PER_SECOND);
        Limits.range("the rate of a stage", to, 0, Limits.MOST_PER_SECOND);
        Limits.share("offlineShare", offlineShare);
        Limits.atMost("offline", offline, duration);
        if (kind != Kind.RECONNECT_STORM && (offlineShare != 0 || !offline.isZero())) {
            throw new InvalidInputException(
                    "devices lose their connection together in a reconnectStorm, not in a "
                            + kind.key);
        }
        if (!kind.slopes() && from != to) {
            throw new InvalidInputException("the rate of a " + kind.key + " stays the same");
        }
    }

    /** Returns a stage at one rate. */
    public static LoadStage hold(Duration duration, double rate) {
        return new LoadStage(Kind.HOLD, duration, rate, rate, 0, Duration.ZERO);
    }

    /** Returns a stage from one rate to another. */
    public static LoadStage ramp(Duration duration, double from, double to) {
        return new LoadStage(Kind.RAMP, duration, from, to, 0, Duration.ZERO);
    }
}
