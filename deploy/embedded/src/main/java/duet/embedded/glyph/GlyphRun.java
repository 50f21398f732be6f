package duet.embedded.glyph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.SortedMap;

/**
 * What one training and its evaluation gave.
 *
 * @param modelVersion of the bundle
 * @param seed of the devices and the training
 * @param trainingSeconds on the clock
 * @param personalized with fresh deltas
 * @param personalizedByAge by the samples between the window's end and the one classified
 * @param personalizedByLength with fresh deltas, by the vectors that the device has published so far
 * @param otherDevice with deltas of another device
 * @param meanDelta with the mean of all devices' deltas
 * @param fineTuned the fine-tuned models of {@code fineTuning}; null where nothing was tuned
 * @param fineTuning with what they are compared; null where nothing was tuned
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GlyphRun(
        String modelVersion,
        long seed,
        double trainingSeconds,
        GlyphQuality global,
        GlyphQuality personalized,
        SortedMap<Integer, GlyphQuality> personalizedByAge,
        SortedMap<Integer, GlyphQuality> personalizedByLength,
        GlyphQuality otherDevice,
        GlyphQuality meanDelta,
        GlyphQuality fineTuned,
        GlyphFineTuningQuality fineTuning) {}
