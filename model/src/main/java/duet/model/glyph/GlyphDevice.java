package duet.model.glyph;

import java.util.SplittableRandom;

/**
 * Simulates a device that sees glyphs, one after the other: turned by any angle, with its own
 * colours. Angle and colours drift; what it sees at a step depends on its seed and the step alone.
 * Each glyph is as likely as any other, on every device.
 */
public final class GlyphDevice {
    /** An image has so many numbers. */
    public static final int INPUTS = GlyphCanvas.SIDE * GlyphCanvas.SIDE * GlyphCanvas.CHANNELS;

    /** A device turns at most so many degrees from one step to the next. */
    public static final double MAX_TURN = 1.6;

    /** A colour channel changes at most so much from one step to the next; its range is 0 to 1. */
    public static final double MAX_FADE = 0.01;

    private static final Glyph[] GLYPHS = Glyph.values();
    private static final double NOISE = 0.1;
    private static final double STEADY_TURN = 1;
    private static final double SWING = 10;
    private static final double FADE = 0.1;
    private static final double SHORTEST_PERIOD = 120;

    private final String id;
    private final long seed;
    private final double angle;
    private final double turn;
    private final Wave swing;
    private final Wave[] foreground = new Wave[GlyphCanvas.CHANNELS];
    private final Wave[] background = new Wave[GlyphCanvas.CHANNELS];

    /**
     * Moves a value around a mean by at most the amplitude, changing by at most {@code 2 pi
     * amplitude / period} in a step.
     */
    private record Wave(double mean, double amplitude, double period, double phase) {
        static Wave draw(SplittableRandom random, double mean, double amplitude) {
            return new Wave(
                    mean,
                    amplitude * random.nextDouble(),
                    SHORTEST_PERIOD * (1 + random.nextDouble()),
                    random.nextDouble());
        }

        double at(int step) {
            return mean + amplitude * Math.sin(2 * Math.PI * (step / period + phase));
        }
    }

    GlyphDevice(String id, long seed) {
        this.id = id;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.angle = 360 * random.nextDouble();
        this.turn = STEADY_TURN * (2 * random.nextDouble() - 1);
        this.swing = Wave.draw(random, 0, SWING);
        for (int c = 0; c < GlyphCanvas.CHANNELS; c++) {
            foreground[c] = Wave.draw(random, 0.65 + 0.25 * random.nextDouble(), FADE);
            background[c] = Wave.draw(random, 0.1 + 0.25 * random.nextDouble(), FADE);
        }
    }

    public String id() {
        return id;
    }

    /** Returns how far the device is turned at a step, in degrees from 0 to 360. */
    public double degrees(int step) {
        double turned = (angle + turn * step + swing.at(step)) % 360;
        return turned < 0 ? turned + 360 : turned;
    }

    /** Returns what the device sees at a step, from 0. */
    public GlyphSample sample(int step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step + 1) * 0x9E3779B97F4A7C15L);
        Glyph glyph = GLYPHS[random.nextInt(GLYPHS.length)];
        Pose pose =
                new Pose(
                        8 * random.nextGaussian(),
                        0.85 + 0.2 * random.nextDouble(),
                        0.08 * random.nextGaussian(),
                        0.08 * random.nextGaussian(),
                        0.12 + 0.06 * random.nextDouble());
        float[] image = GlyphCanvas.draw(glyph, pose, conditions(step));
        for (int i = 0; i < image.length; i++) {
            image[i] += (float) (NOISE * random.nextGaussian());
        }
        return new GlyphSample(glyph.label(), image);
    }

    Conditions conditions(int step) {
        return new Conditions(degrees(step), colour(foreground, step), colour(background, step));
    }

    private static Rgb colour(Wave[] channels, int step) {
        return new Rgb(channels[0].at(step), channels[1].at(step), channels[2].at(step));
    }
}
