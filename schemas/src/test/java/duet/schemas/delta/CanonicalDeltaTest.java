package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CanonicalDeltaTest {
    private static WeightDelta delta(long revision, List<LayerDelta> layers) {
        return delta(0, revision, layers);
    }

    private static WeightDelta delta(long epoch, long revision, List<LayerDelta> layers) {
        return new WeightDelta("d", "v", 36L, 2, layers, 1L, 2L, 3L, 0, revision, null, epoch);
    }

    private static LayerDelta layer(List<Integer> shape, int rank) {
        return new LayerDelta(
                "l",
                shape,
                Encoding.INT8,
                ByteBuffer.wrap(new byte[] {5}),
                ByteBuffer.wrap(new byte[] {6, 7}),
                rank);
    }

    private static byte[] parts(Object... parts) {
        ByteBuffer all = ByteBuffer.allocate(1024);
        for (Object part : parts) {
            if (part instanceof byte[] bytes) {
                all.putLong(bytes.length).put(bytes);
            } else if (part instanceof String text) {
                all.putLong(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
            } else {
                all.putLong((int) part);
            }
        }
        byte[] bytes = new byte[all.position()];
        all.flip().get(bytes);
        return bytes;
    }

    @Test
    void withoutARevisionAreThoseOfTheFirstVersions() {
        byte[] scales = {5};
        byte[] data = {6, 7};
        assertThat(
                        CanonicalDelta.bytes(
                                delta(0, List.of(layer(List.of(3, 2), 0), layer(List.of(1), 4)))))
                .isEqualTo(
                        parts(
                                "d", "v", 36, 3, "l", 3, 2, "INT8", scales, data, "l", 1, "INT8",
                                scales, data, 4));
    }

    @Test
    void withARevisionCountLayersAndDimensions() {
        byte[] scales = {5};
        byte[] data = {6, 7};
        assertThat(CanonicalDelta.bytes(delta(9, List.of(layer(List.of(3, 2), 0)))))
                .isEqualTo(parts(-2, "d", "v", 36, 9, 3, 1, "l", 2, 3, 2, "INT8", scales, data, 0));
    }

    @Test
    void ofAnEpochCountLayersAndDimensionsWhateverTheRevision() {
        byte[] scales = {5};
        byte[] data = {6, 7};
        for (int revision : new int[] {0, 9}) {
            assertThat(CanonicalDelta.bytes(delta(8, revision, List.of(layer(List.of(3, 2), 0)))))
                    .isEqualTo(
                            parts(
                                    -3, 8, "d", "v", 36, revision, 3, 1, "l", 2, 3, 2, "INT8",
                                    scales, data, 0));
        }
    }

    @Test
    void areWhatTheChecksumCovers() {
        for (long epoch : new long[] {0, 8}) {
            for (long revision : new long[] {0, 9}) {
                WeightDelta delta = delta(epoch, revision, List.of(layer(List.of(3, 2), 1)));
                CRC32C crc = new CRC32C();
                crc.update(CanonicalDelta.bytes(delta));
                assertThat(DeltaChecksum.of(delta)).isEqualTo((int) crc.getValue());
            }
        }
    }

    @Test
    void leaveTheRecordAsItIs() {
        WeightDelta delta = delta(9, new ArrayList<>(List.of(layer(List.of(3, 2), 1))));
        CanonicalDelta.bytes(delta);
        assertThat(delta).isEqualTo(delta(9, List.of(layer(List.of(3, 2), 1))));
        assertThat(delta.getLayers().get(0).getData().remaining()).isEqualTo(2);
    }
}
