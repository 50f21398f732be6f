package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
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

    private BundleFetcher fetcher(Duration fileTime) {
        return new BundleFetcher(cache, () -> 1_000, fileTime);
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
            server.createContext(
                    "/models/a/",
                    exchange -> {
                        try (exchange) {
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
            try {
                over.await();
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
                    "the server did not answer in 0.25 s");
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
                                    + " the file did not arrive in %s s",
                            server.getAddress().getPort(),
                            fileTime.toMillis() / 1000.0));
        }
    }

    @Nested
    class FromElsewhere {
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
                            Duration.ofSeconds(60),
                            directory ->
                                    new BundleFiles() {
                                        @Override
                                        public InputStream open(String name) throws IOException {
                                            return Files.newInputStream(released.resolve(name));
                                        }

                                        @Override
                                        public String place() {
                                            return BundleFiles.shown(directory);
                                        }
                                    });

            assertThat(reaching.fetch(release("s3://bucket/a")).modelVersion())
                    .isEqualTo(bundle.modelVersion());
        }
    }

    @Test
    void refusesAnAddressThatIsNone() {
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "models/a", "has no scheme",
                                "http://", "is no URI",
                                "http:///a", "names no host",
                                "file://elsewhere/a", "names no directory of this machine",
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
        for (int i = 0; i < BundleFetcher.MAX_KEPT; i++) {
            Files.createDirectory(cache.resolve(String.format(Locale.ROOT, "%064x", i)));
        }
        BundleFetcher later =
                new BundleFetcher(
                        cache,
                        () -> System.currentTimeMillis() + 3_600_000,
                        Duration.ofSeconds(60));

        later.fetch(release(released.toUri().toString()));

        assertThat(cached()).hasSize(BundleFetcher.MAX_KEPT).contains(hash());
    }
}
