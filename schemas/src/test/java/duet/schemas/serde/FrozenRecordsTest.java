package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Records as each version wrote them, byte for byte: topics keep them, so they must be read
 * forever.
 */
class FrozenRecordsTest {
    private static byte[] bytes(int version, String name) {
        Properties frozen = new Properties();
        try (InputStream in =
                FrozenRecordsTest.class.getResourceAsStream(
                        "records-v" + version + ".properties")) {
            frozen.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().parseHex(frozen.getProperty(name));
    }

    @Nested
    class OfVersionOne {
        @Test
        void window() throws Exception {
            assertThat(Records.windowDecoder().decode(bytes(1, "InteractionWindow")))
                    .isEqualTo(
                            InteractionWindow.newBuilder()
                                    .setDeviceId("gerät-42")
                                    .setModelVersion("sasrec-0123456789ab")
                                    .setFirstSequence(300)
                                    .setInteractions(
                                            List.of(
                                                    Interactions.ofItem(0L, 874724710000L),
                                                    Interactions.ofItem(1682L, 874724711000L),
                                                    Interactions.ofItem(
                                                            9_007_199_254_740_993L, -1L)))
                                    .setSentAtMicros(1_700_000_000_000_001L)
                                    .build());
        }

        @Test
        void delta() throws Exception {
            WeightDelta delta = Records.deltaDecoder().decode(bytes(1, "WeightDelta"));
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
                                                                    "0000003f000080be0000803f00000080000080bf0000003e"),
                                                            0),
                                                    new LayerDelta(
                                                            "dynamic.2",
                                                            List.of(3, 2),
                                                            Encoding.INT8,
                                                            hex("823b023c023c"),
                                                            hex("7ec17e008210"),
                                                            0)))
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
            assertThat(Records.releaseDecoder().decode(bytes(1, "ModelRelease")))
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
            assertThat(Records.releaseDecoder().decode(bytes(1, "ModelReleaseUnsigned")))
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
            assertThat(Records.deadLetterDecoder().decode(bytes(1, "DeadLetter")))
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
    }

    @Nested
    class OfVersionTwo {
        @Test
        void window() throws Exception {
            InteractionWindow window =
                    InteractionWindow.newBuilder()
                            .setDeviceId("gerät-42")
                            .setModelVersion("sasrec-0123456789ab")
                            .setFirstSequence(300)
                            .setInteractions(
                                    List.of(
                                            Interactions.ofItem(0L, 874724710000L),
                                            Interactions.ofItem(9_007_199_254_740_993L, -1L)))
                            .setSentAtMicros(1_700_000_000_000_001L)
                            .build();
            assertThat(Records.windowDecoder().decode(bytes(2, "InteractionWindow")))
                    .isEqualTo(window);
            assertThat(Records.windowEncoder().encode(window))
                    .isEqualTo(bytes(2, "InteractionWindow"));
        }

        @Test
        void windowOfFeatures() throws Exception {
            InteractionWindow window =
                    InteractionWindow.newBuilder()
                            .setDeviceId("gerät-42")
                            .setModelVersion("perceptron-0123456789ab")
                            .setFirstSequence(300)
                            .setInteractions(
                                    List.of(
                                            Interactions.ofFeatures(
                                                    new float[] {0.5f, -0.0f, 1e-40f},
                                                    874724710000L),
                                            Interactions.ofFeatures(
                                                    new float[] {-1, 3.4e38f, 0}, -1L)))
                            .setSentAtMicros(1_700_000_000_000_001L)
                            .build();
            assertThat(Records.windowDecoder().decode(bytes(2, "FeatureWindow"))).isEqualTo(window);
            assertThat(Records.windowEncoder().encode(window)).isEqualTo(bytes(2, "FeatureWindow"));
        }

        @Test
        void delta() throws Exception {
            WeightDelta delta = Records.deltaDecoder().decode(bytes(2, "WeightDelta"));
            assertThat(delta.getLayers())
                    .containsExactly(
                            new LayerDelta(
                                    "dynamic.1",
                                    List.of(3, 2),
                                    Encoding.INT4,
                                    hex("933d133edc3d"),
                                    hex("d7277f"),
                                    1),
                            new LayerDelta(
                                    "dynamic.2",
                                    List.of(3, 2),
                                    Encoding.INT8,
                                    hex("823b023cc23b"),
                                    hex("7ec17e20eb7f"),
                                    1),
                            new LayerDelta(
                                    "dynamic.3",
                                    List.of(3, 2),
                                    Encoding.FLOAT32,
                                    hex(""),
                                    hex("0000003f000080be0000803f0000803e000000be0000403f"),
                                    1),
                            new LayerDelta(
                                    "dynamic.4",
                                    List.of(4, 3),
                                    Encoding.INT4,
                                    hex("133e0000803fdc3e"),
                                    hex("e307000079045207"),
                                    0));
            assertThat(delta.getLastSequence()).isEqualTo(302);
            assertThat(delta.getGeneratedAtMicros()).isEqualTo(1_700_000_000_005_000L);
            assertThat(delta.getChecksum()).isEqualTo(-1_806_537_848);
            assertThat(delta.getChecksum()).isEqualTo(DeltaChecksum.of(delta));
            assertThat(delta.getRevision()).isZero();
            assertThat(delta.getSignature()).isNull();
            assertThat(DeltaCodec.decode(delta.getLayers().get(0)))
                    .containsExactly(
                            0.50489473f,
                            0.14425564f,
                            -0.21638346f,
                            -0.061823845f,
                            -0.107421875f,
                            0.7519531f);
            assertThat(DeltaCodec.decode(delta.getLayers().get(1)))
                    .containsExactly(
                            0.4997559f,
                            0.12692213f,
                            -0.24987794f,
                            -0.063461065f,
                            -0.12432861f,
                            0.7518921f);
            assertThat(DeltaCodec.decode(delta.getLayers().get(2)))
                    .containsExactly(0.5f, 0.125f, -0.25f, -0.0625f, -0.125f, 0.75f);
            assertThat(DeltaCodec.decode(delta.getLayers().get(3)))
                    .containsExactly(
                            0.43066406f,
                            -0.28710938f,
                            1.0048828f,
                            0,
                            0,
                            0,
                            -7,
                            7,
                            4,
                            0.859375f,
                            2.1484375f,
                            3.0078125f);
        }
    }

    @Nested
    class OfVersionThree {
        @Test
        void delta() throws Exception {
            WeightDelta delta =
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
                                                    Encoding.INT8,
                                                    hex("823b023c023c"),
                                                    hex("7ec17e008210"),
                                                    0)))
                            .setWindowSentAtMicros(1_700_000_000_000_001L)
                            .setReceivedAtMicros(1_700_000_000_000_900L)
                            .setGeneratedAtMicros(1_700_000_000_005_000L)
                            .setChecksum(498_661_804)
                            .setRevision(1L << 33)
                            .setSignature(hex("0a0b0c"))
                            .build();
            assertThat(Records.deltaDecoder().decode(bytes(3, "WeightDelta"))).isEqualTo(delta);
            assertThat(DeltaChecksum.of(delta)).isEqualTo(delta.getChecksum());
        }

        /** Version 2 of the release. */
        @Test
        void release() throws Exception {
            ModelRelease release =
                    ModelRelease.newBuilder()
                            .setVersion("sasrec-0123456789ab")
                            .setBundleUri("file:///models/a")
                            .setManifestSha256("00ff")
                            .setReleasedAtMicros(5)
                            .setShare(0.3)
                            .setState(ReleaseState.WITHDRAWN)
                            .build();
            assertThat(Records.releaseDecoder().decode(bytes(3, "ModelRelease")))
                    .isEqualTo(release);
        }

        /** Version 1 of the status. */
        @Test
        void releaseStatus() throws Exception {
            ReleaseStatus status =
                    new ReleaseStatus(
                            "sasrec-0123456789ab",
                            "00ff",
                            1,
                            2,
                            ServingState.REFUSED,
                            "manifest.json has another SHA-256",
                            Map.of("loadMs", 812.0),
                            9L);
            assertThat(Records.releaseStatusDecoder().decode(bytes(3, "ReleaseStatus")))
                    .isEqualTo(status);
            assertThat(Records.releaseStatusEncoder().encode(status))
                    .isEqualTo(bytes(3, "ReleaseStatus"));
        }
    }

    /** Version 4 of the delta, version 3 of the release, version 1 of the reset. */
    @Nested
    class OfVersionFour {
        @Test
        void delta() throws Exception {
            WeightDelta delta =
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
                                                    Encoding.INT8,
                                                    hex("823b023c023c"),
                                                    hex("7ec17e008210"),
                                                    0)))
                            .setWindowSentAtMicros(1_700_000_000_000_001L)
                            .setReceivedAtMicros(1_700_000_000_000_900L)
                            .setGeneratedAtMicros(1_700_000_000_005_000L)
                            .setChecksum(353_566_136)
                            .setRevision(1L << 33)
                            .setSignature(hex("0a0b0c"))
                            .setEpoch(1_699_999_999_999_999L)
                            .build();
            assertThat(Records.deltaDecoder().decode(bytes(4, "WeightDelta"))).isEqualTo(delta);
            assertThat(Records.deltaEncoder().encode(delta)).isEqualTo(bytes(4, "WeightDelta"));
            assertThat(DeltaChecksum.of(delta)).isEqualTo(delta.getChecksum());
        }

        @Test
        void deviceReset() throws Exception {
            DeviceReset reset =
                    new DeviceReset("gerät-42", 1_700_000_000_000_001L, "numbers far ahead");
            assertThat(Records.deviceResetDecoder().decode(bytes(4, "DeviceReset")))
                    .isEqualTo(reset);
            assertThat(Records.deviceResetEncoder().encode(reset))
                    .isEqualTo(bytes(4, "DeviceReset"));
        }

        @Test
        void release() throws Exception {
            ModelRelease release =
                    ModelRelease.newBuilder()
                            .setVersion("sasrec-0123456789ab")
                            .setBundleUri("file:///models/a")
                            .setManifestSha256("00ff")
                            .setSignature(hex("0a0b0c"))
                            .setReleasedAtMicros(5)
                            .setMetrics(Map.of("userAuc", 0.9015))
                            .setShare(0.3)
                            .setState(ReleaseState.WITHDRAWN)
                            .setCounter(1_700_000_000_000_001L)
                            .setRolloutSignature(hex("0d0e"))
                            .build();
            assertThat(Records.releaseDecoder().decode(bytes(4, "ModelRelease")))
                    .isEqualTo(release);
            assertThat(Records.releaseEncoder().encode(release))
                    .isEqualTo(bytes(4, "ModelRelease"));
        }

        /** What older versions wrote has no counter and no rollout signature. */
        @Test
        void releaseOfVersionTwo() throws Exception {
            ModelRelease older = Records.releaseDecoder().decode(bytes(3, "ModelRelease"));
            assertThat(older.getCounter()).isZero();
            assertThat(older.getRolloutSignature()).isNull();
        }
    }

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
    }
}
