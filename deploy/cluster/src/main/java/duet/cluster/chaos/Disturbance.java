package duet.cluster.chaos;

import java.time.Duration;
import java.util.Optional;

/** A disturbance is a fault that was made. */
interface Disturbance {
    /** A fault has to show its effect within this time. */
    Duration EFFECT_TIMEOUT = Duration.ofMinutes(5);

    /** Returns what it was done to. */
    String target();

    /** Ends it, where it does not end by itself. It is called once. */
    default void lift() {}

    /** Returns what is wrong with it afterwards, once the fleet is done; empty if all is well. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** Returns a disturbance that is over when it was made. */
    static Disturbance over(String target) {
        return () -> target;
    }
}
