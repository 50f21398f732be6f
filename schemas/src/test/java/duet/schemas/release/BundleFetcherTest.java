package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.ModelRelease;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BundleFetcherTest {
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    20,
                    5,
                    6,
                    new DeviceSizes(4, 1, 1, 4),
                    2,
                    GeneratorSizes.recurrent(4, 4, 4, 4, 1));

    @TempDir Path directory;
    private Path released;
    private Path cache;
    private ModelBundle bundle;
    private BundleFetcher fetcher;

    @BeforeEach
    void release() {
        released = directory.resolve("released bundle");
        cache = directory.resolve("cache");
        bundle =
                BundleWriter.write(
                        released,
                        "sasrec",
                        DIMENSIONS,
                        Vocabulary.of(LongStream.rangeClosed(1, 20).toArray()),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Map.of(
                                ModelBundle.DEVICE_WEIGHTS,
                                Safetensors.encode(
                                        Map.of("item.bias", Tensor.of(new float[21], 21))),
                                ModelBundle.GENERATOR_WEIGHTS,
                                new byte[100_000],
                                ModelBundle.GENERATOR_ONNX,
                                new byte[] {1, 2, 3},
                                ModelBundle.DEVICE_ONNX,
                                new byte[] {4, 5}),
                        Optional.empty());
        fetcher = fetcher(Duration.ofSeconds(60));
    }

    private BundleFetcher fetcher(Duration time) {
        return fetcher(FetchLimits.within(time));
    }

    private BundleFetcher fetcher(FetchLimits limits) {
        return new BundleFetcher(cache, () -> 1_000, limits, AllowedAddresses.everywhere());
    }

    private ModelRelease release(String uri) throws IOException {
        return release(uri, hash());
    }

    private ModelRelease release(String uri, String hash) {
        return ModelRelease.newBuilder()
                .setVersion(bundle.modelVersion())
                .setBundleUri(uri)
                .setManifestSha256(hash)
                .setReleasedAtMicros(1)
                .build();
    }

    private String hash() throws IOException {
        return Files.readString(released.resolve(ModelBundle.MANIFEST_HASH)).substring(0, 64);
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> entries = Files.list(cache)) {
            return entries.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Nested
    class FromADirectory {
        private String uri() {
            return released.toUri().toString();
        }

        @Test
        void takesTheWholeBundleUnderItsHash() throws Exception {
            ModelBundle fetched = fetcher.fetch(release(uri()));

            assertThat(fetched.modelVersion()).isEqualTo(bundle.modelVersion());
            assertThat(fetched.directory()).isEqualTo(cache.resolve(hash()));
            assertThat(cached()).containsExactly(hash());
        }

        @Test
        void asksOnceAndThenTheCache() throws Exception {
            fetcher.fetch(release(uri()));
            Files.delete(released.resolve(ModelBundle.MANIFEST));

            assertThat(fetcher.fetch(release(uri())).modelVersion())
                    .isEqualTo(bundle.modelVersion());
        }

        @Test
        void fetchesAgainWhatWasAlteredInTheCache() throws Exception {
            Path kept = fetcher.fetch(release(uri())).file(ModelBundle.GENERATOR_ONNX);
            Files.write(kept, new byte[] {1});

            assertThat(fetcher.fetch(release(uri())).modelVersion())
                    .isEqualTo(bundle.modelVersion());
        }

        /** Whoever opens a pipe waits for one who writes to it. */
        @Test
        @Timeout(60)
        void refusesWhatIsNoRegularFile() throws Exception {
            Path pipe = released.resolve(ModelBundle.GENERATOR_ONNX);
            Files.delete(pipe);
            assumeTrue(
                    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0,
                    "this machine makes no pipes");

            assertThatThrownBy(() -> fetcher.fetch(release(uri())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot fetch generator.onnx from file://")
                    .hasMessageEndingWith("it is no regular file");
            assertThat(cached()).isEmpty();
        }

        @Test
        void refusesFilesThatAreNoneOfABundle() throws Exception {
            Path manifest = released.resolve(ModelBundle.MANIFEST);
            String extra = "more.bin";
            Files.write(released.resolve(extra), new byte[] {1});
            Files.writeString(
                    manifest,
                    Files.readString(manifest)
                            .replaceFirst(
                                    "\"files\"\\s*:\\s*\\{",
                                    "\"files\":{\"more.bin\":\"" + sha256(new byte[] {1}) + "\","));
            String hash = sha256(Files.readAllBytes(manifest));

            assertThatThrownBy(() -> fetcher.fetch(release(uri(), hash)))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessage("manifest.json lists a file that is none of a bundle");
            assertThat(cached()).isEmpty();
        }

        @Test
        void fetchesNothingThatTheDiskHasNoRoomFor() {
            long reserve = 256L << 20;
            BundleFetcher full =
                    new BundleFetcher(
                            new BundleCache(cache, () -> 1_000, directory -> reserve + 50_000),
                            FetchLimits.within(Duration.ofSeconds(60)),
                            AllowedAddresses.everywhere(),
                            BundleFetcher::refuse);

            assertThatThrownBy(() -> full.fetch(release(uri())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot fetch generator.safetensors from file://")
                    .hasMessageEndingWith(
                            "the disk that bundles are kept on has room for 50,000 bytes");
        }

        @Test
        void namesAnAddressInOneLine() {
            assertThatThrownBy(() -> fetcher.fetch(release(uri() + "a%0A%1B[2Jb")))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessage("the address of its bundle is no URI");
            assertThatThrownBy(() -> fetcher.fetch(release(uri() + "a%0A%1Bb")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/a%0A%1Bb/: it does not exist");
        }

        @Test
        void refusesAnotherManifest() {
            String other = "0".repeat(64);

            assertThatThrownBy(() -> fetcher.fetch(release(uri(), other)))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessageContaining("has the SHA-256")
                    .hasMessageContaining("released was " + other);
        }

        @Test
        void refusesAnAlteredFileAndKeepsNothingOfIt() throws Exception {
            Files.write(released.resolve(ModelBundle.DEVICE_WEIGHTS), new byte[] {1, 2});

            assertThatThrownBy(() -> fetcher.fetch(release(uri())))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessageStartingWith(ModelBundle.DEVICE_WEIGHTS)
                    .hasMessageContaining("its manifest says");
            assertThat(cached()).isEmpty();
        }

        @Test
        void saysWhatIsMissingSoThatALaterAttemptMaySucceed() throws Exception {
            Files.delete(released.resolve(ModelBundle.DEVICE_ONNX));

            assertThatThrownBy(() -> fetcher.fetch(release(uri())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot fetch device.onnx from file://");
            assertThat(cached()).isEmpty();
        }
    }

    /**
     * A real server; what it does with the file {@code special} is up to a test, all others are the
     * bundle's.
     */
    @Nested
    class FromAServer {
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private HttpServer server;

        @BeforeEach
        void serve() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.start();
        }

        @AfterEach
        void stop() {
            over.countDown();
            server.stop(0);
            threads.shutdownNow();
        }

        private String base() {
            return "http://user:secret@127.0.0.1:" + server.getAddress().getPort();
        }

        /** The release of the bundle behind a server that treats one file in its own way. */
        private ModelRelease served(String special, HttpHandler handler) throws IOException {
            return served(special, handler, Duration.ZERO);
        }

        /** The same behind a server that lets so much time pass before each answer. */
        private ModelRelease served(String special, HttpHandler handler, Duration slowness)
                throws IOException {
            server.createContext(
                    "/models/a/",
                    exchange -> {
                        try (exchange) {
                            if (!slowness.isZero()) {
                                stall(slowness);
                            }
                            String name =
                                    Path.of(exchange.getRequestURI().getPath())
                                            .getFileName()
                                            .toString();
                            asked.add(name);
                            if (name.equals(special)) {
                                handler.handle(exchange);
                            } else {
                                byte[] content = Files.readAllBytes(released.resolve(name));
                                exchange.sendResponseHeaders(200, content.length);
                                exchange.getResponseBody().write(content);
                            }
                        }
                    });
            return release(base() + "/models/a");
        }

        private void assertFails(
                BundleFetcher by,
                ModelRelease release,
                Class<? extends Exception> kind,
                String message)
                throws IOException {
            assertFailed(catchThrowable(() -> by.fetch(release)), kind, message);
        }

        private void assertFailed(
                Throwable failure, Class<? extends Exception> kind, String message)
                throws IOException {
            assertThat(failure)
                    .isInstanceOf(kind)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("secret");
            assertThat(cached()).isEmpty();
        }

        /** Waits, as a server does that is stuck, until the test is over. */
        private void stall() throws IOException {
            stall(Duration.ofDays(1));
        }

        private void stall(Duration longest) throws IOException {
            try {
                over.await(longest.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Test
        void takesTheBundleAskingForEachFileOnce() throws Exception {
            ModelRelease release = served("none", exchange -> {});

            assertThat(fetcher.fetch(release).modelVersion()).isEqualTo(bundle.modelVersion());
            assertThat(asked)
                    .startsWith(ModelBundle.MANIFEST)
                    .contains(ModelBundle.GENERATOR_ONNX)
                    .doesNotHaveDuplicates();
        }

        @Test
        void givesTheManifestAloneToThoseWhoRelease() throws Exception {
            ModelRelease release = served("none", exchange -> {});

            assertThat(fetcher.manifest(release.getBundleUri()))
                    .isEqualTo(Files.readAllBytes(released.resolve(ModelBundle.MANIFEST)));
            assertThat(asked).containsExactly(ModelBundle.MANIFEST);
            assertThat(cache).doesNotExist();
        }

        @Test
        void saysWhatTheServerAnswers() throws Exception {
            assertFails(
                    fetcher,
                    release(base() + "/none"),
                    IOException.class,
                    "cannot fetch manifest.json from http://127.0.0.1:"
                            + server.getAddress().getPort()
                            + "/none/: the server answers 404");
        }

        @Test
        void saysThatThereIsNoServer() throws Exception {
            int port = server.getAddress().getPort();
            server.stop(0);

            assertFails(
                    fetcher,
                    release("http://127.0.0.1:" + port + "/models/a"),
                    IOException.class,
                    "no connection to the server");
        }

        @Test
        void takesNoMoreThanTheLimit() throws Exception {
            AtomicLong sent = new AtomicLong();
            ModelRelease release =
                    served(
                            ModelBundle.MANIFEST,
                            exchange -> {
                                exchange.sendResponseHeaders(200, 0);
                                byte[] some = new byte[1 << 20];
                                for (int i = 0; i < 1_024; i++) {
                                    exchange.getResponseBody().write(some);
                                    sent.addAndGet(some.length);
                                }
                            });

            assertFails(
                    fetcher,
                    release,
                    ReleaseRefusedException.class,
                    "has more than 67,108,864 bytes, the limit");
            // What is on its way in buffers comes on top, not the whole gigabyte.
            assertThat(sent.get()).isLessThan(256L << 20);
        }

        @Test
        void asksForNothingMoreOnceTheBytesOfTheBundleAreUsedUp() throws Exception {
            ModelRelease release = served("none", exchange -> {});

            // Each file alone is within it: the largest has 100,000 bytes and comes last.
            assertFails(
                    fetcher(new FetchLimits(Duration.ofSeconds(60), 100_100)),
                    release,
                    ReleaseRefusedException.class,
                    "generator.safetensors at http://127.0.0.1");
            assertThat(asked)
                    .containsExactly(
                            ModelBundle.MANIFEST,
                            ModelBundle.DEVICE_ONNX,
                            ModelBundle.DEVICE_WEIGHTS,
                            ModelBundle.GENERATOR_ONNX,
                            ModelBundle.GENERATOR_WEIGHTS);
        }

        @Test
        void readsNothingOfAFileThatSaysToBeTooLong() throws Exception {
            assertFails(
                    fetcher,
                    served(
                            ModelBundle.GENERATOR_ONNX,
                            exchange -> {
                                exchange.sendResponseHeaders(200, 1L << 40);
                                exchange.getResponseBody().write(1);
                                exchange.getResponseBody().flush();
                                stall();
                            }),
                    ReleaseRefusedException.class,
                    "generator.onnx at http://127.0.0.1");
        }

        @Test
        void givesUpAServerThatTakesItsTimeWithEachFile() throws Exception {
            ModelRelease release =
                    served(
                            "none",
                            exchange -> {
                                throw new AssertionError("no such file");
                            },
                            Duration.ofMillis(400));

            // Each file arrives in that time, five of them do not.
            assertFails(
                    fetcher(Duration.ofSeconds(1)),
                    release,
                    IOException.class,
                    "the bundle did not arrive in 1 s");
        }

        @Test
        void followsRedirectsOfTheServerToItself() throws Exception {
            server.createContext("/new/", exchange -> redirect(exchange, "/models/a/"));
            served("none", exchange -> {});

            assertThat(fetcher.fetch(release(base() + "/new")).modelVersion())
                    .isEqualTo(bundle.modelVersion());
        }

        @Test
        void followsNoRedirectToAnotherServer() throws Exception {
            served("none", exchange -> {});
            HttpServer inside =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            inside.createContext(
                    "/",
                    exchange -> {
                        asked.add("inside");
                        exchange.close();
                    });
            inside.start();
            try {
                for (String other :
                        List.of(
                                "http://127.0.0.1:" + inside.getAddress().getPort() + "/",
                                "http://localhost:" + server.getAddress().getPort() + "/models/a/",
                                "file:///etc/")) {
                    String place = "/to-" + other.length() + "/";
                    server.createContext(place, exchange -> redirect(exchange, other));
                    assertFails(
                            fetcher,
                            release(base() + place),
                            IOException.class,
                            "the server redirects to another one");
                }
            } finally {
                inside.stop(0);
            }
            assertThat(asked).isEmpty();
        }

        @Test
        void followsNoRedirectToAnAddressThatIsNotAllowed() throws Exception {
            served("none", exchange -> {});
            server.createContext("/new/", exchange -> redirect(exchange, "/models/a/"));
            String here = "http://127.0.0.1:" + server.getAddress().getPort();
            BundleFetcher confined =
                    new BundleFetcher(
                            cache,
                            () -> 1_000,
                            FetchLimits.within(Duration.ofSeconds(60)),
                            AllowedAddresses.beginningWith(List.of(here + "/new/")));

            assertFails(
                    confined,
                    release(here + "/new"),
                    IOException.class,
                    "the server redirects to an address that is not allowed");
            assertThat(asked).isEmpty();
        }

        @Test
        void followsNoRedirectsInACircle() throws Exception {
            server.createContext("/round/", exchange -> redirect(exchange, "/round/"));

            assertFails(
                    fetcher,
                    release(base() + "/round"),
                    IOException.class,
                    "the server redirects more than 5 times");
        }

        private void redirect(HttpExchange exchange, String directory) throws IOException {
            try (exchange) {
                String name = Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
                exchange.getResponseHeaders().add("Location", directory + name);
                exchange.sendResponseHeaders(302, -1);
            }
        }

        @Test
        void refusesABodyThatEndsTooSoon() throws Exception {
            assertFails(
                    fetcher,
                    served(
                            ModelBundle.GENERATOR_WEIGHTS,
                            exchange -> {
                                exchange.sendResponseHeaders(200, 100_000);
                                exchange.getResponseBody().write(new byte[1_000]);
                            }),
                    IOException.class,
                    "cannot fetch generator.safetensors from http://127.0.0.1");
        }

        @Test
        void refusesABodyThatIsAltered() throws Exception {
            assertFails(
                    fetcher,
                    served(
                            ModelBundle.GENERATOR_ONNX,
                            exchange -> {
                                exchange.sendResponseHeaders(200, 3);
                                exchange.getResponseBody().write(new byte[] {1, 2, 4});
                            }),
                    ReleaseRefusedException.class,
                    "its manifest says");
        }

        @Test
        void givesUpAServerThatNeverAnswers() throws Exception {
            assertFails(
                    fetcher(Duration.ofMillis(250)),
                    served(ModelBundle.MANIFEST, exchange -> stall()),
                    IOException.class,
                    "the bundle did not arrive in 0.25 s");
        }

        @Test
        void givesUpAServerThatStopsInTheMiddleOfAFile() throws Exception {
            ModelRelease release =
                    served(
                            ModelBundle.GENERATOR_WEIGHTS,
                            exchange -> {
                                exchange.sendResponseHeaders(200, 100_000);
                                exchange.getResponseBody().write(new byte[1_000]);
                                exchange.getResponseBody().flush();
                                stall();
                            });
            Duration fileTime = Duration.ofMillis(500);
            BundleFetcher hasty = fetcher(fileTime);
            Throwable failure = catchThrowable(() -> hasty.fetch(release));
            // On a busy machine another file may not arrive in so short a time.
            while (!failure.getMessage().contains(ModelBundle.GENERATOR_WEIGHTS)) {
                fileTime = fileTime.multipliedBy(2);
                BundleFetcher slower = fetcher(fileTime);
                failure = catchThrowable(() -> slower.fetch(release));
            }
            assertFailed(
                    failure,
                    IOException.class,
                    String.format(
                            Locale.ROOT,
                            "cannot fetch generator.safetensors from http://127.0.0.1:%d/models/a/:"
                                    + " the bundle did not arrive in %s s",
                            server.getAddress().getPort(),
                            fileTime.toMillis() / 1000.0));
        }
    }

    @Nested
    @Timeout(120)
    class FromElsewhere {
        private final CountDownLatch over = new CountDownLatch(1);

        @AfterEach
        void end() {
            over.countDown();
        }

        private BundleFetcher reaching(Duration time, Opening opening) {
            return new BundleFetcher(
                    cache,
                    () -> 1_000,
                    FetchLimits.within(time),
                    AllowedAddresses.everywhere(),
                    directory -> files(opening));
        }

        /** Waits whatever happens, as some file systems do. */
        private void block() {
            boolean isOver = false;
            while (!isOver) {
                try {
                    over.await();
                    isOver = true;
                } catch (InterruptedException e) {
                    continue;
                }
            }
        }

        @Test
        void isGivenUpWhereOpeningNeverEnds() throws Exception {
            CountDownLatch closed = new CountDownLatch(1);
            BundleFetcher hasty =
                    reaching(
                            Duration.ofMillis(100),
                            name -> {
                                block();
                                return new BundleFiles.Opened(
                                        closing(closed), OptionalLong.empty());
                            });

            assertThatThrownBy(() -> hasty.fetch(release("s3://bucket/a")))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("the bundle did not arrive in 0.1 s");
            over.countDown();
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void isGivenUpAndClosedWhereReadingNeverEnds() throws Exception {
            CountDownLatch closed = new CountDownLatch(1);
            BundleFetcher hasty =
                    reaching(
                            Duration.ofMillis(100),
                            name -> new BundleFiles.Opened(closing(closed), OptionalLong.of(1)));

            assertThatThrownBy(() -> hasty.fetch(release("s3://bucket/a")))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("the bundle did not arrive in 0.1 s");
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void isNotReachedWhereWhatReadsItFailsInItsOwnWay() {
            BundleFetcher failing =
                    reaching(
                            Duration.ofSeconds(60),
                            name -> {
                                throw new IllegalStateException("no bucket");
                            });

            assertThatThrownBy(() -> failing.fetch(release("s3://bucket/a")))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot fetch manifest.json from elsewhere: ")
                    .hasMessageEndingWith("no bucket");
        }

        /** A stream of which nothing ever comes. */
        private InputStream closing(CountDownLatch closed) {
            return new InputStream() {
                @Override
                public int read() {
                    block();
                    return -1;
                }

                @Override
                public void close() {
                    closed.countDown();
                }
            };
        }

        @Test
        void isRefusedWhereNobodyReachesIt() {
            assertThatThrownBy(() -> fetcher.fetch(release("s3://key:secret@bucket/a")))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessageContaining("s3://")
                    .hasMessageContaining("only at addresses of file:, http: and https:")
                    .hasMessageNotContaining("secret");
        }

        @Test
        void isFetchedByWhoDoes() throws Exception {
            BundleFetcher reaching =
                    new BundleFetcher(
                            cache,
                            () -> 1_000,
                            FetchLimits.within(Duration.ofSeconds(60)),
                            AllowedAddresses.everywhere(),
                            directory ->
                                    files(
                                            name ->
                                                    new BundleFiles.Opened(
                                                            Files.newInputStream(
                                                                    released.resolve(name)),
                                                            OptionalLong.empty())));

            assertThat(reaching.fetch(release("s3://bucket/a")).modelVersion())
                    .isEqualTo(bundle.modelVersion());
        }
    }

    /** Opens a file of a bundle. */
    private interface Opening {
        BundleFiles.Opened open(String name) throws IOException;
    }

    private static BundleFiles files(Opening opening) {
        return new BundleFiles() {
            @Override
            public Opened open(String name) throws IOException {
                return opening.open(name);
            }

            @Override
            public String place() {
                return "elsewhere";
            }
        };
    }

    @Test
    void refusesAnAddressThatIsNone() {
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "models/a", "has no scheme",
                                "http://", "is no URI",
                                "http:///a", "names no host",
                                "file://elsewhere/a", "names no directory of this machine",
                                "file:models/a", "has no path after file:",
                                "jar:file:/a.jar!/", "has no path after jar:",
                                "https://x/a?b=secret", "has a query or a fragment",
                                "ht tp://user:secret@x", "is no URI")
                        .entrySet()) {
            assertThatThrownBy(() -> fetcher.fetch(release(wrong.getKey())))
                    .isInstanceOf(ReleaseRefusedException.class)
                    .hasMessageContaining(wrong.getValue())
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void keepsTheBundlesUsedLast() throws Exception {
        Files.createDirectories(cache);
        for (int i = 0; i < BundleCache.MAX_KEPT; i++) {
            Files.createDirectory(cache.resolve(String.format(Locale.ROOT, "%064x", i)));
        }
        BundleFetcher later =
                new BundleFetcher(
                        cache,
                        () -> System.currentTimeMillis() + 3_600_000,
                        FetchLimits.within(Duration.ofSeconds(60)),
                        AllowedAddresses.everywhere());

        later.fetch(release(released.toUri().toString()));

        assertThat(cached()).hasSize(BundleCache.MAX_KEPT).contains(hash());
    }
}
