package duet.studies.experiment.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A row of the summary: one default on one data set, with what it is compared with. What is not
 * there, or cannot be said, is null.
 *
 * @param of which row it is
 * @param metric name of the metric
 * @param global the default's own global model
 * @param delta the default's deltas, by their age in interactions
 * @param controls what else a device could do
 * @param ceiling the best model of the cloud
 * @param share what part of the way from global to ceiling the delta goes, by its age
 * @param bytes what each takes on a device
 * @param verdict what a device should do
 */
@JsonPropertyOrder({
    "of",
    "metric",
    "global",
    "delta",
    "controls",
    "ceiling",
    "share",
    "bytes",
    "verdict"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
record SummaryRow(
        Key of,
        String metric,
        @Nullable Figure global,
        SortedMap<Integer, Figure> delta,
        Controls controls,
        @Nullable Figure ceiling,
        SortedMap<Integer, Share> share,
        Bytes bytes,
        Verdict verdict) {

    /**
     * The key says which row it is.
     *
     * @param plan name of the plan
     * @param data name of the data set
     * @param backbone name of the backbone
     * @param width of the device
     * @param variant name of the default
     */
    @JsonPropertyOrder({"plan", "data", "backbone", "width", "variant"})
    record Key(String plan, String data, String backbone, int width, String variant) {}

    /**
     * A figure is a mean over users and seeds.
     *
     * @param variant whose it is
     * @param way in which it ranks
     * @param seeds trainings
     * @param mean over all of them
     * @param halfWidth of its 95 % interval over users; null where no users were kept
     * @param gain by how much it is above the row's global model; null for that itself
     * @param gainHalfWidth of the paired interval; null where users cannot be paired
     */
    @JsonPropertyOrder({"variant", "way", "seeds", "mean", "halfWidth", "gain", "gainHalfWidth"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Figure(
            String variant,
            String way,
            int seeds,
            double mean,
            @Nullable Double halfWidth,
            @Nullable Double gain,
            @Nullable Double gainHalfWidth) {}

    /**
     * These are the other ways to serve a device.
     *
     * @param otherDelta the delta of another device
     * @param meanDelta one delta for all
     * @param fineTuning the global model fine-tuned for some users
     * @param deviceMemory the device reads its own long history
     * @param biggerDevice more parameters in about the bytes that delta and history take
     * @param both deltas on a device that reads its own long history, by their age
     * @param deviceMemoryOverDelta the second minus the delta of age 0, paired
     * @param bothOverDeviceMemory both at age 0 minus the device's memory alone, paired
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Controls(
            @Nullable Figure otherDelta,
            @Nullable Figure meanDelta,
            @Nullable FineTuned fineTuning,
            @Nullable Figure deviceMemory,
            @Nullable Figure biggerDevice,
            SortedMap<Integer, Figure> both,
            @Nullable Difference deviceMemoryOverDelta,
            @Nullable Difference bothOverDeviceMemory) {}

    /**
     * Fine-tuning is too slow for all users, and every seed draws others: means over seeds, without
     * intervals.
     *
     * @param users of each seed
     * @param seeds trainings
     * @param global the global model, for these users
     * @param delta fresh deltas, for these users
     * @param fineTuned the global model fine-tuned for each of them
     */
    record FineTuned(int users, int seeds, double global, double delta, double fineTuned) {}

    /**
     * A difference of two figures, user by user.
     *
     * @param mean over users
     * @param halfWidth of its 95 % interval
     */
    record Difference(double mean, double halfWidth) {

        /** Returns whether it is above 0 by more than its interval. */
        @JsonIgnore
        boolean isAbove() {
            return mean > halfWidth;
        }

        /** Returns whether it is below 0 by more than its interval. */
        @JsonIgnore
        boolean isBelow() {
            return mean < -halfWidth;
        }
    }

    /**
     * Bytes on a device: the tensors of the model as they are stored, its own layers as float32
     * where it has a delta, and 8 bytes for each item that it keeps to read. Null where a variant
     * is missing or older than this count.
     *
     * @param delta the default with its delta
     * @param deviceMemory the device that reads its own long history
     * @param both the same with a delta
     * @param biggerDevice the bigger device
     * @param budget what the bigger device may take: the default, its delta, and the history that a
     *     device with memory keeps
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Bytes(
            @Nullable Long delta,
            @Nullable Long deviceMemory,
            @Nullable Long both,
            @Nullable Long biggerDevice,
            @Nullable Long budget) {}

    /**
     * A share is the delta's gain over that of the ceiling, with its 95 % interval by Fieller's
     * theorem.
     *
     * @param share 1 for all of it; null where it means nothing
     * @param low lower end
     * @param high upper end
     * @param whyNot why it is null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Share(
            @Nullable Double share,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable String whyNot) {

        static Share none(String whyNot) {
            return new Share(null, null, null, whyNot);
        }
    }
}
