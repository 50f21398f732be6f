package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.model.data.InteractionLog;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.Preparation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingCheckpointTest {
    private static final InteractionLog LOG = SyntheticLog.of(40, 16, 1);

    private static final TrainingOptions SMALL =
            SmallTraining.options(3).withItems(ItemTableOption.FLOAT32);

    /** What an interruption is here. */
    private static final class Stopped extends RuntimeException {}

    @TempDir private Path scratch;
    private Path directory;

    @BeforeEach
    void nameDirectory() {
        directory = scratch.resolve("bundle.training");
    }

    private TrainedModel train(
            TrainingOptions options, int threads, boolean resume, TrainingListener listener) {
        var fingerprint = TrainingFingerprint.of(LOG, options, threads);
        try (TrainingCheckpoint checkpoint =
                resume
                        ? TrainingCheckpoint.resume(directory, fingerprint)
                        : TrainingCheckpoint.fresh(directory, fingerprint)) {
            return new Trainer(new TrainingRun(threads, checkpoint)).train(LOG, options, listener);
        }
    }

    /** Trains until so many epochs of all phases are done, and stops in the next one. */
    private void interrupt(TrainingOptions options, int threads, int after) {
        int[] done = {0};
        assertThatThrownBy(
                        () ->
                                train(
                                        options,
                                        threads,
                                        false,
                                        new TrainingListener() {
                                            @Override
                                            public void onProgress(TrainingProgress progress) {
                                                if (done[0] == after && progress.batch() == 2) {
                                                    throw new Stopped();
                                                }
                                            }

                                            @Override
                                            public void onEpoch(EpochMetrics metrics) {
                                                done[0]++;
                                            }
                                        }))
                .isInstanceOf(Stopped.class);
    }

    @ParameterizedTest
    @CsvSource({"false,1,1", "false,1,3", "false,1,4", "true,1,2", "false,2,2", "false,2,4"})
    void aTrainingThatWasInterruptedGivesWhatItWouldHave(boolean joint, int threads, int after) {
        TrainingOptions options = SMALL.withJoint(joint);
        TrainedModel whole =
                new Trainer(new TrainingRun(threads, PhaseMemory.NONE))
                        .train(LOG, options, TrainingListener.NONE);
        interrupt(options, threads, after);

        TrainedModel resumed = train(options, threads, true, TrainingListener.NONE);

        // The same code run twice: equal to the bit.
        assertThat(resumed.device()).isEqualTo(whole.device());
        assertThat(resumed.generator()).isEqualTo(whole.generator());
        assertThat(resumed.epochs()).isEqualTo(whole.epochs());
        assertThat(resumed.validation()).isEqualTo(whole.validation());
    }

    @ParameterizedTest
    @CsvSource({"2,NETWORK", "4,GENERATOR"})
    void tellsHowFarItIsWithWhatWasDrawnBefore(int after, TrainingPhase phase) {
        interrupt(SMALL, 1, after);
        List<Integer> done = new ArrayList<>();
        Set<Integer> totals = new HashSet<>();
        List<TrainingPhase> stepped = new ArrayList<>();

        train(
                SMALL,
                1,
                true,
                new TrainingListener() {
                    @Override
                    public void onPreparation(Preparation part, int now, int total) {
                        if (part == Preparation.DRAWS) {
                            assertThat(stepped).isEmpty();
                            done.add(now);
                            totals.add(total);
                        }
                    }

                    @Override
                    public void onProgress(TrainingProgress progress) {
                        stepped.add(progress.phase());
                    }
                });

        assertThat(stepped).startsWith(phase);
        assertThat(totals).hasSize(1);
        assertThat(done).isSorted().doesNotHaveDuplicates();
        assertThat(done.get(done.size() - 1)).isEqualTo(totals.iterator().next());
    }

    @Test
    void onlyWhatIsNeededIsKept() throws IOException {
        interrupt(SMALL, 1, 2);

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "checkpoint.json",
                            "network-2-trained0.safetensors",
                            "network-2-averaged0.safetensors",
                            "network-2-best0.safetensors",
                            "network-2-means.safetensors",
                            "network-2-variances.safetensors");
        }
    }

    @Test
    void theLockIsGivenBackAndLeavesNothing() {
        var fingerprint = TrainingFingerprint.of(LOG, SMALL, 1);
        for (int i = 0; i < 3; i++) {
            TrainingCheckpoint.fresh(directory, fingerprint).close();
            assertThat(directory).doesNotExist();
            TrainingCheckpoint.fresh(directory, fingerprint).delete();
            assertThat(directory).doesNotExist();
        }
    }

    /** Whoever may write there plants links for another's training to write through. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "network-2-means.safetensors",
                "network-3-best0.safetensors",
                "checkpoint.json.new"
            })
    void linksAreReplacedNotFollowed(String name) throws IOException {
        interrupt(SMALL, 1, 1);
        Path foreign = Files.writeString(scratch.resolve("foreign"), "untouched");
        Path absent = scratch.resolve("absent");
        Files.createSymbolicLink(directory.resolve(name), foreign);
        Files.createSymbolicLink(directory.resolve("generator-1-means.safetensors"), absent);

        train(SMALL, 1, true, TrainingListener.NONE);

        assertThat(foreign).hasContent("untouched");
        assertThat(absent).doesNotExist();
    }

    @Test
    void severalThreadsLearnAsWell() {
        TrainedModel one = new Trainer().train(LOG, SMALL.withEpochs(25), TrainingListener.NONE);
        TrainedModel three =
                new Trainer(new TrainingRun(3, PhaseMemory.NONE))
                        .train(LOG, SMALL.withEpochs(25), TrainingListener.NONE);

        assertThat(three.globalValidation().userAuc()).isGreaterThan(0.75);
        assertThat(three.personalizedValidation().userAuc()).isGreaterThan(0.75);
        assertThat(three.device().keySet()).isEqualTo(one.device().keySet());
        for (Map.Entry<String, Tensor> tensor : one.device().entrySet()) {
            assertThat(three.device().get(tensor.getKey()).shape())
                    .isEqualTo(tensor.getValue().shape());
        }
    }

    @Nested
    class Refuses {
        private void resume(TrainingOptions options) {
            train(options, 1, true, TrainingListener.NONE);
        }

        @Test
        void toResumeWhatIsNotThere() {
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("holds no interrupted training to resume");
        }

        @Test
        void otherOptions() {
            interrupt(SMALL, 1, 1);

            assertThatThrownBy(() -> resume(SMALL.withSeed(8)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is of a training with seed 7, not 8");
        }

        @Test
        void anotherLog() {
            interrupt(SMALL, 1, 1);
            var other = TrainingFingerprint.of(SyntheticLog.of(40, 16, 2), SMALL, 1);

            assertThatThrownBy(() -> TrainingCheckpoint.resume(directory, other))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is of a training with log.");
        }

        @Test
        void weightsThatWereChanged() throws IOException {
            interrupt(SMALL, 1, 1);
            Path weights = directory.resolve("network-1-means.safetensors");
            byte[] bytes = Files.readAllBytes(weights);
            bytes[bytes.length - 1] ^= 1;
            Files.write(weights, bytes);

            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("network-1-means.safetensors is not what was written");
        }

        @Test
        void aTrainingThatGoesOn() throws IOException {
            interrupt(SMALL, 1, 1);
            var fingerprint = TrainingFingerprint.of(LOG, SMALL, 1);
            String written = Files.readString(directory.resolve("checkpoint.json"));

            try (TrainingCheckpoint running = TrainingCheckpoint.resume(directory, fingerprint)) {
                for (boolean resume : new boolean[] {true, false}) {
                    assertThatThrownBy(() -> train(SMALL, 1, resume, TrainingListener.NONE))
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining("bundle.training is in use: another training");
                }
                assertThat(directory.resolve("checkpoint.json")).hasContent(written);
                assertThat(running.last()).isPresent();
            }
            resume(SMALL);
        }

        @Test
        @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void whatIsNoRegularFile() throws IOException, InterruptedException {
            interrupt(SMALL, 1, 1);
            Path weights = directory.resolve("network-1-means.safetensors");
            Path moved = Files.move(weights, scratch.resolve("moved"));

            Files.createSymbolicLink(weights, moved);
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("network-1-means.safetensors is no regular file");

            Files.delete(weights);
            assumeThat(new ProcessBuilder("mkfifo", weights.toString()).start().waitFor()).isZero();
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("network-1-means.safetensors is no regular file");

            Path description = directory.resolve("checkpoint.json");
            Files.move(description, scratch.resolve("description"));
            assumeThat(new ProcessBuilder("mkfifo", description.toString()).start().waitFor())
                    .isZero();
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("checkpoint.json is no regular file");
        }

        @Test
        void weightsOfAnotherSize() throws IOException {
            interrupt(SMALL, 1, 1);
            Path weights = directory.resolve("network-1-means.safetensors");
            for (long size : new long[] {5L << 30, 8, 0}) {
                try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
                    file.setLength(size); // takes no room on the disk
                }
                assertThatThrownBy(() -> resume(SMALL))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(
                                "network-1-means.safetensors is not what was written");
            }
        }

        @Test
        void aPlaceThatIsNoDirectoryBeforeItTrains() throws IOException {
            var fingerprint = TrainingFingerprint.of(LOG, SMALL, 1);
            Files.createSymbolicLink(directory, scratch.resolve("absent"));
            assertThatThrownBy(() -> TrainingCheckpoint.fresh(directory, fingerprint))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bundle.training is no directory");
            assertThat(scratch.resolve("absent")).doesNotExist();

            Files.delete(directory);
            Files.writeString(directory, "mine");
            assertThatThrownBy(() -> TrainingCheckpoint.fresh(directory, fingerprint))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bundle.training is no directory");
            assertThat(directory).hasContent("mine");
        }

        @Test
        void aLockThatIsALink() throws IOException {
            Files.createDirectory(directory);
            Files.createSymbolicLink(directory.resolve("lock"), scratch.resolve("absent"));
            assertThatThrownBy(
                            () ->
                                    TrainingCheckpoint.fresh(
                                            directory, TrainingFingerprint.of(LOG, SMALL, 1)))
                    .isInstanceOf(InvalidInputException.class);
            assertThat(scratch.resolve("absent")).doesNotExist();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"selection\":0      | \"selection\":\"NaN\",\"x\":0",
                    "\"selection\":0      | \"selection\":7",
                    "\"selection\":0      | \"selection\":-0",
                    "\"steps\":           | \"steps\":0",
                    "\"steps\":           | \"steps\":1,\"steps\":",
                    "\"epoch\":1,         | \"epoch\":1.9,",
                    "\"epoch\":1,         | \"epoch\":\"1\",",
                    "\"epoch\":1,         | ",
                    "\"version\":2,       | \"version\":2,\"more\":1,",
                })
        void aDescriptionThatNobodyWrites(String written, String instead) throws IOException {
            interrupt(SMALL, 1, 1);
            Path description = directory.resolve("checkpoint.json");
            String json = Files.readString(description);
            assertThat(json).contains(written.strip());

            Files.writeString(
                    description,
                    json.replace(written.strip(), instead == null ? "" : instead.strip()));
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("describes no interrupted training");

            Files.writeString(description, json + "{}");
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("describes no interrupted training");
        }

        /** As written, but of no training. */
        @Test
        void aSelectionThatIsNoNumber() throws IOException {
            interrupt(SMALL, 1, 1);
            Path description = directory.resolve("checkpoint.json");
            Files.writeString(
                    description,
                    Files.readString(description)
                            .replaceAll("\"selection\":[0-9.E-]+", "\"selection\":\"NaN\""));
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("describes no interrupted training");
        }

        /** A name that merely looks like one of its own. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "model-1-final.safetensors",
                    "network-1-trained.safetensors",
                    "network-1-means.safetensors.bak",
                    "lock.txt"
                })
        void toReplaceFilesOfOthers(String name) throws IOException {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name), "mine");
            Files.createDirectory(directory.resolve("network-1-means.safetensors"));

            assertThatThrownBy(() -> train(SMALL.withEpochs(1), 1, false, TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is no part of an interrupted training");
            assertThat(directory.resolve(name)).hasContent("mine");

            Files.delete(directory.resolve("network-1-means.safetensors"));
            assertThatThrownBy(() -> train(SMALL.withEpochs(1), 1, false, TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " is no part of an interrupted training");
            assertThat(directory.resolve(name)).hasContent("mine");
        }

        @Test
        void aDescriptionThatIsCutOffOrOfAnotherVersion() throws IOException {
            interrupt(SMALL, 1, 1);
            Path description = directory.resolve("checkpoint.json");
            String written = Files.readString(description);

            Files.writeString(description, written.substring(0, written.length() / 2));
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("describes no interrupted training");

            Files.writeString(description, written.replace("\"version\":2", "\"version\":1"));
            assertThatThrownBy(() -> resume(SMALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("has version 1, only 2 is read");
        }

        @Test
        void toReplaceWhatHoldsSomethingElseAndLosesNothing() throws IOException {
            interrupt(SMALL, 1, 1);
            Files.writeString(directory.resolve("notes.txt"), "mine");

            assertThatThrownBy(() -> train(SMALL.withEpochs(1), 1, false, TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class);
            assertThat(directory.resolve("checkpoint.json")).exists();
            resume(SMALL);
            assertThat(directory.resolve("notes.txt")).hasContent("mine");
        }

        @Test
        void toReplaceWhatIsNoCheckpoint() throws IOException {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("notes.txt"), "mine");

            assertThatThrownBy(() -> train(SMALL.withEpochs(1), 1, false, TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("notes.txt is no part of an interrupted training");
            assertThat(directory.resolve("notes.txt")).hasContent("mine");
        }
    }
}
