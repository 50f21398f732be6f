package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import duet.jobs.release.ReleaseLoader.Loaded;
import duet.jobs.release.ReleaseLoader.Outcome;
import duet.jobs.release.ReleaseLoader.Refused;
import duet.model.bundle.BundleExport;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Signer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job that has a public key for releases")
class BundleReleasesTest {
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    20,
                    5,
                    6,
                    new DeviceSizes(4, 1, 1, 4),
                    2,
                    GeneratorSizes.recurrent(4, 4, 4, 4, 1));

    @TempDir private Path directory;
    private ModelBundle bundle;
    private Path publicKey;
    private Signer trusted;
    private Signer other;
    private ReleaseLoader loader;

    @BeforeEach
    void release() throws Exception {
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        DIMENSIONS,
                        Vocabulary.of(LongStream.rangeClosed(1, 20).toArray()),
                        1);
        KeyPair keys = keys();
        publicKey = pem("PUBLIC KEY", keys.getPublic());
        trusted = Signer.read(pem("PRIVATE KEY", keys.getPrivate()));
        other = Signer.read(pem("PRIVATE KEY", keys().getPrivate()));
        loader =
                new ReleaseLoader(
                        new BundleReleases(
                                directory.resolve("cache"),
                                publicKey,
                                null,
                                Duration.ofSeconds(60),
                                List.of("file:///")),
                        "loading",
                        getClass().getClassLoader());
    }

    @AfterEach
    void close() {
        loader.close();
    }

    private static KeyPair keys() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private Path pem(String label, Key key) throws Exception {
        return Files.writeString(
                Files.createTempFile(directory, "key-", ".pem"),
                String.format(
                        Locale.ROOT,
                        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                        label,
                        Base64.getEncoder().encodeToString(key.getEncoded()),
                        label));
    }

    private ModelRelease released() {
        return ModelRelease.newBuilder()
                .setVersion(bundle.modelVersion())
                .setBundleUri(bundle.directory().toUri().toString())
                .setManifestSha256(bundle.manifestSha256())
                .setReleasedAtMicros(1)
                .build();
    }

    private ModelRelease signed(Signer signer) {
        ModelRelease release = released();
        release.setSignature(signer.signPublication(release));
        return release;
    }

    private void assertRefused(ModelRelease release, String reason) throws Exception {
        Outcome outcome = loader.load(release);
        assertThat(outcome).isEqualTo(new Refused(release, reason, true));
        assertThat(directory.resolve("cache")).doesNotExist();
    }

    @Test
    @DisplayName("serves a release that one of its keys has signed")
    void signed() throws Exception {
        assertThat(loader.load(signed(trusted)))
                .isInstanceOfSatisfying(
                        Loaded.class,
                        loaded -> {
                            assertThat(loaded.opened().generator().modelVersion())
                                    .isEqualTo(bundle.modelVersion());
                            loaded.opened().generator().close();
                        });
    }

    @Test
    @DisplayName("refuses one without a signature, and fetches nothing of it")
    void unsigned() throws Exception {
        assertRefused(released(), "it is not signed");
    }

    @Test
    @DisplayName("refuses one that another key has signed")
    void otherKey() throws Exception {
        assertRefused(signed(other), "none of the trusted keys has signed it");
    }

    @Test
    @DisplayName("refuses a signature of another manifest, and one that is none")
    void otherSignature() throws Exception {
        ModelRelease another = signed(trusted);
        another.setManifestSha256("0".repeat(64));
        assertRefused(another, "none of the trusted keys has signed it");
        ModelRelease garbage = released();
        garbage.setSignature(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertRefused(garbage, "none of the trusted keys has signed it");
    }

    /** What anybody may read on the topic of statuses. */
    @Nested
    @DisplayName("says why it refuses a release, and nothing of what it found at its address")
    class Reasons {
        private static final String NOT_HAD =
                "its bundle could not be had from its address as it was released; the task"
                        + " manager's log says why";

        private HttpServer server;

        @BeforeEach
        void serve() throws Exception {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/secret/", exchange -> answer(exchange, 403));
            server.createContext("/other/", exchange -> answer(exchange, 200));
            server.createContext(
                    "/away/",
                    exchange -> {
                        exchange.getResponseHeaders().add("Location", "http://inside:81/");
                        answer(exchange, 302);
                    });
            server.start();
        }

        private static void answer(HttpExchange exchange, int status) throws IOException {
            byte[] content = {'{', '}'};
            try (exchange) {
                exchange.sendResponseHeaders(status, content.length);
                exchange.getResponseBody().write(content);
            }
        }

        @AfterEach
        void stop() throws Exception {
            server.stop(0);
        }

        private String reason(String address, String... allowed) throws Exception {
            ModelRelease release = released();
            release.setBundleUri(address);
            return reason(release, allowed);
        }

        private String reason(ModelRelease release, String... allowed) throws Exception {
            try (ReleaseLoader unsigned =
                    new ReleaseLoader(
                            new BundleReleases(
                                    directory.resolve("cache"),
                                    null,
                                    null,
                                    Duration.ofSeconds(60),
                                    List.of(allowed)),
                            "loading",
                            getClass().getClassLoader())) {
                Outcome outcome = unsigned.load(release);
                assertThat(outcome).isInstanceOf(Refused.class);
                return ((Refused) outcome).reason();
            }
        }

        @Test
        @DisplayName("whatever a server answers, or whether there is one")
        void alike() throws Exception {
            String here = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            for (String path : List.of("none/", "secret/", "other/", "away/")) {
                assertThat(reason(here + path, here)).isEqualTo(NOT_HAD);
            }
            server.stop(0);
            assertThat(reason(here, here)).isEqualTo(NOT_HAD);
        }

        @Test
        @DisplayName("whatever lies on the machine")
        void alikeOnTheMachine() throws Exception {
            Path there = Files.createDirectory(directory.resolve("there"));
            String prefix = directory.toUri().toString();
            assertThat(reason(directory.resolve("not-there").toUri().toString(), prefix))
                    .isEqualTo(NOT_HAD);
            assertThat(reason(there.toUri().toString(), prefix)).isEqualTo(NOT_HAD);
            Files.writeString(there.resolve(ModelBundle.MANIFEST), "{}");
            assertThat(reason(there.toUri().toString(), prefix)).isEqualTo(NOT_HAD);
        }

        @Test
        @DisplayName("asking nobody where the address is not allowed")
        void notAllowed() throws Exception {
            String place = bundle.directory().toUri().toString();
            for (String address :
                    List.of(place, "http://127.0.0.1:" + server.getAddress().getPort() + "/a/")) {
                assertThat(reason(address))
                        .isEqualTo(
                                "the address of its bundle, "
                                        + address
                                        + ", is not one of those that are allowed:"
                                        + " duet.releases.allow of the job, --allow of simulated"
                                        + " devices");
            }
            assertThat(reason(place, "https://models.example.org/")).contains("not one of those");
            assertThat(directory.resolve("cache")).doesNotExist();
        }

        @Test
        @DisplayName("also of addresses that no file system can have")
        void noAddresses() throws Exception {
            assertThat(reason("jar:file:/a.jar!/", "file:///"))
                    .isEqualTo("the address of its bundle has no path after jar:");
            assertThat(reason("jar:///a.jar", "jar:///")).isEqualTo(NOT_HAD);
            assertThat(reason("nothing://a:b@c/d", "nothing://a:b@c/")).isEqualTo(NOT_HAD);
        }

        @Test
        @DisplayName("nor where the task manager keeps its bundles")
        void noPlaces() throws Exception {
            Path broken = directory.resolve("broken");
            Map<String, byte[]> files = new HashMap<>();
            for (String name : bundle.manifest().files().keySet()) {
                files.put(name, Files.readAllBytes(bundle.file(name)));
            }
            files.keySet().remove(ModelBundle.PROBE);
            files.put(ModelBundle.GENERATOR_WEIGHTS, new byte[] {1});
            files.put(ModelBundle.GENERATOR_ONNX, new byte[] {1});
            ModelBundle unusable =
                    BundleWriter.write(
                            broken,
                            bundle.manifest().backbone(),
                            DIMENSIONS,
                            bundle.vocabulary(),
                            new TreeMap<>(),
                            new TreeMap<>(),
                            files,
                            Optional.empty());
            ModelRelease release =
                    ModelRelease.newBuilder()
                            .setVersion(unusable.modelVersion())
                            .setBundleUri(broken.toUri().toString())
                            .setManifestSha256(unusable.manifestSha256())
                            .setReleasedAtMicros(1)
                            .build();

            assertThat(reason(release, "file:///"))
                    .contains("generator.")
                    .doesNotContain(directory.toString());
        }
    }
}
