package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Records as the first version wrote them, byte for byte: topics keep them, so they must be read forever. */
class FrozenRecordsTest {
    private final Properties frozen = new Properties();

    FrozenRecordsTest() {
        try (InputStream in = getClass().getResourceAsStream("records-v1.properties")) {
            frozen.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] bytes(String name) {
        return HexFormat.of().parseHex(frozen.getProperty(name));
    }

    @Test
    void window() throws Exception {
        assertThat(Records.windowDecoder().decode(bytes("InteractionWindow")))
                .isEqualTo(
                        InteractionWindow.newBuilder()
                                .setDeviceId("gerät-42")
                                .setModelVersion("sasrec-0123456789ab")
                                .setFirstSequence(300)
                                .setInteractions(
                                        List.of(
                                                new Interaction(0L, 874724710000L),
                                                new Interaction(1682L, 874724711000L),
                                                new Interaction(9_007_199_254_740_993L, -1L)))
                                .setSentAtMicros(1_700_000_000_000_001L)
                                .build());
    }

    @Test
    void delta() throws Exception {
        WeightDelta delta = Records.deltaDecoder().decode(bytes("WeightDelta"));
        assertThat(delta)
                .isEqualTo(
                        WeightDelta.newBuilder()
                                .setDeviceId("gerät-42")
                                .setModelVersion("sasrec-0123456789ab")
                                .setLastSequence(302)
                                .setAnsweredWindows(3)
                                .setLayers(
                                        List.of(
                                                new LayerDelta(
                                                        "dynamic.1",
                                                        List.of(3, 2),
                                                        Encoding.FLOAT32,
                                                        hex(""),
                                                        hex(
                                                                "0000003f000080be0000803f00000080000080bf0000003e")),
                                                new LayerDelta(
                                                        "dynamic.2",
                                                        List.of(3, 2),
                                                        Encoding.INT8,
                                                        hex("823b023c023c"),
                                                        hex("7ec17e008210"))))
                                .setWindowSentAtMicros(1_700_000_000_000_001L)
                                .setReceivedAtMicros(1_700_000_000_000_900L)
                                .setGeneratedAtMicros(1_700_000_000_005_000L)
                                .setChecksum(905_916_715)
                                .build());
        assertThat(delta.getChecksum()).isEqualTo(DeltaChecksum.of(delta));
        assertThat(DeltaCodec.decode(delta.getLayers().get(0)))
                .containsExactly(0.5f, -0.25f, 1, -0.0f, -1, 0.125f);
        assertThat(DeltaCodec.decode(delta.getLayers().get(1)))
                .containsExactly(
                        0.49987793f, -0.24993896f, 0.99975586f, 0, -0.99975586f, 0.12695312f);
    }

    @Test
    void release() throws Exception {
        assertThat(Records.releaseDecoder().decode(bytes("ModelRelease")))
                .isEqualTo(
                        ModelRelease.newBuilder()
                                .setVersion("sasrec-0123456789ab")
                                .setBundleUri("file:///models/a")
                                .setManifestSha256("00ff")
                                .setSignature(hex("010203"))
                                .setReleasedAtMicros(5)
                                .setMetrics(Map.of("userAuc", 0.9015))
                                .build());
    }

    @Test
    void releaseWithoutSignature() throws Exception {
        assertThat(Records.releaseDecoder().decode(bytes("ModelReleaseUnsigned")))
                .isEqualTo(
                        ModelRelease.newBuilder()
                                .setVersion("v")
                                .setBundleUri("u")
                                .setManifestSha256("0")
                                .setReleasedAtMicros(-1)
                                .build());
    }

    @Test
    void deadLetter() throws Exception {
        assertThat(Records.deadLetterDecoder().decode(bytes("DeadLetter")))
                .isEqualTo(
                        DeadLetter.newBuilder()
                                .setTopic("duet.windows")
                                .setPartition(3)
                                .setOffset(99)
                                .setKey(hex("6b"))
                                .setValue(hex("00ff02"))
                                .setValueSize(1_000_000)
                                .setReason("record has no value")
                                .setFailedAtMicros(8)
                                .build());
    }

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }
}
