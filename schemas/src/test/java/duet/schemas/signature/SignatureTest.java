package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A signature")
class SignatureTest {

    private static final String SHA256 =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir private Path directory;
    private Signer signer;
    private Verifier verifier;

    @BeforeEach
    void makeKeys() {
        KeyPairFiles keys = KeyPairFiles.write(directory, "key");
        signer = Signer.read(keys.privateKey());
        verifier = Verifier.read(keys.publicKey());
    }

    /**
     * Key 1 of RFC 8032, section 7.1, as {@code openssl pkey} writes it, and what {@code openssl
     * pkeyutl -rawin} signs.
     */
    @Test
    @DisplayName("is the one that OpenSSL makes with the key that OpenSSL writes")
    void openssl() throws IOException {
        Path privateKey =
                KeyPairFiles.ownersAlone(
                        Files.writeString(
                                directory.resolve("openssl.pem"),
                                """
                                -----BEGIN PRIVATE KEY-----
                                MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
                                -----END PRIVATE KEY-----
                                """));
        Path publicKey = writeRfcKey();
        ModelRelease release = release();

        Signer rfcKey = Signer.read(privateKey);
        release.setSignature(rfcKey.signPublication(release));
        release.setRolloutSignature(rfcKey.signRollout(release));

        assertThat(Base64.getEncoder().encodeToString(release.getSignature().array()))
                .isEqualTo(
                        "FOLHIQ4X3MHxnbW85S/x4CuatMHNyKBWWLQ6CRNdyJcpAPMvw2"
                                + "xXZHLbUuJD9YOExfqNI/Tk/AsfYQiZLudpCw==");
        assertThat(Base64.getEncoder().encodeToString(release.getRolloutSignature().array()))
                .isEqualTo(
                        "w7Az/YXCIgROH4+xJmH2P3qZq0XuG72bjUskCtRrtMvlUN8jPm"
                                + "tATGj7y+I/W6vAe5hqlCIDWNOmqKdhNNB1Dw==");
        assertThat(Verifier.read(publicKey).verifiesPublication(release)).isTrue();
        assertThat(Verifier.read(publicKey).verifiesRollout(release)).isTrue();
    }

    @Test
    @DisplayName("is taken from any of a verifier's keys, so that a key can be changed")
    void rotation() throws IOException {
        KeyPairFiles other = KeyPairFiles.write(directory, "other");
        Path both =
                Files.writeString(
                        directory.resolve("both.pub.pem"),
                        Files.readString(directory.resolve("key.pub.pem"))
                                + Files.readString(other.publicKey()));
        WeightDelta delta = signed();
        WeightDelta byTheOther = delta(7);
        byTheOther.setSignature(Signer.read(other.privateKey()).sign(byTheOther));

        assertThat(Verifier.read(both).verifies(delta)).isTrue();
        assertThat(Verifier.read(both).verifies(byTheOther)).isTrue();
        assertThat(verifier.verifies(byTheOther)).isFalse();
    }

    @Test
    @DisplayName("of a delta, of a publication and of a rollout is none of the others")
    void separateMessages() {
        WeightDelta delta = signed();
        ModelRelease release = release();
        ByteBuffer publication = signer.signPublication(release);
        ByteBuffer rollout = signer.signRollout(release);

        release.setSignature(publication);
        release.setRolloutSignature(rollout);
        assertThat(verifier.verifiesPublication(release)).isTrue();
        assertThat(verifier.verifiesRollout(release)).isTrue();
        for (ByteBuffer other : List.of(delta.getSignature(), rollout)) {
            release.setSignature(other);
            assertThat(verifier.verifiesPublication(release)).isFalse();
        }
        for (ByteBuffer other : List.of(delta.getSignature(), publication)) {
            release.setRolloutSignature(other);
            assertThat(verifier.verifiesRollout(release)).isFalse();
        }
        for (ByteBuffer other : List.of(publication, rollout)) {
            delta.setSignature(other);
            assertThat(verifier.verifies(delta)).isFalse();
        }
    }

    @Test
    @DisplayName("of a release begins as no delta and no hash does")
    void beginnings() {
        assertThat(Signer.message(signed())[0]).isIn((byte) 0, (byte) -1);
        assertThat(Signer.message(delta(0))[0]).isIn((byte) 0, (byte) -1);
        assertThat(ReleaseMessage.publication(release())[0]).isEqualTo((byte) 'D');
        assertThat(ReleaseMessage.rollout(release())[0]).isEqualTo((byte) 'D');
    }

