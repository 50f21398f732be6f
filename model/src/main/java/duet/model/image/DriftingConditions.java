package duet.model.image;

import java.util.SplittableRandom;

/**
 * Holds a device's rotation and colours as time goes on: an angle anywhere in the full turn, a
 * foreground that is lighter than the background in every channel. Both drift.
 */
public final class DriftingConditions {
    /** A device turns at most so many degrees from one step to the next. */
    public static final double MAX_TURN = 1.6;

    /** A colour channel changes at most so much from one step to the next; its range is 0 to 1. */
    public static final double MAX_FADE = 0.01;

    private static final double STEADY_TURN = 1;
    private static final double SWING = 10;
    private static final double FADE = 0.1;

    private final double angle;
    private final double turn;
    private final Wave swing;
    private final Wave[] foreground = new Wave[Rgb.CHANNELS];
    private final Wave[] background = new Wave[Rgb.CHANNELS];

    private DriftingConditions(SplittableRandom random) {
        this.angle = 360 * random.nextDouble();
        this.turn = STEADY_TURN * (2 * random.nextDouble() - 1);
        this.swing = Wave.draw(random, 0, SWING);
        for (int c = 0; c < Rgb.CHANNELS; c++) {
            foreground[c] = Wave.draw(random, 0.65 + 0.25 * random.nextDouble(), FADE);
            background[c] = Wave.draw(random, 0.1 + 0.25 * random.nextDouble(), FADE);
        }
    }

    /** Draws the conditions of a device. */
    public static DriftingConditions draw(SplittableRandom random) {
        return new DriftingConditions(random);
    }

    /** Returns how far the device is turned at a step, in degrees from 0 to 360. */
    public double degrees(int step) {
        double turned = (angle + turn * step + swing.at(step)) % 360;
        return turned < 0 ? turned + 360 : turned;
    }

    /** Returns the conditions at a step. */
    public Conditions at(int step) {
        return new Conditions(degrees(step), colour(foreground, step), colour(background, step));
    }

    private static Rgb colour(Wave[] channels, int step) {
        return new Rgb(channels[0].at(step), channels[1].at(step), channels[2].at(step));
    }
}
