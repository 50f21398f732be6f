package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.generation.ServedModel;
import duet.jobs.release.OpenedRelease;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRecords.Deleted;
import duet.jobs.release.ReleaseRecords.Released;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseSource;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServedReleasesTest {
    private static final long RETIRE_AFTER = 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final TestProcessingTimeService timers = new TestProcessingTimeService();
    private final Map<String, PlainGenerator> opened = new ConcurrentHashMap<>();
    private final List<String> events = new ArrayList<>();
    private volatile ReleaseSource source = this::open;
    private ServedReleases releases;
    private long now = 100;

    @BeforeEach
    void start() throws Exception {
        timers.setCurrentTime(now);
        releases =
                new ServedReleases(
                        new ReleaseLedger(ReleaseKeys.none(), 0),
                        new ReleaseRegistry(Duration.ofMillis(RETIRE_AFTER)),
                        new ReleaseLoader(
                                release -> source.open(release),
                                "release-loader",
                                getClass().getClassLoader()),
                        ServedReleasesTest::model,
                        () -> events.add("answer"),
                        report -> events.add(report.state() + " " + report.release().getVersion()),
                        timers);
    }

    @AfterEach
    void close() {
        releases.close();
    }

    private OpenedRelease open(ModelRelease release) {
        PlainGenerator generator = new PlainGenerator(release.getVersion());
        opened.put(release.getVersion(), generator);
        return new OpenedRelease(generator, Map.of());
    }

    private static ServedModel model(DeltaGenerator generator) {
        return new ServedModel(
                generator,
                new DeltaAssembly(
                        generator.modelVersion(),
                        generator.dimensions(),
                        DeltaEncoding.FLOAT32,
                        null),
                new MicroBatch(1, 1));
    }

    private static ModelRelease release(String version, long at) {
        return new ModelRelease(
                version,
                "file:///x",
                "ab".repeat(32),
                null,
                at,
                Map.of(),
                1.0,
                ReleaseState.LIVE,
                0L,
                null);
    }

    private void pass(long millis) throws Exception {
        now += millis;
        timers.setCurrentTime(now);
    }

    /** Lets time pass until the loading thread is done and its outcome was told. */
    private void awaitEvent(String event) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!events.contains(event)) {
            assertThat(System.nanoTime()).as("%s in %s", event, events).isLessThan(deadline);
            pass(10);
            Thread.onSpinWait();
        }
    }

    @Test
    void areServedOnceTheyAreLoadedBesideTheTask() throws Exception {
        releases.apply(new Released(release("v1", 1)));
        assertThat(releases.model("v1")).isNull();
        assertThat(events).as("told by a timer alone").isEmpty();

        awaitEvent("READY v1");

        assertThat(events).containsExactly("LOADING v1", "READY v1");
        assertThat(releases.model("v1").version()).isEqualTo("v1");
        assertThat(releases.versions()).containsExactly("v1");
        assertThat(timers.getNumActiveTimers()).as("nothing is to come").isZero();
    }

    @Test
    void areThereAtOnceAfterARestore() throws Exception {
        releases.restore(List.of(release("v1", 1)), Set.of("v1"));

        assertThat(releases.versions()).containsExactly("v1");
        assertThat(events).isEmpty();
        pass(10);
        assertThat(events).containsExactly("LOADING v1", "READY v1");
    }

    @Test
    void stopARestoreThatCannotFetchOneThatWasServed() {
        source =
                release -> {
                    throw new IOException("store is down");
                };

        assertThatThrownBy(() -> releases.restore(List.of(release("v1", 1)), Set.of("v1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v1")
                .hasMessageContaining("store is down");
    }

    @Test
    void areToldToBeRefused() throws Exception {
        source =
                release -> {
                    throw new ReleaseRefusedException("its hash is wrong");
                };
        releases.apply(new Released(release("v1", 1)));
        awaitEvent("REFUSED v1");

        assertThat(releases.versions()).isEmpty();
        assertThat(releases.notServed(window("a", "v1", 0, 0, 1)))
                .isEqualTo(
                        "window of device=a is for model version v1, the job serves none; that one"
                                + " is refused: its hash is wrong");
    }

    @Test
    void retireByATimerAfterWhatWaitsWasAnswered() throws Exception {
        releases.restore(
                List.of(release("v1", 1), release("v2", 2), release("v3", 3)), Set.of("v1"));
        pass(10);
        assertThat(releases.versions()).containsExactlyInAnyOrder("v1", "v2", "v3");
        events.clear();

        pass(RETIRE_AFTER - 11);
        assertThat(opened.get("v1").closed()).isFalse();
        pass(1);

        assertThat(opened.get("v1").closed()).isTrue();
        assertThat(releases.versions()).containsExactlyInAnyOrder("v2", "v3");
        assertThat(events).startsWith("answer");
        pass(10);
        assertThat(events).containsExactly("answer", "RETIRED v1");
    }

    @Test
    void areWithdrawnByADeletion() throws Exception {
        releases.restore(List.of(release("v1", 1)), Set.of());
        releases.apply(new Deleted("v1"));
        pass(RETIRE_AFTER);

        assertThat(releases.versions()).isEmpty();
        assertThat(releases.known())
                .extracting(ModelRelease::getState)
                .containsExactly(ReleaseState.WITHDRAWN);
    }

    @Test
    void sayHowMuchHistoryTheyRead() throws Exception {
        assertThat(releases.longestHistory()).isEqualTo(1);

        releases.shipped(new PlainGenerator("shipped"));

        assertThat(releases.longestHistory()).isEqualTo(PlainGenerator.DIMENSIONS.history());
    }

    @Test
    void sayWhichVersionsThereAreInsteadOfAnUnknownOne() {
        releases.shipped(new PlainGenerator("shipped"));

        assertThat(releases.notServed(window("a", "v9", 0, 0, 1)))
                .isEqualTo("window of device=a is for model version v9, the job serves shipped");
    }

    @Test
    void areAllClosedAtTheEnd() throws Exception {
        releases.restore(List.of(release("v1", 1), release("v2", 2)), Set.of());

        releases.close();

        assertThat(opened.values()).hasSize(2).allMatch(PlainGenerator::closed);
    }
}