    @Test
    @DisplayName("can be made and checked by many threads at once")
    void threads() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> checks = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                long revision = i;
                checks.add(
                        threads.submit(
                                () -> {
                                    WeightDelta delta = delta(revision);
                                    delta.setSignature(signer.sign(delta));
                                    return verifier.verifies(delta);
                                }));
            }
            for (Future<Boolean> check : checks) {
                assertThat(check.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("of a release as it was made before, over the hash alone, counts no longer")
    void ofTheHashAlone() {
        ModelRelease release = release();
        ByteBuffer before =
                ByteBuffer.wrap(
                        Base64.getDecoder()
                                .decode(
                                        "usy6OtN7DJVxDp22u0QrNXz047tU/JaHaBPLvLIBWOQZPuNSBt1YTmAa"
                                                + "+rudvWSDTqGtYBIk8TcFXOQNxIr1CQ=="));
        release.setSignature(before);
        release.setRolloutSignature(before);
        Verifier rfcKey = Verifier.read(writeRfcKey());
        assertThat(rfcKey.verifiesPublication(release)).isFalse();
        assertThat(rfcKey.verifiesRollout(release)).isFalse();
    }

    @Nested
    @DisplayName("of a delta")
    class OfDelta {

        @Test
        @DisplayName(
                "holds for what was signed, with or without a revision, and can be checked again")
        void holds() {
            WeightDelta delta = signed();
            assertThat(verifier.verifies(delta)).isTrue();
            assertThat(verifier.verifies(delta)).isTrue();

            WeightDelta first = delta(0);
            first.setSignature(signer.sign(first));
            assertThat(verifier.verifies(first)).isTrue();
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("duet.schemas.signature.SignatureTest#alterations")
        @DisplayName("does not hold when somebody altered its")
        void altered(String what, Consumer<WeightDelta> alteration) {
            WeightDelta delta = signed();
            alteration.accept(delta);
            // An attacker can make the checksum fit.
            delta.setChecksum(DeltaChecksum.of(delta));
            assertThat(verifier.verifies(delta)).as(what).isFalse();
        }

        @ParameterizedTest(name = "{0} bytes")
        @ValueSource(ints = {0, 1, 63, 64, 65, 4096})
        @DisplayName("is not made of any")
        void noSignature(int bytes) {
            WeightDelta delta = delta(7);
            delta.setSignature(ByteBuffer.allocate(bytes));
            assertThat(verifier.verifies(delta)).isFalse();
        }

        @Test
        @DisplayName("is missed where there is none")
        void unsigned() {
            assertThat(verifier.verifies(delta(7))).isFalse();
        }

        @Test
        @DisplayName("does not hold with any bit of it turned")
        void turnedBits() {
            for (int bit = 0; bit < 512; bit += 7) {
                WeightDelta delta = signed();
                byte[] bytes = delta.getSignature().array();
                bytes[bit / 8] ^= (byte) (1 << (bit % 8));
                assertThat(verifier.verifies(delta)).as("bit %d", bit).isFalse();
            }
        }
    }

    static Stream<Arguments> alterations() {
        return Stream.of(
                alteration("device", delta -> delta.setDeviceId("d-43")),
                alteration("model version", delta -> delta.setModelVersion("sasrec-1")),
                alteration("sequence number", delta -> delta.setLastSequence(37L)),
                alteration("revision", delta -> delta.setRevision(8L)),
                alteration("revision taken away", delta -> delta.setRevision(0L)),
                alteration("time of generation", delta -> delta.setGeneratedAtMicros(4L)),
                alteration(
                        "layers' number",
                        delta -> delta.setLayers(List.of(delta.getLayers().get(0)))),
                alteration(
                        "layers' order",
                        delta ->
                                delta.setLayers(
                                        List.of(
                                                delta.getLayers().get(1),
                                                delta.getLayers().get(0)))),
                alteration("layer's name", delta -> first(delta).setName("dynamic.3")),
                alteration("layer's shape", delta -> first(delta).setShape(List.of(2, 3))),
                alteration("layer's encoding", delta -> first(delta).setEncoding(Encoding.INT4)),
                alteration("layer's rank", delta -> first(delta).setRank(1)),
                alteration("layer's scale", delta -> turn(first(delta).getScales())),
                alteration("layer's weight", delta -> turn(first(delta).getData())));
    }

    private Path writeRfcKey() {
        try {
            return Files.writeString(
                    directory.resolve("openssl.pub.pem"),
                    """
                    -----BEGIN PUBLIC KEY-----
                    MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
                    -----END PUBLIC KEY-----
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Arguments alteration(String what, Consumer<WeightDelta> alteration) {
        return Arguments.of(what, alteration);
    }

    private static LayerDelta first(WeightDelta delta) {
        return delta.getLayers().get(0);
    }

    private static void turn(ByteBuffer bytes) {
        bytes.put(bytes.position(), (byte) (bytes.get(bytes.position()) ^ 1));
    }

    private WeightDelta signed() {
        WeightDelta delta = delta(7);
        delta.setSignature(signer.sign(delta));
        return delta;
    }

    private static WeightDelta delta(long revision) {
        List<LayerDelta> layers = List.of(layer("dynamic.1"), layer("dynamic.2"));
        WeightDelta delta =
                new WeightDelta(
                        "d-42",
                        "sasrec-0123456789ab",
                        36L,
                        2,
                        layers,
                        1L,
                        2L,
                        3L,
                        0,
                        revision,
                        null,
                        0L);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }

    private static LayerDelta layer(String name) {
        return DeltaCodec.encode(
                name, 3, 2, new float[] {0.5f, -0.25f, 1, 0, -1, 0.125f}, Encoding.INT8);
    }

    private static ModelRelease release() {
        return new ModelRelease(
                "sasrec-0123456789ab",
                "file:///models/a",
                SHA256,
                null,
                5L,
                Map.of(),
                1.0,
                ReleaseState.LIVE,
                0L,
                null);
    }
}
