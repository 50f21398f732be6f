package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.interactions.LogFormat;
import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.model.bundle.ModelTensors;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.image.fashion.IdxFile;
import duet.model.training.PhaseState;
import duet.model.training.TrainedNetwork;
import duet.model.training.TrainingCheckpoint;
import duet.model.training.TrainingPhase;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, the model reads as it promises")
class ModelFuzzTest {
    /** The log that {@code FuzzCorpus} writes candidates for. */
    static final InteractionLog LOG =
            new InteractionLog(
                    "log",
                    List.of(
                            new UserHistory(
                                    "ann",
                                    new long[] {3, 8, 3, 8, 21},
                                    new long[] {1, 2, 3, 4, 5})),
                    Set.of("bob"),
                    ItemNames.numbers());

    private static final SortedMap<String, String> TRAINING = new TreeMap<>(Map.of("seed", "7"));

    private static final Vocabulary VOCABULARY = Vocabulary.of(SmallBundle.ITEMS);

    static final FuzzTarget<Path> CSV_LOGS = log(LogFormat.CSV);
    static final FuzzTarget<Path> TAB_LOGS = log(LogFormat.ML_100K);
    static final FuzzTarget<Path> COLON_LOGS = log(LogFormat.ML_1M);
    static final FuzzTarget<Path> SEQUENCE_LOGS = log(LogFormat.SEQUENCE);

    static final FuzzTarget<Path> CANDIDATE_LISTS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("candidates.tsv"),
                    file -> CandidateLists.read(file, EvaluationSplit.last(LOG), VOCABULARY),
                    64,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> GENERATOR_WEIGHTS =
            new FuzzTarget<>(
                    SmallBundle.with(ModelBundle.GENERATOR_WEIGHTS),
                    directory -> ModelTensors.generatorOf(ModelBundle.open(directory)),
                    64,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> IDX_FILES =
            new FuzzTarget<>(
                    FuzzTarget.asFile("values.gz"),
                    file -> IdxFile.read(file, 1000, 28),
                    64,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> TRAINED_NETWORKS =
            new FuzzTarget<>(
                    asNetwork(), TrainedNetwork::read, 128, 256 << 10, InvalidInputException.class);

    /** Reads what a training goes on from, weights and all. */
    static final FuzzTarget<Path> TRAINING_CHECKPOINTS =
            new FuzzTarget<>(
                    asCheckpoint(),
                    directory -> {
                        try (TrainingCheckpoint kept =
                                TrainingCheckpoint.resume(directory, TRAINING)) {
                            kept.recall(TrainingPhase.NETWORK);
                        }
                    },
                    128,
                    256 << 10,
                    InvalidInputException.class);

    private static FuzzTarget<Path> log(LogFormat format) {
        return new FuzzTarget<>(
                FuzzTarget.asFile(format.id() + ".txt"),
                file -> LogReader.read(LogSource.of(file.toString(), format)),
                256,
                1 << 20,
                InvalidInputException.class);
    }

    private static Function<byte[], Path> asNetwork() {
        Path directory = Scratch.directory("network");
        try {
            Files.write(directory.resolve("network.safetensors"), Safetensors.encode(Map.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return FuzzTarget.asFile("network/network.json").andThen(Path::getParent);
    }

    private static Function<byte[], Path> asCheckpoint() {
        keepCheckpoint(Scratch.directory("bundle.training"));
        return FuzzTarget.asFile("bundle.training/checkpoint.json").andThen(Path::getParent);
    }

    /** Keeps a training that has trained nothing. */
    static void keepCheckpoint(Path directory) {
        List<Map<String, Tensor>> none = List.of(Map.of());
        try (TrainingCheckpoint checkpoint = TrainingCheckpoint.fresh(directory, TRAINING)) {
            checkpoint.keep(
                    TrainingPhase.NETWORK,
                    new PhaseState(
                            List.of(),
                            none,
                            none,
                            none,
                            Map.of(),
                            Map.of(),
                            3,
                            List.of(new int[] {1, 2, 3})));
        }
    }

    @FuzzTest
    void csvLogs(byte[] input) {
        CSV_LOGS.check(input);
    }

    @FuzzTest
    void tabLogs(byte[] input) {
        TAB_LOGS.check(input);
    }

    @FuzzTest
    void colonLogs(byte[] input) {
        COLON_LOGS.check(input);
    }

    @FuzzTest
    void sequenceLogs(byte[] input) {
        SEQUENCE_LOGS.check(input);
    }

    @FuzzTest
    void candidateLists(byte[] input) {
        CANDIDATE_LISTS.check(input);
    }

    @FuzzTest
    void generatorWeights(byte[] input) {
        GENERATOR_WEIGHTS.check(input);
    }

    @FuzzTest
    void idxFiles(byte[] input) {
        IDX_FILES.check(input);
    }

    @FuzzTest
    void trainingCheckpoints(byte[] input) {
        TRAINING_CHECKPOINTS.check(input);
    }

    @FuzzTest
    void trainedNetworks(byte[] input) {
        TRAINED_NETWORKS.check(input);
    }
}
