package duet.model.glyph;

/**
 * Holds one image with what it shows; neither leaves the device.
 *
 * @param label of the {@link Glyph}
 * @param image {@link GlyphDevice#INPUTS} numbers
 */
public record GlyphSample(long label, float[] image) {}
