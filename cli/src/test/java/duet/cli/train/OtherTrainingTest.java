package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.InteractionLog;
import duet.model.data.SplitRule;
import duet.model.data.UserHistory;
import duet.model.network.Backbone;
import duet.model.training.TrainingFingerprint;
import duet.model.training.options.GeneratorObjective;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.ItemNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A training that is not the one to be resumed")
class OtherTrainingTest {
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults();

    /** Users of five interactions each, the newest with this item. */
    private static InteractionLog log(int users, long last) {
        List<UserHistory> histories = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            histories.add(
                    new UserHistory(
                            Integer.toString(user),
                            new long[] {1, 2, 3, 4, last},
                            new long[] {1, 2, 3, 4, 5}));
        }
        return new InteractionLog("log", histories, Set.of(), ItemNames.numbers());
    }

    private static SortedMap<String, String> training(TrainingOptions options) {
        return TrainingFingerprint.of(log(1_000, 5), options, 1);
    }

    private static String words(SortedMap<String, String> wanted) {
        return words(training(OPTIONS), wanted);
    }

    private static String words(SortedMap<String, String> kept, SortedMap<String, String> wanted) {
        return OtherTraining.inWords(TrainingFingerprint.differences(kept, wanted));
    }

    @Test
    @DisplayName("is told by the options of the command")
    void options() {
        assertThat(words(training(OPTIONS.withEpochs(3)), training(OPTIONS.withEpochs(5))))
                .isEqualTo("--epochs was 3, is 5");
        assertThat(words(training(OPTIONS.withEpochs(3))))
                .isEqualTo("--epochs was 20 and 150, is 3");
        assertThat(words(training(OPTIONS.withSamples(7))))
                .isEqualTo("--samples was not given, is 7");
        assertThat(words(training(OPTIONS.withSeed(8).withBackbone(Backbone.DIN))))
                .isEqualTo("--backbone was sasrec, is din; --seed was 7, is 8");
        assertThat(words(training(OPTIONS.withItems(ItemTableOption.INT8))))
                .isEqualTo("--items was auto, is int8");
        GeneratorObjective objective = OPTIONS.objective().withMaxAge(9);
        assertThat(words(training(OPTIONS.withObjective(objective))))
                .isEqualTo("--max-age was 50, is 9");
        assertThat(words(training(OPTIONS.withJoint(false))))
                .isEqualTo("--no-joint was not given, and is now");
        assertThat(words(TrainingFingerprint.of(log(1_000, 5), OPTIONS, 2)))
                .isEqualTo("--threads was 1, is 2");
        assertThat(words(training(OPTIONS.withSplit(SplitRule.parse("time=1970-01-01")))))
                .isEqualTo("--split was last, is time=1970-01-01T00:00:00Z");
    }

    @Test
    @DisplayName("is told by the options of the sizes")
    void sizes() {
        assertThat(words(training(OPTIONS.withSizes(ModelSizes.defaults(Backbone.SASREC, 16)))))
                .isEqualTo("--width was 32, is 16");
        assertThat(words(training(OPTIONS.withSizes(ModelSizes.paper()))))
                .contains(
                        "--encoder was none, is recurrent",
                        "--history was 200, is 30",
                        "--memory was 0.8,0.93,0.98,0.995, is none",
                        "--rank was 4, is 0",
                        "--cold-start was 5, is 0")
                .doesNotContain("sizes", "embeddingWidth");
    }

    @Test
    @DisplayName("is told by what the log holds")
    void logs() {
        assertThat(words(TrainingFingerprint.of(log(1_200, 5), OPTIONS, 1)))
                .isEqualTo(
                        "the log had 1,000 users, has 1,200 users; the log had 5,000 interactions,"
                                + " has 6,000 interactions");
        assertThat(words(TrainingFingerprint.of(log(1_000, 6), OPTIONS, 1)))
                .isEqualTo("the log had as many interactions, but others, or in another order");
    }

    @Test
    @DisplayName("names what no option says as it is")
    void otherVersion() {
        SortedMap<String, String> kept = training(OPTIONS);
        kept.put("network.patience", "9");
        assertThat(words(kept, training(OPTIONS)))
                .isEqualTo("network.patience was 9, is 16, as another version of Duet began it");
    }
}
