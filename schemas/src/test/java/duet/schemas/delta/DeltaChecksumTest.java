package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeltaChecksumTest {
    private static WeightDelta delta() {
        float[] values = {0.5f, -0.25f, 1, 0, -1, 0.125f};
        return new WeightDelta(
                "d-42",
                "sasrec-1",
                36L,
                2,
                List.of(
                        DeltaCodec.encode("dynamic.1", 3, 2, values, Encoding.INT8),
                        DeltaCodec.encode("dynamic.2", 3, 2, values, Encoding.FLOAT32)),
                1L,
                2L,
                3L,
                0,
                7L,
                null,
                0L);
    }

    private static void assertNoticed(Consumer<WeightDelta> change) {
        WeightDelta changed = delta();
        change.accept(changed);
        assertThat(DeltaChecksum.of(changed)).isNotEqualTo(DeltaChecksum.of(delta()));
    }

    private static void assertLayerChangeNoticed(Consumer<LayerDelta> change) {
        assertNoticed(delta -> change.accept(delta.getLayers().get(0)));
        assertNoticed(delta -> change.accept(delta.getLayers().get(1)));
    }

    @Test
    void isTheSameForTheSameDelta() {
        assertThat(DeltaChecksum.of(delta())).isEqualTo(DeltaChecksum.of(delta()));
    }

    @Test
    void isTheSameAfterTheWire() throws Exception {
        WeightDelta received =
                Records.deltaDecoder().decode(Records.deltaEncoder().encode(delta()));
        assertThat(DeltaChecksum.of(received)).isEqualTo(DeltaChecksum.of(delta()));
    }

    @Test
    void noticesIdentity() {
        assertNoticed(delta -> delta.setDeviceId("d-43"));
        assertNoticed(delta -> delta.setModelVersion("sasrec-2"));
        assertNoticed(delta -> delta.setLastSequence(37L));
        assertNoticed(
                delta -> { // the same letters, cut elsewhere
                    delta.setDeviceId("d-42s");
                    delta.setModelVersion("asrec-1");
                });
    }

    @Test
    void noticesTheRevision() {
        assertNoticed(delta -> delta.setRevision(8L));
        assertNoticed(delta -> delta.setRevision(0L));
    }

    @Test
    void noticesTheEpoch() {
        assertNoticed(delta -> delta.setEpoch(1L));
        assertNoticed(delta -> delta.setEpoch(-2L));
    }

    @Test
    void noticesLayers() {
        assertLayerChangeNoticed(layer -> layer.setName("dynamic.3"));
        assertLayerChangeNoticed(layer -> layer.setShape(List.of(2, 3)));
        assertLayerChangeNoticed(layer -> layer.setShape(List.of(3, 2, 1)));
        assertLayerChangeNoticed(layer -> layer.setEncoding(Encoding.UNKNOWN));
        assertLayerChangeNoticed(layer -> layer.setRank(1));
        assertLayerChangeNoticed(layer -> layer.setRank(-1));
        assertNoticed(delta -> delta.setLayers(delta.getLayers().subList(0, 1)));
        assertNoticed(
                delta ->
                        delta.setLayers(
                                List.of(delta.getLayers().get(1), delta.getLayers().get(0))));
    }

    @Test
    void noticesEveryBitOfScalesAndData() {
        for (int bit = 0; bit < 6 * 8; bit++) {
            int flipped = bit;
            assertNoticed(delta -> flip(delta.getLayers().get(0).getScales().array(), flipped));
            assertNoticed(delta -> flip(delta.getLayers().get(0).getData().array(), flipped));
        }
        for (int bit = 0; bit < 24 * 8; bit++) {
            int flipped = bit;
            assertNoticed(delta -> flip(delta.getLayers().get(1).getData().array(), flipped));
        }
    }

    @Test
    void noticesAnotherTimeOfGeneration() {
        assertNoticed(delta -> delta.setGeneratedAtMicros(delta.getGeneratedAtMicros() + 1));
    }

    @Test
    void leavesOutWhatIsForMeasurement() {
        WeightDelta changed = delta();
        changed.setAnsweredWindows(99);
        changed.setWindowSentAtMicros(9L);
        changed.setReceivedAtMicros(9L);
        changed.setSignature(ByteBuffer.allocate(64));
        assertThat(DeltaChecksum.of(changed)).isEqualTo(DeltaChecksum.of(delta()));
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    }
}
