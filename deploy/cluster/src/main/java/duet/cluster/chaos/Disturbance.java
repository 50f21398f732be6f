package duet.cluster.chaos;

import java.util.Optional;

/** A fault that was made. */
interface Disturbance {

    /** What it was done to. */
    String target();

    /** Ends it, where it does not end by itself. Called once. */
    default void lift() {}

    /** What is wrong with it afterwards, once the fleet is done; nothing if all is well. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** One that is over when it was made. */
    static Disturbance over(String target) {
        return () -> target;
    }
}
