package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.data.InteractionLog;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.Preparation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Tensor;
import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        TrainingCheckpoint checkpoint =
                resume
                        ? TrainingCheckpoint.resume(directory, fingerprint)
                        : TrainingCheckpoint.fresh(directory, fingerprint);
        return new Trainer(new TrainingRun(threads, checkpoint)).train(LOG, options, listener);
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
