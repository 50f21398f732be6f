package duet.model.image.glyph;

import duet.model.image.DriftingConditions;
import duet.model.image.ImageDevice;
import duet.model.image.ImageSample;
import java.util.SplittableRandom;

/**
 * Simulates a device that sees glyphs, one after the other: turned by any angle, with its own
 * colours. What it sees at a step depends on its seed and the step alone. Each glyph is as likely
 * as any other, on every device.
 */
final class GlyphDevice implements ImageDevice {
    private static final Glyph[] GLYPHS = Glyph.values();
    private static final double NOISE = 0.1;

    private final String id;
    private final long seed;
    private final DriftingConditions conditions;

    GlyphDevice(String id, long seed) {
        this.id = id;
        this.seed = seed;
        this.conditions = DriftingConditions.draw(new SplittableRandom(seed));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ImageSample sample(int step) {
        SplittableRandom random = new SplittableRandom(seed ^ (step + 1) * 0x9E3779B97F4A7C15L);
        Glyph glyph = GLYPHS[random.nextInt(GLYPHS.length)];
        Pose pose =
                new Pose(
                        8 * random.nextGaussian(),
                        0.85 + 0.2 * random.nextDouble(),
                        0.08 * random.nextGaussian(),
                        0.08 * random.nextGaussian(),
                        0.12 + 0.06 * random.nextDouble());
        float[] image = GlyphCanvas.draw(glyph, pose, conditions.at(step));
        for (int i = 0; i < image.length; i++) {
            image[i] += (float) (NOISE * random.nextGaussian());
        }
        return new ImageSample(glyph.label(), image);
    }
}
