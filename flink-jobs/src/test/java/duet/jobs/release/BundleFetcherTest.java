package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import duet.model.bundle.BundleExport;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.ModelRelease;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleFetcherTest {
    private static final Dimensions DIMENSIONS =
            new Dimensions(20, 5, 6, 4, 1, 1, 4, 2, 4, 4, 4, 4, 1);

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
                BundleExport.untrained(
                        released,
                        DIMENSIONS,
                        Vocabulary.of(LongStream.rangeClosed(1, 20).toArray()),
                        1);
        fetcher = new BundleFetcher(cache, () -> 1_000);
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

    @Nested
    class FromAServer {
        @Test
        void takesTheBundleAndSaysWhatTheServerAnswers() throws Exception {
            List<String> asked = new CopyOnWriteArrayList<>();
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/models/a/",
                    exchange -> {
                        String name =
                                Path.of(exchange.getRequestURI().getPath()).getFileName() + "";
                        asked.add(name);
                        byte[] content = Files.readAllBytes(released.resolve(name));
                        exchange.sendResponseHeaders(200, content.length);
                        exchange.getResponseBody().write(content);
                        exchange.close();
                    });
            server.start();
            try {
                String base = "http://user:secret@127.0.0.1:" + server.getAddress().getPort();

                assertThat(fetcher.fetch(release(base + "/models/a")).modelVersion())
                        .isEqualTo(bundle.modelVersion());
                assertThat(asked)
                        .startsWith(ModelBundle.MANIFEST)
                        .contains(ModelBundle.GENERATOR_ONNX)
                        .doesNotHaveDuplicates();
                assertThatThrownBy(() -> fetcher.fetch(release(base + "/none", "1".repeat(64))))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("the server answers 404")
                        .hasMessageNotContaining("secret");
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void refusesAnAddressThatIsNone() {
        for (Map.Entry<String, String> wrong :
                Map.of(
                                "models/a", "has no scheme",
                                "http://", "is no URI",
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
            Files.createDirectory(cache.resolve("%064x".formatted(i)));
        }
        BundleFetcher later =
                new BundleFetcher(cache, () -> System.currentTimeMillis() + 3_600_000);

        later.fetch(release(released.toUri().toString()));

        assertThat(cached()).hasSize(BundleFetcher.MAX_KEPT).contains(hash());
    }
}
