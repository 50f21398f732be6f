package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real MovieLens 100K, where it lies beside the repository. */
class MovieLensTrainingIT {
    private Path folder;

    @BeforeEach
    void findData() {
        Optional<Path> found =
                Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                        .map(p -> p.resolve("shared/data/ml-100k"))
                        .filter(Files::isDirectory)
                        .findFirst();
        assumeTrue(found.isPresent(), "no shared/data/ml-100k above the working directory");
        folder = found.get();
    }

    /** Reads the log by itself: what reads logs for users stands above this module. */
    private InteractionLog log() throws IOException {
        Map<String, List<long[]>> byUser = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("u.data"))) {
            String[] fields = line.split("[\t ]+");
            byUser.computeIfAbsent(fields[0], user -> new ArrayList<>())
                    .add(new long[] {Long.parseLong(fields[1]), Long.parseLong(fields[3]) * 1_000});
        }
        List<UserHistory> users = new ArrayList<>();
        byUser.forEach(
                (user, rows) ->
                        users.add(
                                new UserHistory(
                                        user,
                                        rows.stream().mapToLong(row -> row[0]).toArray(),
                                        rows.stream().mapToLong(row -> row[1]).toArray())));
        return TestLogs.of("u.data", users);
    }

    @Test
    void theDataSetIsReadWhole() throws IOException {
        InteractionLog log = log();

        assertThat(log.users()).hasSize(943);
        assertThat(log.items()).hasSize(1682);
        assertThat(log.interactions()).isEqualTo(100_000);
        CandidateLists lists =
                CandidateLists.read(
                        folder.resolve("candidates.tsv"),
                        EvaluationSplit.last(log),
                        Vocabulary.of(log.items()));
        assertThat(lists.byUser()).hasSize(943);
    }

    @Test
    void twoEpochsRankFarBetterThanChance() throws IOException {
        InteractionLog log = log();

        TrainedModel model =
                new Trainer()
                        .train(
                                log,
                                TrainingOptions.defaults().withEpochs(2),
                                TrainingListener.NONE);

        assertThat(model.globalValidation().userAuc()).isGreaterThan(0.82);
        assertThat(model.personalizedValidation().userAuc())
                .isGreaterThan(model.globalValidation().userAuc());
    }
}
