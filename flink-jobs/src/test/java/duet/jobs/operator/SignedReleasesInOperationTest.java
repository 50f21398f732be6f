package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.PlainGenerator;
import duet.jobs.release.OpenedRelease;
import duet.jobs.release.ReleaseRegistry;
import duet.jobs.release.ReleaseSource;
import duet.jobs.security.PemKeys;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.Records;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import duet.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job that asks for signatures of releases")
class SignedReleasesInOperationTest {
    private static final String OLDER = "it is older than what was released since";
    private static final long LATE_MILLIS = TimeUnit.MINUTES.toMillis(11);

    @TempDir private Path directory;
    private final List<ModelRelease> initial = new ArrayList<>();
    private Signer publisher;
    private Signer promoter;
    private Signer stranger;
    private ReleaseKeys keys;
    private OperatorHarness harness;
    private long now = 1_700_000_000_000L;

    /** Opens whatever it is given, and asks for signatures. */
    private volatile boolean broken;

    private final class Source implements ReleaseSource {
        private static final long serialVersionUID = 1L;

        @Override
        public OpenedRelease open(ModelRelease release) throws ReleaseRefusedException {
            if (broken) {
                throw new ReleaseRefusedException("its bundle is broken");
            }
            return new OpenedRelease(new PlainGenerator(release.getVersion()), Map.of());
        }

        @Override
        public ReleaseKeys keys() {
            return keys;
        }
    }

