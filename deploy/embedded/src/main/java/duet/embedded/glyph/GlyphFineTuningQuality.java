package duet.embedded.glyph;

/**
 * Fine-tuning beside generation, on the same devices and samples: both know what a device saw up to one step, fine-tuning
 * with labels, generation without.
 *
 * @param devices that were tuned
 * @param labelled samples of each device that it was tuned on
 * @param epochs passes over them; this and the other settings did best on validation devices
 * @param batch samples in a step
 * @param learningRate Adam's
 * @param classifierOnly whether only the dynamic layers were tuned
 * @param secondsPerDevice that a tuning took
 * @param secondsPerGeneration that a generation takes, alone in its batch
 */
public record GlyphFineTuningQuality(
        int devices,
        int labelled,
        int epochs,
        int batch,
        double learningRate,
        boolean classifierOnly,
        double secondsPerDevice,
        double secondsPerGeneration,
        GlyphQuality global,
        GlyphQuality personalized,
        GlyphQuality fineTuned) {}
