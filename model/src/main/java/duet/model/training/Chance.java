package duet.model.training;

import java.util.SplittableRandom;

/**
 * Makes independent streams of chance from one seed, so that what one part of a training draws does
 * not move the others.
 */
public final class Chance {
    private final SplittableRandom validation;
    private final SplittableRandom network;
    private final SplittableRandom generator;

    public Chance(long seed) {
        SplittableRandom root = new SplittableRandom(seed);
        validation = root.split();
        network = root.split();
        generator = root.split();
    }

    SplittableRandom validation() {
        return validation;
    }

    public SplittableRandom network() {
        return network;
    }

    public SplittableRandom generator() {
        return generator;
    }
}
