package duet.model.image.fashion;

import duet.model.image.DriftingConditions;
import duet.model.image.ImageDevice;
import duet.model.image.ImageSample;
import java.util.SplittableRandom;

/**
 * Simulates a device that sees photographs, one after the other: turned by any angle, in its own
 * colours, and of each class as often as its mix says; all three drift. What it sees at a step
 * depends on its seed and the step alone, and it sees no photograph twice before it has seen as
 * many samples as there are photographs of a class.
 */
final class FashionDevice implements ImageDevice {
    private final String id;
    private final long seed;
    private final FashionCanvas canvas;
    private final Photographs photographs;
    private final DriftingConditions conditions;
    private final ClassMix mix;

    /** Where the device begins among the photographs of each class, and how far it goes on. */
    private final int[] first = new int[Photographs.CLASSES];

    private final int[] stride = new int[Photographs.CLASSES];

    FashionDevice(String id, long seed, Photographs photographs, FashionCanvas canvas) {
        this.id = id;
        this.seed = seed;
        this.canvas = canvas;
        this.photographs = photographs;
        SplittableRandom random = new SplittableRandom(seed);
        this.conditions = DriftingConditions.draw(random);
        this.mix = ClassMix.draw(random, Photographs.CLASSES);
        for (int label = 0; label < Photographs.CLASSES; label++) {
            int count = photographs.count(label);
            first[label] = random.nextInt(count);
            do {
                stride[label] = 1 + random.nextInt(count);
            } while (commonDivisor(stride[label], count) > 1);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ImageSample sample(int step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step + 1) * 0x9E3779B97F4A7C15L);
        int label = mix.at(step, random.nextDouble());
        return new ImageSample(
                label,
                canvas.draw(
                        photographs.photograph(label, number(label, step)), conditions.at(step)));
    }

    /**
     * Returns which photograph of a class the device sees at a step: another one at each, as the
     * stride has no divisor in common with their number.
     */
    int number(int label, int step) {
        long place = first[label] + (long) stride[label] * step;
        return (int) (place % photographs.count(label));
    }

    private static int commonDivisor(int a, int b) {
        return b == 0 ? a : commonDivisor(b, a % b);
    }
}
