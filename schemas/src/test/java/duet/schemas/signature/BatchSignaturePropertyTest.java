package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Deltas that were signed together, against whoever may write them. */
class BatchSignaturePropertyTest {
    private static Path directory;
    private static Signer signer;
    private static Verifier verifier;

    @BeforeContainer
    static void makeKeys() throws IOException {
        directory = Files.createTempDirectory("duet-keys-");
        KeyPairFiles keys = KeyPairFiles.write(directory, "key");
        signer = Signer.read(keys.privateKey());
        verifier = Verifier.read(keys.publicKey());
    }

    @AfterContainer
    static void deleteKeys() throws IOException {
        Files.delete(directory.resolve("key.pem"));
        Files.delete(directory.resolve("key.pub.pem"));
        Files.delete(directory);
    }

    @Property(tries = 40)
    void eachOfABatchIsVerifiedAlone(@ForAll @IntRange(min = 1, max = 70) int count) {
        for (WeightDelta delta : signed(count, 0)) {
            assertThat(verifier.verifies(delta)).isTrue();
        }
    }

    @Property(tries = 10)
    void oneAloneHasAnOrdinarySignature(@ForAll @IntRange(max = 1_000) int revision) {
        WeightDelta alone = signed(1, revision).get(0);
        assertThat(alone.getSignature()).isEqualTo(signer.sign(alone));
        assertThat(alone.getSignature().remaining()).isEqualTo(64);
        assertThat(signer.sign(List.<WeightDelta>of())).isEmpty();
    }

    @Property(tries = 60)
    void noneIsVerifiedWithTheSignatureOfAnother(
            @ForAll @IntRange(min = 2, max = 70) int count, @ForAll long seed) {
        Random random = new Random(seed);
        List<WeightDelta> deltas = signed(count, 0);
        List<WeightDelta> others = signed(count, 500);
        int index = random.nextInt(count);
        int other = (index + 1 + random.nextInt(count - 1)) % count;

        assertRefused(deltas.get(index), deltas.get(other).getSignature());
        assertRefused(deltas.get(index), others.get(index).getSignature());
        // The path of its own, under the signature of the other batch.
        byte[] mixed = bytes(deltas.get(index));
        System.arraycopy(bytes(others.get(index)), 0, mixed, 0, 64);
        assertRefused(deltas.get(index), ByteBuffer.wrap(mixed));
    }

    @Property(tries = 200)
    void noneIsVerifiedWithAnyBitOfItsSignatureTurned(
            @ForAll @IntRange(min = 2, max = 70) int count, @ForAll long seed) {
        Random random = new Random(seed);
        WeightDelta delta = signed(count, 0).get(random.nextInt(count));
        byte[] bytes = bytes(delta);
        int bit = random.nextInt(8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        assertRefused(delta, ByteBuffer.wrap(bytes));
    }

    @Property(tries = 100)
    void noneIsVerifiedAtAnotherPlaceOrAmongOthers(
            @ForAll @IntRange(min = 2, max = 70) int count,
            @ForAll int index,
            @ForAll int number,
            @ForAll long seed) {
        int own = new Random(seed).nextInt(count);
        WeightDelta delta = signed(count, 0).get(own);
        if (index != own) {
            assertRefused(delta, ByteBuffer.wrap(bytes(delta)).putInt(64, index));
        }
        if (number != count) {
            assertRefused(delta, ByteBuffer.wrap(bytes(delta)).putInt(68, number));
        }
        for (int near = 0; near < 80; near++) {
            if (near != own) {
                assertRefused(delta, ByteBuffer.wrap(bytes(delta)).putInt(64, near));
            }
            if (near != count) {
                assertRefused(delta, ByteBuffer.wrap(bytes(delta)).putInt(68, near));
            }
        }
    }

    @Property(tries = 60)
    void noneIsVerifiedWithASignatureThatIsLongerOrCut(
            @ForAll @IntRange(min = 2, max = 70) int count,
            @ForAll @IntRange(max = 1_000) int length) {
        WeightDelta delta = signed(count, 0).get(count - 1);
        byte[] bytes = bytes(delta);
        if (length != bytes.length) {
            assertRefused(delta, ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
        }
        // 64 bytes are a signature over something else than the delta.
        assertRefused(delta, ByteBuffer.wrap(Arrays.copyOf(bytes, 64)));
    }

    @Property(tries = 60)
    void noneIsVerifiedThatWasAltered(
            @ForAll @IntRange(min = 2, max = 70) int count, @ForAll long seed) {
        Random random = new Random(seed);
        WeightDelta delta = signed(count, 0).get(random.nextInt(count));
        switch (random.nextInt(4)) {
            case 0 -> delta.setDeviceId("d-x");
            case 1 -> delta.setLastSequence(delta.getLastSequence() + 1);
            case 2 -> delta.setModelVersion("sasrec-1");
            default -> {
                ByteBuffer data = delta.getLayers().get(0).getData();
                data.put(0, (byte) (data.get(0) ^ 1));
            }
        }
        assertRefused(delta, delta.getSignature());
    }

    private static void assertRefused(WeightDelta delta, ByteBuffer signature) {
        delta = WeightDelta.newBuilder(delta).setSignature(signature).build();
        delta.setChecksum(DeltaChecksum.of(delta));
        assertThat(verifier.verifies(delta)).isFalse();
    }

    private static byte[] bytes(WeightDelta delta) {
        byte[] bytes = new byte[delta.getSignature().remaining()];
        delta.getSignature().duplicate().get(bytes);
        return bytes;
    }

    private static List<WeightDelta> signed(int count, int revision) {
        List<WeightDelta> deltas =
                IntStream.range(0, count).mapToObj(i -> delta(i, revision + i)).toList();
        List<ByteBuffer> signatures = signer.sign(deltas);
        for (int i = 0; i < count; i++) {
            deltas.get(i).setSignature(signatures.get(i));
        }
        return deltas;
    }

    private static WeightDelta delta(int device, long revision) {
        WeightDelta delta = new WeightDelta();
        delta.setDeviceId("d-" + device);
        delta.setModelVersion("sasrec-0123456789ab");
        delta.setLastSequence(36L);
        delta.setRevision(revision);
        delta.setLayers(
                List.of(
                        DeltaCodec.encode(
                                "dynamic.1",
                                3,
                                2,
                                new float[] {0.5f, -0.25f, 1, 0, -1, 0.125f},
                                Encoding.INT8)));
        return delta;
    }
}
