package duet.simulator.fleet.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import duet.device.DeviceModel;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.FetchLimits;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.Rollout;
import duet.simulator.fleet.FleetPart;
import duet.simulator.fleet.TinyModel;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A fleet that follows releases")
class ReleaseFollowerTest {
    private static final long START = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;
    private static final int DEVICES = 200;

    @TempDir Path directory;
    private DeviceModel shipped;
    private ModelBundle first;
    private ModelBundle second;
    private Workload workload;
    private FleetState state;
    private ReleasedModels models;
    private FollowedReleases releases;
    private ReleaseFollower follower;
    private final List<InteractionWindow> sent = new ArrayList<>();

    private boolean outOfMemory;

    @BeforeEach
    void fleet() {
        shipped = TinyModel.load(directory);
        first = TinyModel.write(directory.resolve("first"), 2);
        second = TinyModel.write(directory.resolve("second"), 3);
        workload =
                new ReplayWorkload(
                        IntStream.range(0, DEVICES)
                                .mapToObj(
                                        i ->
                                                new ReplayDevice(
                                                        "d-" + i,
                                                        new long[] {1, 2, 3, 4},
                                                        new long[] {10, 20, 30, 40},
                                                        30,
                                                        new long[] {31, 32}))
                                .toList(),
                        new WindowOptions(5, 1, 0, 1, 0),
                        0.5,
                        Arrivals.constant(1000),
                        1);
        follow(ReleaseKeys.none());
    }

    /** Begins with a fleet that has heard of no release, and takes those that these keys signed. */
    private void follow(ReleaseKeys keys) {
        state = new FleetState(shipped, workload, FleetPart.WHOLE, START, START, null, false);
        models =
                new ReleasedModels(
                        shipped,
                        device -> Optional.empty(),
                        workload,
                        keys,
                        new BundleFetcher(
                                directory.resolve("cache"),
                                () -> {
                                    if (outOfMemory) {
                                        throw new OutOfMemoryError("Java heap space");
                                    }
                                    return START / 1000;
                                },
                                FetchLimits.within(Duration.ofSeconds(60)),
                                AllowedAddresses.everywhere()));
        releases = new FollowedReleases(keys);
        follower =
                new ReleaseFollower(
                        state,
                        models,
                        releases,
                        (window, record, fate) -> {
                            sent.add(record);
                            return 100;
                        },
                        10 * SECOND);
    }

    /** Starts the fleet with what stands in the topic. */
    private void startWith(ModelRelease... present) {
        for (ModelRelease release : present) {
            releases.take(release, START);
        }
        follower.start(START);
    }

    private static ModelRelease release(ModelBundle bundle, long releasedAt, double share) {
        return new ModelRelease(
                bundle.modelVersion(),
                bundle.directory().toUri().toString(),
                bundle.manifestSha256(),
                null,
                releasedAt,
                Map.of(),
                share,
                ReleaseState.LIVE,
                0L,
                null);
    }

    private static ModelRelease withdrawn(ModelRelease release) {
        return ModelRelease.newBuilder(release).setState(ReleaseState.WITHDRAWN).build();
    }

    private long running(String version) {
        return IntStream.range(0, DEVICES)
                .filter(i -> state.device(i).model().version().equals(version))
                .count();
    }

    @Test
    @DisplayName("starts on what is released, before anything is sent")
    void start() {
        startWith(release(first, 1, 1));
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
        assertThat(follower.isSettled()).isTrue();
        assertThat(sent).isEmpty();
        assertThat(state.device(3).model()).isSameAs(state.device(4).model());
    }

    @Test
    @DisplayName("stays with what it was shipped with where nothing is released for it")
    void nothingReleased() {
        startWith();
        follower.changed(List.of(release(first, 1, 0)), START);
        follower.work(START + 60 * SECOND);
        assertThat(running(shipped.version())).isEqualTo(DEVICES);
        assertThat(state.versions()).containsOnlyKeys(shipped.version());
    }

    @Test
    @DisplayName("asks for no device's id unless a release goes to a share of them")
    void ids() {
        AtomicInteger asked = new AtomicInteger();
        Workload counting =
                (Workload)
                        Proxy.newProxyInstance(
                                Workload.class.getClassLoader(),
                                new Class<?>[] {Workload.class},
                                (proxy, method, arguments) -> {
                                    if (method.getName().equals("deviceId")) {
                                        asked.incrementAndGet();
                                    }
                                    return method.invoke(workload, arguments);
                                });
        FleetState idle =
                new FleetState(shipped, counting, FleetPart.WHOLE, START, START, null, false);
        ReleaseFollower following =
                new ReleaseFollower(
                        idle,
                        models,
                        new FollowedReleases(ReleaseKeys.none()),
                        (window, record, fate) -> 100,
                        0);
        following.start(START);
        following.changed(List.of(release(first, 1, 1)), START);
        following.work(START);
        assertThat(idle.devices().versionOf(7)).isEqualTo(first.modelVersion());
        assertThat(asked).hasValue(0);
        following.changed(List.of(release(second, 2, 0.3)), START);
        assertThat(asked).hasValue(DEVICES);
    }

