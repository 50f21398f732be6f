package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.release.ReleaseLoader.Loaded;
import duet.jobs.release.ReleaseLoader.Outcome;
import duet.jobs.release.ReleaseLoader.Refused;
import duet.model.bundle.BundleExport;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
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
                                directory.resolve("cache"), publicKey, Duration.ofSeconds(60)),
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

    private Path pem(String label, Key key) throws IOException {
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
        release.setSignature(signer.sign(release));
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
        assertRefused(signed(other), "none of the keys in " + publicKey + " has signed it");
    }

    @Test
    @DisplayName("refuses a signature of another manifest, and one that is none")
    void otherSignature() throws Exception {
        ModelRelease another = signed(trusted);
        another.setManifestSha256("0".repeat(64));
        assertRefused(another, "none of the keys in " + publicKey + " has signed it");
        ModelRelease garbage = released();
        garbage.setSignature(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertRefused(garbage, "none of the keys in " + publicKey + " has signed it");
    }
}
