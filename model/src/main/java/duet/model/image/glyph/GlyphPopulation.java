package duet.model.image.glyph;

import duet.model.image.ImagePopulation;
import duet.model.image.ImageTask;
import duet.model.image.PopulationSize;
import java.util.Arrays;

/** Makes populations of devices that see glyphs. */
public final class GlyphPopulation {
    /** The task: which of all glyphs an image shows. */
    public static final ImageTask TASK =
            new ImageTask(
                    "glyphs", GlyphCanvas.INPUTS, Arrays.stream(Glyph.labels()).boxed().toList());

    /**
     * The population that the project's figures are measured on: 400 devices to learn from, 60 to
     * choose on, 100 to measure on.
     */
    public static final PopulationSize STANDARD = new PopulationSize(400, 60, 100, 160);

    private GlyphPopulation() {}

    /** Makes the population that the project's figures are measured on. */
    public static ImagePopulation standard(long seed) {
        return of(seed, STANDARD);
    }

    /** Makes a population of that size. */
    public static ImagePopulation of(long seed, PopulationSize size) {
        return ImagePopulation.draw(
                TASK,
                size,
                seed,
                (group, number, own) -> new GlyphDevice("glyph-" + group.id() + "-" + number, own));
    }
}
