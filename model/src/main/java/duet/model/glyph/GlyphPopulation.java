package duet.model.glyph;

import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Holds devices in three groups that have none in common: those a model learns from, those its
 * choices are made on, and those it is measured on, which it has never met.
 *
 * @param samples samples of each device
 */
public record GlyphPopulation(
        List<GlyphDevice> training,
        List<GlyphDevice> validation,
        List<GlyphDevice> test,
        int samples) {

    /**
     * Makes the population that the project's figures are measured on: 400 devices to learn from,
     * 60 to choose on, 100 to measure on.
     */
    public static GlyphPopulation standard(long seed) {
        return of(seed, 400, 60, 100, 160);
    }

    /** Makes so many devices of each group and so many samples of each device. */
    public static GlyphPopulation of(
            long seed, int training, int validation, int test, int samples) {
        requirePositive("training devices", training);
        requirePositive("validation devices", validation);
        requirePositive("test devices", test);
        requirePositive("samples", samples);
        SplittableRandom random = new SplittableRandom(seed);
        return new GlyphPopulation(
                group("training", training, random),
                group("validation", validation, random),
                group("test", test, random),
                samples);
    }

    private static List<GlyphDevice> group(String name, int size, SplittableRandom random) {
        List<GlyphDevice> devices = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            devices.add(new GlyphDevice("glyph-" + name + "-" + i, random.nextLong()));
        }
        return List.copyOf(devices);
    }

    private static void requirePositive(String what, int count) {
        if (count < 1) {
            throw new InvalidInputException(count + " " + what + ", at least 1 is needed");
        }
    }
}