    @BeforeEach
    void open() throws Exception {
        PemKeys publishing = PemKeys.make(directory);
        PemKeys promoting = PemKeys.make(directory);
        publisher = publishing.signer();
        promoter = promoting.signer();
        stranger = PemKeys.make(directory).signer();
        keys =
                ReleaseKeys.of(
                        Verifier.read(publishing.publicKey()),
                        Verifier.read(promoting.publicKey()));
        start(null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void start(OperatorSubtaskState state) throws Exception {
        harness =
                OperatorHarness.ofReleases(
                        new Source(),
                        initial.stream().map(Records.releaseEncoder()::encode).toList(),
                        Duration.ofMinutes(10));
        harness.setProcessingTime(now);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        start(state);
    }

    private long micros() {
        return TimeUnit.MILLISECONDS.toMicros(now);
    }

    private ModelRelease unsigned(String version, double share) {
        return ModelRelease.newBuilder()
                .setVersion(version)
                .setBundleUri("https://models.example.org/" + version)
                .setManifestSha256("ab".repeat(32))
                .setReleasedAtMicros(micros())
                .setShare(share)
                .setCounter(micros())
                .build();
    }

    private ModelRelease signed(String version, double share) {
        return signed(unsigned(version, share));
    }

    private ModelRelease signed(ModelRelease release) {
        release.setSignature(publisher.signPublication(release));
        release.setRolloutSignature(promoter.signRollout(release));
        return release;
    }

    private ModelRelease changed(ModelRelease release, Consumer<ModelRelease> change) {
        ModelRelease changed = ModelRelease.newBuilder(release).build();
        change.accept(changed);
        return changed;
    }

    private void pass(long millis) throws Exception {
        now += millis;
        harness.setProcessingTime(now);
    }

    private void serve(ModelRelease release) throws Exception {
        harness.release(release);
        awaitState(release.getVersion(), ServingState.READY);
    }

    private void awaitState(String version, ServingState state) throws Exception {
        Eventually.until(
                "release " + version + " to be " + state,
                () -> {
                    pass(10);
                    return states(version).contains(state);
                });
    }

    private List<ServingState> states(String version) throws Exception {
        return harness.statuses().stream()
                .filter(status -> status.getVersion().equals(version))
                .map(ReleaseStatus::getState)
                .toList();
    }

    private List<String> reasons() throws Exception {
        return harness.deadLetters().stream().map(DeadLetter::getReason).toList();
    }

    /** The record goes to the dead letters, and what is served goes on. */
    private void assertRefused(ModelRelease release, String reason) throws Exception {
        int before = harness.deadLetters().size();
        Object served = harness.gauge("servedVersions");
        harness.release(release);
        pass(10);
        assertThat(reasons())
                .hasSize(before + 1)
                .last()
                .isEqualTo(
                        "release of version="
                                + release.getVersion()
                                + " does not count: "
                                + reason);
        assertThat(harness.gauge("servedVersions")).isEqualTo(served);
    }

    @Test
    @DisplayName("refuses whatever was altered, and serves the release itself")
    void altered() throws Exception {
        ModelRelease release = signed("v1", 0.5);
        String unpublished = "none of the trusted keys has signed it";
        String unrolled = "none of the keys that may do so has signed its share and state";
        assertRefused(
                changed(release, r -> r.setBundleUri("https://elsewhere.example.org/v1")),
                unpublished);
        assertRefused(changed(release, r -> r.setReleasedAtMicros(1)), unpublished);
        assertRefused(changed(release, r -> r.setVersion("v9")), unpublished);
        assertRefused(changed(release, r -> r.setShare(1)), unrolled);
        assertRefused(changed(release, r -> r.setState(ReleaseState.WITHDRAWN)), unrolled);
        assertRefused(changed(release, r -> r.setCounter(r.getCounter() + 1)), unrolled);
        assertRefused(changed(release, r -> r.setSignature(null)), "it is not signed");
        assertThat(harness.statuses()).isEmpty();

        serve(release);
    }

    @Test
    @DisplayName("serves the good release behind any number of unsigned announcements")
    void flooded() throws Exception {
        for (int i = 0; i < ReleaseRegistry.MAX_SERVED; i++) {
            assertRefused(unsigned("flood-" + i, 0), "it is not signed");
        }
        serve(signed("v1", 1));
        assertThat(harness.gauge("servedVersions")).isEqualTo(1);
    }

    @Test
    @DisplayName("loads what was refused again when it is released again, and for no repeat")
    void repeated() throws Exception {
        broken = true;
        ModelRelease release = signed("v1", 1);
        harness.release(release);
        awaitState("v1", ServingState.REFUSED);
        harness.release(release);
        pass(10);
        assertThat(states("v1")).containsExactly(ServingState.LOADING, ServingState.REFUSED);

        broken = false;
        serve(signed("v1", 1));
    }

    @Test
    @DisplayName("lets no untrusted record change what is said of a version that is served")
    void servedVersion() throws Exception {
        serve(signed("v1", 1));
        assertRefused(unsigned("v1", 0), "it is not signed");
        assertThat(states("v1")).containsExactly(ServingState.LOADING, ServingState.READY);
    }

    @Test
    @DisplayName("takes no record again that was changed since, after a restart neither")
    void pinned() throws Exception {
        ModelRelease first = signed("v1", 1);
        serve(first);
        pass(10);
        ModelRelease second = signed("v2", 1);
        serve(second);
        pass(10);
        ModelRelease withdrawn =
                signed(
                        changed(
                                second,
                                r -> {
                                    r.setState(ReleaseState.WITHDRAWN);
                                    r.setCounter(micros());
                                }));
        harness.release(withdrawn);
        assertThat(reasons()).isEmpty();
        assertRefused(second, OLDER);

        restart();
        assertRefused(second, OLDER);
        // Of a version that is not known, older than all that was ever taken.
        assertRefused(signed(changed(first, r -> r.setVersion("v0"))), OLDER);
        harness.release(first);
        assertThat(reasons()).hasSize(2);
    }

    @Test
    @DisplayName("takes no time and no counter of the future, and is not held up by them")
    void future() throws Exception {
        String future = "its time or counter is more than 10 minutes in the future";
        for (long at :
                new long[] {Long.MAX_VALUE, TimeUnit.MILLISECONDS.toMicros(now + LATE_MILLIS)}) {
            assertRefused(
                    signed(changed(unsigned("late", 1), r -> r.setReleasedAtMicros(at))), future);
            assertRefused(signed(changed(unsigned("late", 1), r -> r.setCounter(at))), future);
        }
        serve(signed("v1", 1));
    }

    @Test
    @DisplayName("lets who publishes announce alone, and who promotes publish nothing")
    void roles() throws Exception {
        ModelRelease announced = unsigned("v1", 0);
        announced.setSignature(publisher.signPublication(announced));
        announced.setRolloutSignature(publisher.signRollout(announced));
        serve(announced);

        ModelRelease promoted = changed(announced, r -> r.setShare(1));
        promoted.setRolloutSignature(publisher.signRollout(promoted));
        assertRefused(promoted, "none of the keys that may do so has signed its share and state");

        ModelRelease published = unsigned("v2", 0);
        published.setSignature(promoter.signPublication(published));
        published.setRolloutSignature(promoter.signRollout(published));
        assertRefused(published, "none of the trusted keys has signed it");

        promoted.setRolloutSignature(promoter.signRollout(promoted));
        harness.release(promoted);
        assertThat(reasons()).hasSize(2);
    }

    @Test
    @DisplayName("takes a deletion for no withdrawal")
    void deleted() throws Exception {
        serve(signed("v1", 1));
        harness.releaseRecord("v1".getBytes(StandardCharsets.UTF_8), null);
        pass(TimeUnit.MINUTES.toMillis(20));

        assertThat(reasons())
                .containsExactly(
                        "release of version=v1 is not deleted: a deletion cannot be signed");
        harness.send(window("a", "v1", 0, 0, 1));
        assertThat(reasons()).hasSize(1);
    }

    @Test
    @DisplayName("verifies what it restores, and loses nothing by a wrong key")
    void otherKeys() throws Exception {
        serve(signed("v1", 1));
        ReleaseKeys right = keys;
        keys = ReleaseKeys.of(Verifier.read(PemKeys.make(directory).publicKey()));
        restart();
        awaitState("v1", ServingState.REFUSED);
        assertThat(harness.gauge("servedVersions")).isEqualTo(0);

        keys = right;
        restart();
        assertThat(harness.gauge("servedVersions")).isEqualTo(1);
    }

    @Test
    @DisplayName("verifies what there was at its submission, too")
    void submitted() throws Exception {
        harness.close();
        ModelRelease first = signed("v1", 1);
        initial.add(first);
        ModelRelease forged = unsigned("v2", 1);
        forged.setSignature(stranger.signPublication(forged));
        forged.setRolloutSignature(stranger.signRollout(forged));
        initial.add(forged);
        start(null);

        assertThat(harness.gauge("servedVersions")).isEqualTo(1);
        awaitState("v2", ServingState.REFUSED);
        assertRefused(
                signed(
                        changed(
                                first,
                                r -> {
                                    r.setVersion("v0");
                                    r.setCounter(first.getCounter() - 1);
                                })),
                OLDER);
    }

    @Test
    @DisplayName("goes on from a checkpoint with what was released meanwhile, and takes its stream")
    void releasedSinceTheCheckpoint() throws Exception {
        ModelRelease first = signed("v1", 1);
        serve(first);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        pass(10);
        ModelRelease announced = signed("v2", 0);
        pass(10);
        ModelRelease live =
                signed(
                        changed(
                                announced,
                                r -> {
                                    r.setShare(1);
                                    r.setCounter(micros());
                                }));
        harness.close();
        initial.addAll(List.of(first, live));
        start(state);
        assertThat(harness.gauge("servedVersions")).isEqualTo(2);

        harness.release(announced);
        harness.release(live);
        assertThat(reasons()).isEmpty();
        assertRefused(announced, OLDER);
    }

    @Test
    @DisplayName("lets who publishes take nothing from devices at a restart either")
    void takenBackAtARestart() throws Exception {
        ModelRelease promoted = signed("v1", 1);
        serve(promoted);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        pass(10);
        // The broker may have forgotten the record before by this one of the same key.
        ModelRelease takenBack =
                changed(
                        promoted,
                        r -> {
                            r.setShare(0);
                            r.setState(ReleaseState.WITHDRAWN);
                            r.setCounter(micros());
                        });
        takenBack.setRolloutSignature(publisher.signRollout(takenBack));
        harness.close();
        initial.add(takenBack);
        start(state);
        pass(TimeUnit.MINUTES.toMillis(20));

        assertThat(harness.gauge("servedVersions")).isEqualTo(1);
    }
}
