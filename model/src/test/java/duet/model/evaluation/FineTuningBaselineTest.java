package duet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.bundle.BundleExport;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.network.Backbone;
import duet.model.training.SyntheticLog;
import duet.model.training.options.ModelSizes;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Fine-tuning some users of an evaluation")
class FineTuningBaselineTest {
    private static final long UNKNOWN = 999_999;

    @TempDir private Path directory;
    private ModelBundle bundle;
    private EvaluationSplit split;
    private List<EvaluationTask> tasks;

    /** Everybody can be ranked for, and the validation item of the first user is unknown. */
    @BeforeEach
    void write() {
        InteractionLog log = SyntheticLog.of(4, 12, 1);
        Vocabulary vocabulary = log.vocabulary();
        ModelSizes sizes =
                new ModelSizes(
                        6,
                        12,
                        ModelSizes.small().device().withWidth(8),
                        ModelSizes.small().generator(),
                        List.of());
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        Backbone.SASREC,
                        sizes.dimensions(vocabulary.size()),
                        vocabulary,
                        3);
        List<UserHistory> users = new ArrayList<>(log.users());
        UserHistory first = users.get(0);
        long[] items = first.items().clone();
        items[items.length - 2] = UNKNOWN;
        users.set(0, new UserHistory(first.user(), items, first.timestamps()));
        split = EvaluationSplit.last(TestLogs.of("log", users));
        tasks = EvaluationTask.of(split, CandidateLists.draw(split, vocabulary, 7));
    }

    @Test
    @DisplayName("leaves out who has a validation item that the model does not know")
    void unknownValidationItem() {
        assertThat(tasks).hasSize(4);
        assertThat(FineTuningBaseline.tunableUsers(bundle, split, tasks)).isEqualTo(3);

        FineTuningQuality quality = measure(3);

        assertThat(quality.users()).isEqualTo(3);
        assertThat(quality.fineTuned().users()).isEqualTo(3);
    }

    @Test
    @DisplayName("refuses more users than can be fine-tuned for")
    void tooMany() {
        assertThatThrownBy(() -> measure(4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("fine-tuning 4 users is not possible, there are 3 in log");
    }

    private FineTuningQuality measure(int users) {
        return FineTuningBaseline.measure(
                bundle, split, tasks, users, 1, OfflineEvaluation.Progress.NONE);
    }
}
