package duet.studies.experiment.cell;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.ControlQuality;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.HistoryLengthQuality;
import duet.model.evaluation.Oscillation;
import duet.model.training.EpochMetrics;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A result holds all that a finished cell measured; it is one JSON file.
 *
 * @param origin which cell it is
 * @param options what it was trained with, by name
 * @param dataFacts sizes of the data set
 * @param modelVersion version of the bundle that was measured
 * @param training the training
 * @param quality ranking of the test positives
 * @param cost sizes and times
 * @param versions of the software it ran on, by name
 */
public record CellResult(
        @JsonUnwrapped Origin origin,
        ObjectNode options,
        DataFacts dataFacts,
        String modelVersion,
        Training training,
        Quality quality,
        Cost cost,
        SortedMap<String, String> versions) {

    /**
     * The origin says which cell of which plan was measured.
     *
     * @param plan name of the plan
     * @param data name of the data set
     * @param backbone name of the backbone
     * @param variant name of the variant
     * @param seed of the training
     * @param fingerprint hash of everything that decides the result: data, options, what is
     *     measured
     */
    public record Origin(
            String plan,
            String data,
            String backbone,
            String variant,
            long seed,
            String fingerprint) {}

    /**
     * These are the sizes of a data set.
     *
     * @param users with enough interactions
     * @param items distinct
     * @param interactions of these users
     */
    public record DataFacts(int users, int items, long interactions) {}

    /**
     * This record says how a training went.
     *
     * @param network seconds of the network's phase, or of both where they train together; shared
     *     by the cells that share the network
     * @param generator seconds of the generator's phase; null without one
     * @param epochs every epoch, in order
     */
    public record Training(
            Seconds network, @Nullable Seconds generator, List<EpochMetrics> epochs) {}

    /**
     * This is the time that some work took.
     *
     * @param elapsed on the clock, in seconds
     * @param cpu of all threads of the process, in seconds
     */
    public record Seconds(double elapsed, double cpu) {}

    /**
     * The quality says how the test positives are ranked; null stands for what was not measured.
     *
     * @param global with the global classifier
     * @param personalizedByAge by age of the delta in interactions
     * @param historyLengths where only the newest interactions are known
     * @param controls with deltas that are not the device's own
     * @param codecs with deltas that went through the codec
     * @param oscillation how deltas change from one interaction to the next
     * @param fineTuning the global model fine-tuned for each user
     * @param users who was ranked for; null in older results
     */
    public record Quality(
            RankingMetrics global,
            SortedMap<Integer, RankingMetrics> personalizedByAge,
            List<HistoryLengthQuality> historyLengths,
            @Nullable ControlQuality controls,
            List<CodecQuality> codecs,
            @Nullable Oscillation oscillation,
            @Nullable FineTuningQuality fineTuning,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RankedUsers users) {

        /**
         * Returns this of lists of about that length.
         *
         * @see RankingMetrics#ofListsOf
         */
        public Quality ofListsOf(int length) {
            SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
            personalizedByAge.forEach((age, metrics) -> byAge.put(age, metrics.ofListsOf(length)));
            return new Quality(
                    global.ofListsOf(length),
                    byAge,
                    historyLengths.stream().map(quality -> quality.ofListsOf(length)).toList(),
                    controls == null ? null : controls.ofListsOf(length),
                    codecs.stream().map(quality -> quality.ofListsOf(length)).toList(),
                    oscillation,
                    fineTuning == null ? null : fineTuning.ofListsOf(length),
                    users);
        }
    }

    /**
     * Says who was ranked for.
     *
     * @param ranked how many users
     * @param total users of the log
     * @param skipped how many of the others there are of each reason, by its name
     */
    public record RankedUsers(int ranked, int total, SortedMap<String, Integer> skipped) {
        public RankedUsers {
            skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
        }
    }

    /**
     * The cost says what the model costs; null stands for what was not measured.
     *
     * @param deviceWidth d
     * @param deviceBytes size of all tensors of the device model as the bundle stores them
     * @param generatedNumbers numbers the generator makes for a device
     * @param deviceMillis time of ranking 100 candidates on a device
     * @param generationMicros time of generating one delta in batches of 64
     * @param deltaBytes what a device's own layers take beside the global ones, as float32; 0 where
     *     nothing is generated; null in older results
     * @param historyBytes what the items take that the device keeps to read, 8 bytes each; null in
     *     older results
     */
    public record Cost(
            int deviceWidth,
            long deviceBytes,
            int generatedNumbers,
            @Nullable Double deviceMillis,
            @Nullable Double generationMicros,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long deltaBytes,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long historyBytes) {}
}
