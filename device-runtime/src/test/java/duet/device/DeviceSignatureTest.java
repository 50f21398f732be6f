package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device that asks for signatures")
class DeviceSignatureTest {
    @TempDir Path directory;

    private final RandomModel random = RandomModel.small();
    private DeviceModel model;
    private Signer signer;
    private Device device;

    @BeforeEach
    void keys() throws Exception {
        model = DeviceModel.load(random.write(directory.resolve("bundle")));
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signer = Signer.read(pem("PRIVATE KEY", pair.getPrivate()));
        device =
                new Device(
                        RandomModel.DEVICE,
                        model,
                        Verifier.read(pem("PUBLIC KEY", pair.getPublic())));
    }

    private Path pem(String label, Key key) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(
                Files.createTempFile(directory, "key-", ".pem"),
                String.format(
                        Locale.ROOT,
                        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                        label,
                        text,
                        label),
                StandardCharsets.US_ASCII);
    }

    private WeightDelta signed(long sequence) {
        WeightDelta delta = random.delta(model.version(), sequence);
        delta.setSignature(signer.sign(delta));
        return delta;
    }

    private void assertRefused(WeightDelta delta) {
        device.apply(signed(0));
        assertThat(device.apply(delta)).isEqualTo(ApplyOutcome.UNSIGNED);
        assertThat(device.lastSequence()).isZero();
    }

    @Test
    @DisplayName("takes a signed delta, over the wire too")
    void signed() throws Exception {
        assertThat(device.apply(signed(1))).isEqualTo(ApplyOutcome.APPLIED);
        WeightDelta received =
                Records.deltaDecoder().decode(Records.deltaEncoder().encode(signed(2)));
        assertThat(device.apply(received)).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(device.lastSequence()).isEqualTo(2);
    }

    @Test
    @DisplayName("refuses one without a signature, and one of a signature cut short")
    void unsigned() {
        assertRefused(random.delta(model.version(), 5));
        WeightDelta cut = signed(5);
        cut.setSignature(ByteBuffer.wrap(new byte[63]));
        assertRefused(cut);
    }

    @Test
    @DisplayName("refuses one that was altered and given the checksum of what it holds now")
    void altered() {
        WeightDelta delta = signed(5);
        List<LayerDelta> other = random.delta(model.version(), 6).getLayers();
        delta.setLayers(other);
        assertRefused(RandomModel.sealed(delta));
        WeightDelta further = signed(5);
        further.setLastSequence(50);
        assertRefused(RandomModel.sealed(further));
    }

    @Test
    @DisplayName("refuses one that another key has signed")
    void otherKey() throws Exception {
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        WeightDelta delta = random.delta(model.version(), 5);
        delta.setSignature(Signer.read(pem("PRIVATE KEY", other.getPrivate())).sign(delta));
        assertRefused(delta);
    }

    @Test
    @DisplayName("takes one that was signed together with others, and none of those in its place")
    void signedTogether() throws Exception {
        WeightDelta own = random.delta(model.version(), 5);
        WeightDelta other = random.delta(model.version(), 6);
        List<ByteBuffer> signatures = signer.sign(List.of(own, other, signed(7)));
        other.setSignature(signatures.get(0));
        assertRefused(other);

        own.setSignature(signatures.get(0));
        WeightDelta received = Records.deltaDecoder().decode(Records.deltaEncoder().encode(own));
        assertThat(device.apply(received)).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(device.lastSequence()).isEqualTo(5);
    }

    @Test
    @DisplayName("says of a stale or foreign delta what it is without looking at its signature")
    void cheapChecksFirst() {
        device.apply(signed(5));
        assertThat(device.apply(random.delta(model.version(), 4))).isEqualTo(ApplyOutcome.STALE);
        assertThat(device.apply(random.delta("sasrec-000000000000", 9)))
                .isEqualTo(ApplyOutcome.OTHER_VERSION);
    }
}
