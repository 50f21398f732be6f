package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.record.WeightDelta;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device that keeps its newest order")
class DeviceRestartTest {
    @TempDir Path directory;

    private final RandomModel random = RandomModel.small();
    private final RandomModel otherRandom =
            RandomModel.of(RandomModel.dimensions(60, 6, 12, 1, 2), 8);
    private DeviceModel model;
    private DeviceModel otherModel;
    private Signer signer;
    private Verifier verifier;

    @BeforeEach
    void keys() throws Exception {
        model = DeviceModel.load(random.write(directory.resolve("bundle")));
        otherModel = DeviceModel.load(otherRandom.write(directory.resolve("other")));
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signer = Signer.read(pem("PRIVATE KEY", pair.getPrivate()));
        verifier = Verifier.read(pem("PUBLIC KEY", pair.getPublic()));
    }

    private Path pem(String label, Key key) throws IOException {
        Path file = Files.createTempFile(directory, "key-", ".pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }

    /** As the process of a device does that is started again. */
    private Device started(DeviceModel runs) {
        return new Device(
                RandomModel.DEVICE,
                runs,
                verifier,
                new FileOrderStore(directory.resolve("order"), RandomModel.DEVICE));
    }

    private WeightDelta signed(long sequence, long generatedAt) {
        return signed(random.delta(model.version(), sequence), generatedAt, 0);
    }

    private WeightDelta signed(WeightDelta delta, long generatedAt, long epoch) {
        delta.setGeneratedAtMicros(generatedAt);
        delta.setEpoch(epoch);
        RandomModel.sealed(delta);
        delta.setSignature(signer.sign(delta));
        return delta;
    }

    @Test
    @DisplayName("refuses a signed old delta after a restart.")
    void replayed() {
        WeightDelta old = signed(4, 40);
        Device device = started(model);
        assertThat(device.apply(old)).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(device.apply(signed(5, 50))).isEqualTo(ApplyOutcome.APPLIED);

        Device again = started(model);
        assertThat(again.apply(old)).isEqualTo(ApplyOutcome.STALE);
        assertThat(again.apply(signed(5, 49))).isEqualTo(ApplyOutcome.STALE);
        assertThat(again.lastSequence()).isEqualTo(-1);
        assertThat(again.layer(1)).containsExactly(random.global(1));

        Device forgetful = new Device(RandomModel.DEVICE, model, verifier);
        assertThat(forgetful.apply(old)).isEqualTo(ApplyOutcome.APPLIED);
    }

    @Test
    @DisplayName(
            "takes the newest delta again after a restart, once: it has its weights no longer.")
    void newestAgain() {
        started(model).apply(signed(5, 50));
        Device again = started(model);
        assertThat(again.apply(signed(5, 50))).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(again.lastSequence()).isEqualTo(5);
        assertThat(again.apply(signed(5, 50))).isEqualTo(ApplyOutcome.STALE);
        assertThat(again.apply(signed(6, 60))).isEqualTo(ApplyOutcome.APPLIED);
        assertThat(started(model).apply(signed(5, 50))).isEqualTo(ApplyOutcome.STALE);
    }

    @Test
    @DisplayName("goes on from it with another model, before and after a restart.")
    void otherModels() {
        Device device = started(model);
        device.apply(signed(5, 50));
        device.switchTo(otherModel);
        String version = otherModel.version();
        assertThat(device.apply(signed(otherRandom.delta(version, 4), 99, 0)))
                .isEqualTo(ApplyOutcome.STALE);

        Device again = started(otherModel);
        assertThat(again.apply(signed(otherRandom.delta(version, 4), 99, 0)))
                .isEqualTo(ApplyOutcome.STALE);
        assertThat(again.apply(signed(otherRandom.delta(version, 6), 60, 0)))
                .isEqualTo(ApplyOutcome.APPLIED);
        again.switchTo(model);
        assertThat(started(model).apply(signed(5, 99))).isEqualTo(ApplyOutcome.STALE);
    }

    @Test
    @DisplayName("keeps the epoch with it: what was made before a reset stays stale.")
    void epochs() {
        WeightDelta poisoned = signed(random.delta(model.version(), 1_000_000), 50, 0);
        Device device = started(model);
        device.apply(poisoned);
        assertThat(device.apply(signed(random.delta(model.version(), 6), 60, 55)))
                .isEqualTo(ApplyOutcome.APPLIED);
        Device again = started(model);
        assertThat(again.apply(poisoned)).isEqualTo(ApplyOutcome.STALE);
        assertThat(again.apply(signed(random.delta(model.version(), 6), 60, 55)))
                .isEqualTo(ApplyOutcome.APPLIED);
    }

    @Test
    @DisplayName("keeps nothing of a delta that it refuses.")
    void refusedDeltas() {
        Device device = started(model);
        device.apply(signed(5, 50));
        WeightDelta unsigned = random.delta(model.version(), 9);
        assertThat(device.apply(unsigned)).isEqualTo(ApplyOutcome.UNSIGNED);
        assertThat(started(model).apply(signed(6, 60))).isEqualTo(ApplyOutcome.APPLIED);
    }

    @Test
    @DisplayName("applies no delta whose order cannot be kept, and says so.")
    void notKept() {
        boolean[] full = {false};
        Device device =
                new Device(
                        RandomModel.DEVICE,
                        model,
                        verifier,
                        new OrderStore() {
                            @Override
                            public Optional<DeltaOrder> load() {
                                return Optional.empty();
                            }

                            @Override
                            public void keep(DeltaOrder order) {
                                if (full[0]) {
                                    throw new UncheckedIOException(
                                            new IOException("no space left"));
                                }
                            }
                        });
        device.apply(signed(4, 40));
        float[] before = device.layer(1);
        full[0] = true;
        assertThatThrownBy(() -> device.apply(signed(5, 50)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no space left");
        assertThat(device.lastSequence()).isEqualTo(4);
        assertThat(device.layer(1)).containsExactly(before);
        full[0] = false;
        assertThat(device.apply(signed(5, 50))).isEqualTo(ApplyOutcome.APPLIED);
    }

    @Test
    @DisplayName("does not start with an order that it cannot read.")
    void damaged() throws IOException {
        started(model).apply(signed(5, 50));
        Files.write(directory.resolve("order"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> started(model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "order file "
                                + directory.resolve("order")
                                + " is no kept order of a device");
    }
}
