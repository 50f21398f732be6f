package duet.studies.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A run holds what one training and its evaluation gave.
 *
 * @param trained the model
 * @param generated with deltas of the device's own
 * @param controls with other deltas
 * @param tuned what fine-tuning gives instead
 */
public record ImageRun(
        @JsonUnwrapped Trained trained,
        ImageQuality global,
        @JsonUnwrapped Generated generated,
        @JsonUnwrapped Controls controls,
        @JsonUnwrapped Tuned tuned) {

    /**
     * This is the model that was trained.
     *
     * @param modelVersion of the bundle
     * @param seed of the devices and the training
     * @param trainingSeconds on the clock
     */
    public record Trained(String modelVersion, long seed, double trainingSeconds) {}

    /**
     * This is the quality with deltas of the device's own.
     *
     * @param fresh generated with the newest vector
     * @param byAge by the samples between the window's end and the one classified
     * @param byLength with fresh deltas, by the vectors that the device has published so far
     */
    public record Generated(
            @JsonProperty("personalized") ImageQuality fresh,
            @JsonProperty("personalizedByAge") SortedMap<Integer, ImageQuality> byAge,
            @JsonProperty("personalizedByLength") SortedMap<Integer, ImageQuality> byLength) {}

    /**
     * This is the quality with deltas that are not the device's own.
     *
     * @param otherDevice with deltas of another device
     * @param meanDelta with the mean of all devices' deltas
     * @param ownMix with none: the device corrects global scores by its own estimate of its mix
     */
    public record Controls(ImageQuality otherDevice, ImageQuality meanDelta, ImageQuality ownMix) {}

    /**
     * This is what fine-tuning gives instead; null where nothing was tuned.
     *
     * @param fineTuned the fine-tuned models of {@code fineTuning}
     * @param fineTuning with most labels
     * @param byLabels by the labelled samples of a device
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tuned(
            @Nullable ImageQuality fineTuned,
            @Nullable ImageFineTuningQuality fineTuning,
            @JsonProperty("fineTuningByLabels")
                    @Nullable SortedMap<Integer, ImageFineTuningQuality> byLabels) {
        /** Where nothing was tuned. */
        public static final Tuned NONE = new Tuned(null, null, null);

        /** Returns what tuning gave, with one number of labels at least. */
        public static Tuned of(SortedMap<Integer, ImageFineTuningQuality> byLabels) {
            ImageFineTuningQuality most = byLabels.get(byLabels.lastKey());
            return new Tuned(most.fineTuned(), most, byLabels);
        }
    }
}
