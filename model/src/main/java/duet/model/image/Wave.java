package duet.model.image;

import java.util.SplittableRandom;

/**
 * Moves a value around a mean by at most the amplitude, changing by at most {@code 2 pi amplitude /
 * period} in a step.
 *
 * @param mean what the value is on average
 * @param amplitude how far it goes from there
 * @param period steps until it comes back
 * @param phase where in the period it begins, 0 to 1
 */
public record Wave(double mean, double amplitude, double period, double phase) {
    /** No value comes back in fewer steps. */
    public static final double SHORTEST_PERIOD = 120;

    /** Draws a wave whose amplitude is anything up to the one given. */
    public static Wave draw(SplittableRandom random, double mean, double amplitude) {
        return new Wave(
                mean,
                amplitude * random.nextDouble(),
                SHORTEST_PERIOD * (1 + random.nextDouble()),
                random.nextDouble());
    }

    /** Returns the value at a step. */
    public double at(int step) {
        return mean + amplitude * Math.sin(2 * Math.PI * (step / period + phase));
    }
}
