package duet.jobs.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.stream.DrivenJob;
import duet.jobs.stream.SharedCluster;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.WeightDelta;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A savepoint that older code wrote")
class OlderSavepointIT {
    @TempDir static Path directory;

    @ParameterizedTest(name = "of {0} on {1} at parallelism {2}")
    @CsvSource({"items, HASH_MAP, 4", "features, ROCKS_DB, 1"})
    @DisplayName("goes on in the job of today as if it had never stopped")
    void goesOn(String kind, Backend backend, int parallelism) throws Exception {
        boolean features = kind.equals("features");
        ModelBundle bundle = PastModel.write(directory.resolve(kind), features);
        String version = bundle.modelVersion();
        List<PastDevice> devices = PastDevice.all();
        try (DrivenJob job =
                        DrivenJob.of(
                                SharedCluster.flink(),
                                DrivenJob.configuration(
                                        SharedCluster.broker(), bundle, "past-" + kind));
                OfflineWeights offline = OfflineWeights.load(bundle)) {
            // The topic is filled as it was when the savepoint was taken: its offsets fit again.
            for (PastDevice device : devices) {
                device.before().forEach(s -> job.send(device.window(s, version, features)));
            }
            job.flush();
            Configuration settings = backend.settings();
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint(kind));
            job.start(parallelism, settings);
            Map<String, Integer> expected = new HashMap<>();
            for (PastDevice device : devices) {
                device.after().forEach(s -> job.send(device.window(s, version, features)));
                if (!device.after().isEmpty()) {
                    expected.put(device.id(), device.after().size());
                }
            }
            job.awaitCheckpointOfAllSent();

            assertThat(job.deadLetters()).isEmpty();
            Map<String, Integer> answered = new HashMap<>();
            for (WeightDelta delta : job.deltas()) {
                answered.merge(delta.getDeviceId(), delta.getAnsweredWindows(), Integer::sum);
            }
            assertThat(answered).isEqualTo(expected);
            for (PastDevice device : devices) {
                if (!device.after().isEmpty()) {
                    offline.assertGeneratedFrom(
                            job.lastDeltas().get(device.id()), device, device.newestOfAll());
                }
            }
        }
    }

    private static String savepoint(String kind) {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("flink-jobs"))) {
            root = root.getParent();
        }
        return root.resolve("flink-jobs/src/test/resources/savepoints/history-2")
                .resolve(kind)
                .toUri()
                .toString();
    }
}
