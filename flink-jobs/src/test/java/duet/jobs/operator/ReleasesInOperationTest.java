package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.generation.PlainGenerator;
import duet.jobs.release.OpenedRelease;
import duet.jobs.release.ReleaseSource;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Releases through the whole operator; the job is started without a model of its own unless a test
 * says so.
 */
class ReleasesInOperationTest {
    private static final Duration RETIRE_AFTER = Duration.ofSeconds(60);

    private final Map<String, PlainGenerator> opened = new ConcurrentHashMap<>();
    private final List<ModelRelease> initial = new ArrayList<>();
    private ReleaseSource source;
    private OperatorHarness harness;
    private long now = 1_000;

    @BeforeEach
    void open() throws Exception {
        source = this::opens;
        start(null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private OpenedRelease opens(ModelRelease release) {
        PlainGenerator generator = new PlainGenerator(release.getVersion());
        opened.put(release.getVersion(), generator);
        return new OpenedRelease(generator, Map.of("userAuc", 0.9));
    }

    private void start(OperatorSubtaskState state) throws Exception {
        harness =
                OperatorHarness.ofReleases(
                        release -> source.open(release),
                        initial.stream().map(Records.releaseEncoder()::encode).toList(),
                        RETIRE_AFTER);
        harness.setProcessingTime(now);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private static ModelRelease release(String version, long at, double share) {
        return release(version, at, share, ReleaseState.LIVE);
    }

    private static ModelRelease release(String version, long at, double share, ReleaseState state) {
        return new ModelRelease(
                version, "file:///x", "ab".repeat(32), null, at, Map.of(), share, state, 0L, null);
    }

    /** Publishes a release and waits until the subtask says that it is ready or refused. */
    private void publish(ModelRelease release) throws Exception {
        harness.release(release);
        awaitState(release.getVersion(), ServingState.READY, ServingState.REFUSED);
    }

    private void awaitState(String version, ServingState... states) throws Exception {
        Eventually.until(
                "release " + version + " to be one of " + List.of(states),
                () -> {
                    if (is(version, states)) {
                        return true;
                    }
                    pass(10);
                    return is(version, states);
                });
    }

    private boolean is(String version, ServingState... states) throws Exception {
        return harness.statuses().stream()
                .anyMatch(
                        status ->
                                status.getVersion().equals(version)
                                        && List.of(states).contains(status.getState()));
    }

    private void pass(long millis) throws Exception {
        now += millis;
        harness.setProcessingTime(now);
    }

    private List<String> states() throws Exception {
        return harness.statuses().stream()
                .map(status -> status.getVersion() + " " + status.getState())
                .toList();
    }

    private static void assertGeneratedFrom(WeightDelta delta, String version, long... history)
            throws Exception {
        assertThat(delta.getModelVersion()).isEqualTo(version);
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .containsExactly(PlainGenerator.layer(version, history, n));
        }
    }

    @Nested
    class WhileTwoVersionsAreLive {
        @BeforeEach
        void publishTwo() throws Exception {
            publish(release("v1", 1, 1));
            publish(release("v2", 2, 0.5));
        }

        @Test
        void eachWindowIsAnsweredByItsVersion() throws Exception {
            harness.send(window("a", "v1", 0, 0, 1, 2));
            harness.send(window("b", "v2", 1, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(1);

            assertThat(harness.deltas()).hasSize(2);
            assertGeneratedFrom(harness.deltas().get(0), "v1", 1, 2);
            assertGeneratedFrom(harness.deltas().get(1), "v2", 1, 2);
            assertThat(harness.gauge("servedVersions")).isEqualTo(2);
        }

        @Test
        void aDeviceKeepsItsHistoryWhenItGoesOver() throws Exception {
            harness.send(window("a", "v1", 0, 0, 1, 2));
            harness.send(window("a", "v2", 1, 2, 3));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(harness.deltas().get(0), "v1", 1, 2);
            assertGeneratedFrom(harness.deltas().get(1), "v2", 1, 2, 3);
            assertThat(harness.deltas().get(1).getRevision())
                    .isGreaterThan(harness.deltas().get(0).getRevision());
        }

        @Test
        void eachIsBatchedByItself() throws Exception {
            for (int i = 0; i < 9; i++) {
                harness.send(window("a" + i, "v1", i, 0, 1));
                harness.send(window("b" + i, "v2", i, 0, 1));
            }
            assertThat(harness.deltas()).isEmpty();
            pass(5);

            assertThat(harness.deltas()).hasSize(18);
            assertThat(opened.get("v1").batches()).containsExactly(9);
            assertThat(opened.get("v2").batches()).containsExactly(9);
        }

        @Test
        void aThirdGoesToTheDeadLetters() throws Exception {
            harness.send(window("a", "v3", 0, 0, 1));

            assertThat(harness.deadLetters())
                    .extracting(DeadLetter::getReason)
                    .containsExactly(
                            "window of device=a is for model version v3, the job serves v1, v2");
        }

        @Test
        @SuppressWarnings("try") // closing a harness may be interrupted
        void bothAreServedAgainAfterAFailureBeforeTheFirstWindow() throws Exception {
            harness.send(window("a", "v1", 0, 0, 1, 2));
            harness.prepareSnapshotPreBarrier(1);
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();
            assertThat(opened.values()).allMatch(PlainGenerator::closed);

            start(state);
            harness.send(window("a", "v2", 1, 2, 3));
            harness.send(window("b", "v1", 2, 0, 4));
            harness.prepareSnapshotPreBarrier(2);

            assertThat(harness.deadLetters()).isEmpty();
            assertGeneratedFrom(harness.deltas().get(0), "v2", 1, 2, 3);
            assertGeneratedFrom(harness.deltas().get(1), "v1", 4);
            pass(10);
            assertThat(states())
                    .containsExactlyInAnyOrder("v1 LOADING", "v1 READY", "v2 LOADING", "v2 READY");
        }

        @Test
        void aRestoreThatCannotFetchOneOfThemIsTriedAgain() throws Exception {
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();
            source =
                    release -> {
                        throw new IOException("the server answers 503");
                    };

            assertThatThrownBy(() -> start(state))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("which was served, cannot be fetched now")
                    .hasMessageContaining("the server answers 503");
        }
    }

    @Nested
    class ARelease {
        @Test
        void isToldOnWhileItIsLoadedAndWhenItIsReady() throws Exception {
            publish(release("v1", 1, 0));

            assertThat(states()).containsExactly("v1 LOADING", "v1 READY");
            ReleaseStatus ready = harness.statuses().get(1);
            assertThat(ready.getSubtask()).isZero();
            assertThat(ready.getParallelism()).isEqualTo(1);
            assertThat(ready.getManifestSha256()).isEqualTo("ab".repeat(32));
            assertThat(ready.getReason()).isNull();
            assertThat(ready.getMetrics()).containsEntry("userAuc", 0.9).containsKey("loadMs");
            assertThat(ready.getAtMicros()).isEqualTo(2_000_000);
        }

        @Test
        void thatIsSlowHoldsNothingUp() throws Exception {
            publish(release("v1", 1, 1));
            CountDownLatch go = new CountDownLatch(1);
            source =
                    release -> {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        return opens(release);
                    };
            harness.release(release("v2", 2, 0));
            harness.send(window("a", "v1", 0, 0, 1));
            harness.send(window("b", "v2", 1, 0, 1));
            pass(20);

            assertThat(harness.deltas()).hasSize(1);
            assertThat(harness.deadLetters().get(0).getReason())
                    .endsWith("the job serves v1; that one is still being loaded");
            go.countDown();
            awaitState("v2", ServingState.READY);
        }

        @Test
        void thatIsBrokenIsRefusedWithItsReasonAndTheRunningOneGoesOn() throws Exception {
            publish(release("v1", 1, 1));
            source =
                    release -> {
                        throw new ReleaseRefusedException("its generator gives NaN\u2028at once");
                    };
            publish(release("v2", 2, 0));

            ReleaseStatus refused = harness.statuses().get(3);
            assertThat(refused.getState()).isEqualTo(ServingState.REFUSED);
            assertThat(refused.getReason()).isEqualTo("its generator gives NaN?at once");
            assertThat(harness.count("releasesRefused")).isEqualTo(1);
            harness.send(window("a", "v1", 0, 0, 1));
            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.deltas()).hasSize(1);
        }

        @Test
        void whoseBundleHoldsAnotherVersionIsRefused() throws Exception {
            PlainGenerator other = new PlainGenerator("v9");
            source = release -> new OpenedRelease(other, Map.of());
            publish(release("v2", 2, 0));

            assertThat(harness.statuses().get(1).getReason())
                    .isEqualTo("its bundle holds model version v9");
            assertThat(other.closed()).isTrue();
        }

        @Test
        void thatMakesTheEngineFailIsRefused() throws Exception {
            source =
                    release -> {
                        throw new IllegalStateException("no such operator");
                    };
            publish(release("v2", 2, 0));

            assertThat(harness.statuses().get(1).getReason())
                    .isEqualTo("cannot be loaded: no such operator");
        }

        @Test
        void thatIsNoneGoesToTheDeadLetters() throws Exception {
            harness.releaseRecord(new byte[] {'v'}, new byte[] {1, 2, 3});
            harness.release(release("v1", 1, 1.5));
            publish(release("v2", 1, 1));

            assertThat(harness.deadLetters())
                    .extracting(DeadLetter::getTopic)
                    .containsExactly("models", "models");
            assertThat(harness.deadLetters().get(1).getReason())
                    .isEqualTo("release of version=v1 goes to a share of 1.5, it must be 0 to 1");
            assertThat(harness.count("deadLetters")).isZero();
            assertThat(harness.count("deadReleases")).isEqualTo(2);
        }

        @Test
        void thereWasAtTheSubmissionIsServedBeforeTheFirstWindow() throws Exception {
            harness.close();
            initial.add(release("v1", 1, 1));
            start(null);
            harness.send(window("a", "v1", 0, 0, 1));
            harness.prepareSnapshotPreBarrier(1);

            assertGeneratedFrom(harness.deltas().get(0), "v1", 1);
        }

        @Test
        void ofTheCheckpointIsNewerThanThatOfTheSubmission() throws Exception {
            harness.close();
            initial.add(release("v1", 1, 1));
            start(null);
            publish(release("v2", 2, 1));
            harness.release(release("v1", 1, 1, ReleaseState.WITHDRAWN));
            pass(RETIRE_AFTER.toMillis());
            assertThat(states()).contains("v1 RETIRED");
            OperatorSubtaskState state = harness.snapshot(1, 1);
            harness.close();
            opened.clear();

            start(state);

            assertThat(opened).containsOnlyKeys("v2");
        }
    }

    @Nested
    class AVersionThatNoDeviceShouldRun {
        @Test
        void isRetiredInTimeWithNothingLeftWaiting() throws Exception {
            publish(release("v1", 1, 1));
            publish(release("v2", 2, 0.5));
            harness.release(release("v2", 2, 0.5, ReleaseState.WITHDRAWN));
            pass(RETIRE_AFTER.toMillis() - 4);
            harness.send(window("a", "v2", 0, 0, 1));
            assertThat(harness.deltas()).isEmpty();
            pass(4);
            pass(10);

            assertThat(harness.deltas()).hasSize(1);
            assertThat(harness.deadLetters()).isEmpty();
            assertThat(opened.get("v2").closed()).isTrue();
            assertThat(opened.get("v1").closed()).isFalse();
            assertThat(states()).endsWith("v2 RETIRED");

            harness.send(window("a", "v2", 1, 1, 2));
            assertThat(harness.deadLetters().get(0).getReason())
                    .endsWith("the job serves v1; that one is retired");
        }
    }

    @Test
    void closesWhatIsStillBeingLoaded() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        PlainGenerator late = new PlainGenerator("v1");
        source =
                release -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return new OpenedRelease(late, Map.of());
                };
        harness.release(release("v1", 1, 1));
        started.await();

        harness.close();

        assertThat(interrupted.getCount()).isZero();
        assertThat(late.closed()).isTrue();
    }
}