    @Test
    @DisplayName("switches one device after the other, evenly over the time there is")
    void paced() {
        for (var windows = workload.windows(); windows.hasNext(); ) {
            ScheduledWindow window = windows.next();
            state.send(
                    window,
                    START + window.offsetMicros(),
                    START + window.offsetMicros(),
                    (scheduled, record, fate) -> 100);
        }
        startWith();
        long begin = START + 5 * SECOND;
        follower.changed(List.of(release(first, 1, 1)), begin);
        assertThat(follower.isSettled()).isFalse();
        follower.work(begin + 5 * SECOND - 1);
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES / 2);
        assertThat(follower.nextMicros()).isEqualTo(begin + 5 * SECOND);
        follower.work(begin + 10 * SECOND);
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
        assertThat(follower.isSettled()).isTrue();
        assertThat(sent)
                .hasSize(DEVICES)
                .allMatch(window -> window.getModelVersion().equals(first.modelVersion()));
    }

    @Test
    @DisplayName(
            "stages, promotes and rolls back as the releases say, each device by its own bucket")
    void staged() {
        ModelRelease base = release(first, 1, 1);
        ModelRelease staged = release(second, 2, 0.3);
        startWith(base);
        follower.changed(List.of(staged), START);
        follower.work(START + 10 * SECOND);
        for (int i = 0; i < DEVICES; i++) {
            assertThat(state.device(i).model().version())
                    .isEqualTo(
                            Rollout.bucket("d-" + i, second.modelVersion()) < 0.3
                                    ? second.modelVersion()
                                    : first.modelVersion());
        }
        assertThat(running(second.modelVersion())).isBetween(30L, 90L);

        follower.changed(List.of(release(second, 2, 1)), START);
        follower.work(START + 10 * SECOND);
        assertThat(running(second.modelVersion())).isEqualTo(DEVICES);

        follower.changed(List.of(withdrawn(staged)), START);
        follower.work(START + 10 * SECOND);
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);

        follower.changed(List.of(withdrawn(base)), START);
        follower.work(START + 10 * SECOND);
        assertThat(running(shipped.version())).isEqualTo(DEVICES);
    }

    @Test
    @DisplayName("switches devices that never sent anything without waking them")
    void idle() {
        for (var windows = workload.windows(); windows.hasNext(); ) {
            ScheduledWindow window = windows.next();
            if (window.device() == 17) {
                long at = START + window.offsetMicros();
                state.send(window, at, at, (scheduled, record, fate) -> 100);
            }
        }
        startWith();
        follower.changed(List.of(release(first, 1, 1)), START);
        follower.work(START + 10 * SECOND);
        List<String> awake = new ArrayList<>();
        state.devices().forEachAwake(slot -> awake.add(slot.device.id()));
        assertThat(awake).containsExactly("d-17");
        assertThat(sent).extracting(InteractionWindow::getDeviceId).containsExactly("d-17");
        assertThat(state.versions().get(first.modelVersion()).devices()).isEqualTo(DEVICES);
        assertThat(state.versions().get(shipped.version()).devices()).isZero();
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
    }

    @Test
    @DisplayName("a rollback in the middle of a switch calls off what has not switched yet")
    void halted() {
        startWith(release(first, 1, 1));
        ModelRelease next = release(second, 2, 1);
        follower.changed(List.of(next), START);
        follower.work(START + 2 * SECOND);
        long switched = running(second.modelVersion());
        assertThat(switched).isBetween(1L, DEVICES / 2L);
        follower.changed(List.of(withdrawn(next)), START + 2 * SECOND);
        follower.work(START + 4 * SECOND);
        assertThat(running(second.modelVersion())).isLessThan(switched);
        follower.work(START + 12 * SECOND);
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
        assertThat(follower.isSettled()).isTrue();
    }

    @Test
    @DisplayName("runs a release that lies behind a web server")
    void behindAServer() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/second/",
                exchange -> {
                    try (exchange) {
                        Path file = Path.of(exchange.getRequestURI().getPath()).getFileName();
                        byte[] content = Files.readAllBytes(second.directory().resolve(file));
                        exchange.sendResponseHeaders(200, content.length);
                        exchange.getResponseBody().write(content);
                    }
                });
        server.start();
        try {
            ModelRelease release = release(second, 1, 1);
            release.setBundleUri("http://127.0.0.1:" + server.getAddress().getPort() + "/second/");
            startWith();
            follower.changed(List.of(release), START);
            follower.work(START + 10 * SECOND);
            assertThat(follower.refused()).isEmpty();
            assertThat(running(second.modelVersion())).isEqualTo(DEVICES);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("asks once for a release that cannot be had at the start, and again a while later")
    void notThereAtTheStart() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(second.directory(), elsewhere);
        ModelRelease release = release(second, 1, 1);
        models.loadAhead(release);
        Files.move(elsewhere, second.directory());
        startWith(release);
        assertThat(follower.refused()).containsOnlyKeys(second.modelVersion());
        long retried = follower.nextMicros();
        follower.work(retried);
        follower.work(retried + 10 * SECOND);
        assertThat(running(second.modelVersion())).isEqualTo(DEVICES);
    }

    @Test
    @DisplayName("goes over to what is signed, whatever else is in the topic")
    void signedAlone() throws Exception {
        ReleaseSigning key = ReleaseSigning.make(directory);
        follow(ReleaseKeys.of(key.verifier()));
        ModelRelease base = key.signed(release(first, 1, 1), 10);
        startWith(release(second, 9, 1), base);
        assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
        assertThat(follower.refused()).isEqualTo(Map.of(second.modelVersion(), "it is not signed"));

        follower.changed(List.of(key.signed(release(second, 2, 1), 11)), START);
        follower.work(START + 5 * SECOND);
        long switched = running(second.modelVersion());
        assertThat(switched).isBetween(1L, DEVICES - 1L);
        // Neither an unsigned record nor a repeat begins the switch anew.
        follower.changed(List.of(release(first, 3, 1), base), START + 5 * SECOND);
        follower.work(START + 10 * SECOND);
        assertThat(running(second.modelVersion())).isEqualTo(DEVICES);
    }

    @Nested
    @DisplayName("does not run a release")
    class Refused {
        private void assertRefused(ModelRelease release, String reason) {
            startWith(release(first, 1, 1));
            follower.changed(List.of(release), START);
            follower.work(START + 10 * SECOND);
            assertThat(running(first.modelVersion())).isEqualTo(DEVICES);
            assertThat(follower.refused()).containsOnlyKeys(release.getVersion());
            assertThat(follower.refused().get(release.getVersion())).contains(reason);
        }

        @Test
        @DisplayName("that takes more memory than there is, and goes on")
        void tooLarge() {
            startWith(release(first, 1, 1));
            outOfMemory = true;
            assertRefused(release(second, 2, 1), "it cannot be loaded: Java heap space");
        }

        @Test
        @DisplayName("whose bundle is altered")
        void altered() throws IOException {
            Files.write(second.file(ModelBundle.DEVICE_WEIGHTS), new byte[] {1});
            assertRefused(
                    release(second, 2, 1),
                    "its manifest says "
                            + second.manifest().files().get(ModelBundle.DEVICE_WEIGHTS));
        }

        @Test
        @DisplayName("whose bundle is another one than was released")
        void otherManifest() {
            ModelRelease release = release(second, 2, 1);
            release.setManifestSha256("0".repeat(64));
            assertRefused(release, "has the SHA-256");
        }

        @Test
        @DisplayName("that calls itself another version than its bundle")
        void otherVersion() {
            ModelRelease release = release(second, 2, 1);
            release.setVersion("sasrec-000000000000");
            assertRefused(release, "is of version " + second.modelVersion());
        }

        @Test
        @DisplayName("at an address it cannot read")
        void unreadable() {
            ModelRelease release = release(second, 2, 1);
            release.setBundleUri("s3://bucket/bundle");
            assertRefused(release, "cannot read bundles at s3://bucket/bundle/");
        }

        @Test
        @DisplayName("until its bundle is there")
        void later() throws IOException {
            Path elsewhere = directory.resolve("elsewhere");
            Files.move(second.directory(), elsewhere);
            assertRefused(release(second, 2, 1), "does not exist");
            long retried = follower.nextMicros();
            assertThat(retried).isBetween(START, START + 20 * SECOND);
            Files.move(elsewhere, second.directory());
            follower.work(retried);
            follower.work(retried + 10 * SECOND);
            assertThat(running(second.modelVersion())).isEqualTo(DEVICES);
            assertThat(follower.refused()).isEmpty();
            assertThat(follower.nextMicros()).isEqualTo(Long.MAX_VALUE);
        }
    }
}
