package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.OfflineEvaluation;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The model that comes with Duet")
class ShippedModelIT {

    @TempDir private Path directory;

    private final ModelBundle model = ModelBundle.open(root().resolve("models").resolve("demo"));

    @Test
    @DisplayName(
            "knows the items of the synthetic catalogue, so that a demo's rankings mean something")
    void knowsTheCatalogue() {
        assertThat(SyntheticCatalogue.standard().matches(model.vocabulary())).isTrue();
    }

    @Test
    @DisplayName("is under 2 MB")
    void small() throws IOException {
        try (Stream<Path> files = Files.list(model.directory())) {
            assertThat(files.mapToLong(ShippedModelIT::size).sum()).isLessThan(2_000_000);
        }
    }

    @Test
    @DisplayName("ranks better personalized than global, for users that it has never seen")
    void personalizes() {
        Path log = directory.resolve("strangers.csv");
        new SyntheticLog(SyntheticCatalogue.standard(), 1000, 60, 20_000).write(log);
        EvaluationSplit strangers =
                EvaluationSplit.last(LogReader.read(LogSource.of(log.toString(), null)).log());
        CandidateLists candidates = CandidateLists.draw(strangers, model.vocabulary(), 1);
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(model)) {
            OfflineEvaluation.Result result =
                    evaluation.evaluate(EvaluationTask.of(strangers, candidates));
            assertThat(result.personalized().userAuc()).isGreaterThan(result.global().userAuc());
            assertThat(result.personalized().ndcg10()).isGreaterThan(result.global().ndcg10());
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The checkout: the nearest folder above the working directory that has the launcher in it. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("duet"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
