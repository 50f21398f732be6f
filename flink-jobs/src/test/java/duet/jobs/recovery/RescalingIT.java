package duet.jobs.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.stream.DrivenJob;
import duet.jobs.stream.SharedCluster;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A job that is stopped with a savepoint under load and goes on at another parallelism")
class RescalingIT {
    private static final int DEVICES = 300;
    private static final int[] PARALLELISM = {1, 2, 4, 2};

    /** Interactions of a device between two savepoints. */
    private static final int INTERACTIONS = 15;

    @TempDir static Path directory;
    private static ModelBundle bundle;

    @BeforeAll
    static void start() {
        bundle = PastModel.write(directory.resolve("bundle"), false);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("loses nothing, answers nothing twice, and brings every device its weights")
    void losesNothing(Backend backend) throws Exception {
        List<PastDevice> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(
                    PastDevice.random(
                            "d-" + i,
                            new SplittableRandom(i),
                            INTERACTIONS * PARALLELISM.length + i % 7));
        }
        try (DrivenJob job =
                        DrivenJob.of(
                                SharedCluster.flink(),
                                DrivenJob.configuration(
                                        SharedCluster.broker(), bundle, "rescale-" + backend));
                OfflineWeights offline = OfflineWeights.load(bundle)) {
            Configuration settings = backend.settings();
            for (int phase = 0; phase < PARALLELISM.length; phase++) {
                job.start(PARALLELISM[phase], settings);
                job.awaitRunning();
                send(job, devices, phase);
                if (phase < PARALLELISM.length - 1) {
                    // Some of what was sent is answered before the savepoint, some after it.
                    job.await("first answer of the phase", job::answersAnything);
                    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, job.stop(directory));
                }
            }
            job.awaitCheckpointOfAllSent();

            assertThat(job.deadLetters()).isEmpty();
            assertThat(job.answered()).isEqualTo(job.sent());
            for (PastDevice device : devices) {
                offline.assertGeneratedFrom(
                        job.lastDeltas().get(device.id()), device, device.newestOfAll());
            }
        }
    }

    /** Sends the windows of one phase, of all devices in turn. */
    private static void send(DrivenJob job, List<PastDevice> devices, int phase) {
        int longest = devices.stream().mapToInt(d -> d.before().size()).max().orElseThrow();
        for (int i = 0; i < longest; i++) {
            for (PastDevice device : devices) {
                List<PastDevice.Span> spans = device.before();
                int begin = spans.size() * phase / PARALLELISM.length;
                int end = spans.size() * (phase + 1) / PARALLELISM.length;
                if (i >= begin && i < end) {
                    job.send(device.window(spans.get(i), bundle.modelVersion(), false));
                }
            }
        }
        job.flush();
    }
}
