package duet.jobs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.ItemIds;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeviceHistorySerializerTest {
    private static final ClassLoader LOADER = DeviceHistorySerializerTest.class.getClassLoader();

    /** What the frozen bytes of every version hold. */
    private static List<DeviceHistory> frozenHistories() {
        List<DeviceHistory> histories = new ArrayList<>();
        histories.add(DeviceHistory.empty());
        histories.add(DeviceHistory.empty().merge(0, new ItemIds(5, 0, 300), 30).history());
        histories.add(
                DeviceHistory.empty()
                        .merge(70_000, new ItemIds(Long.MAX_VALUE, 1), 30)
                        .history()
                        .merge(70_010, new ItemIds(2, 3, 4), 30)
                        .history()
                        .merge(71_000, new ItemIds(9), 30)
                        .history());
        return histories;
    }

    private static DeviceHistory vectors() {
        return DeviceHistory.empty()
                .merge(5, new FeatureVectors(new float[] {1, -0.0f, 1e-40f}), 30)
                .history()
                .merge(300, new FeatureVectors(new float[] {0.5f, 2, 3}, new float[] {4, 5, 6}), 30)
                .history();
    }

    private static byte[] frozen(int version, String name) throws IOException {
        Properties frozen = new Properties();
        try (InputStream in =
                DeviceHistorySerializerTest.class.getResourceAsStream(
                        "device-history.v" + version + ".properties")) {
            frozen.load(in);
        }
        return HexFormat.of().parseHex(frozen.getProperty(name));
    }

    private static TypeSerializerSnapshot<DeviceHistory> readSnapshot(byte[] bytes)
            throws IOException {
        return TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(bytes), LOADER);
    }

    @Nested
    class StateOfVersionOne {
        @Test
        void isReadByTodaysSerializerWithoutMigration() throws IOException {
            TypeSerializerSnapshot<DeviceHistory> before = readSnapshot(frozen(1, "snapshot"));

            assertThat(
                            new DeviceHistorySerializer()
                                    .snapshotConfiguration()
                                    .resolveSchemaCompatibility(before)
                                    .isCompatibleAsIs())
                    .isTrue();
        }

        @Test
        void holdsTheHistoriesThatWereWritten() throws IOException {
            TypeSerializer<DeviceHistory> restored =
                    readSnapshot(frozen(1, "snapshot")).restoreSerializer();
            List<DeviceHistory> expected = frozenHistories();
            for (int i = 0; i < expected.size(); i++) {
                byte[] bytes = frozen(1, "history." + i);
                assertThat(restored.deserialize(new DataInputDeserializer(bytes)))
                        .isEqualTo(expected.get(i));
                assertThat(
                                new DeviceHistorySerializer()
                                        .deserialize(new DataInputDeserializer(bytes)))
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @Nested
    class StateOfVersionTwo {
        @Test
        void isReadByTodaysSerializerWithoutMigration() throws IOException {
            assertThat(
                            new DeviceHistorySerializer()
                                    .snapshotConfiguration()
                                    .resolveSchemaCompatibility(readSnapshot(frozen(2, "snapshot")))
                                    .isCompatibleAsIs())
                    .isTrue();
        }

        @Test
        void holdsTheVectorsThatWereWritten() throws IOException {
            assertThat(
                            readSnapshot(frozen(2, "snapshot"))
                                    .restoreSerializer()
                                    .deserialize(new DataInputDeserializer(frozen(2, "features"))))
                    .isEqualTo(vectors());
        }
    }

    private static List<DeviceHistory> frozenHistoriesWithRevision() {
        List<DeviceHistory> histories = frozenHistories();
        histories.add(vectors());
        histories.add(vectors().cleared());
        return histories;
    }

    @Nested
    class StateOfVersionThree {
        @Test
        void isReadByTodaysSerializerWithoutMigration() throws IOException {
            assertThat(
                            new DeviceHistorySerializer()
                                    .snapshotConfiguration()
                                    .resolveSchemaCompatibility(readSnapshot(frozen(3, "snapshot")))
                                    .isCompatibleAsIs())
                    .isTrue();
        }

        @Test
        void holdsTheHistoriesAndRevisionsThatWereWritten() throws IOException {
            TypeSerializer<DeviceHistory> restored =
                    readSnapshot(frozen(3, "snapshot")).restoreSerializer();
            List<DeviceHistory> expected = frozenHistoriesWithRevision();
            for (int i = 0; i < expected.size(); i++) {
                DeviceHistory read =
                        restored.deserialize(new DataInputDeserializer(frozen(3, "history." + i)));
                assertThat(read).isEqualTo(expected.get(i));
                assertThat(read.revision()).isEqualTo(expected.get(i).revision());
                assertThat(read.writtenSecond()).isEqualTo(DeviceHistory.TIME_UNKNOWN);
            }
        }
    }

    @Nested
    class StateOfVersionFour {
        /** When the frozen histories were written: at its end the seconds are above 2^31. */
        private static final long[] SECONDS = {
            0, 1, 1_700_000_000, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL
        };

        @Test
        void isReadAndWrittenByTodaysSerializer() throws IOException {
            DeviceHistorySerializer serializer = new DeviceHistorySerializer();
            DataOutputSerializer out = new DataOutputSerializer(64);
            TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
            assertThat(out.getCopyOfBuffer()).isEqualTo(frozen(4, "snapshot"));

            List<DeviceHistory> histories = frozenHistoriesWithRevision();
            histories.add(vectors());
            for (int i = 0; i < histories.size(); i++) {
                histories.set(i, histories.get(i).written(SECONDS[i] * 1_000));
                byte[] bytes = frozen(4, "history." + i);
                out.clear();
                serializer.serialize(histories.get(i), out);
                assertThat(out.getCopyOfBuffer()).isEqualTo(bytes);
                DeviceHistory read = serializer.deserialize(new DataInputDeserializer(bytes));
                assertThat(read).isEqualTo(histories.get(i));
                assertThat(read.revision()).isEqualTo(histories.get(i).revision());
                assertThat(read.writtenSecond()).isEqualTo(SECONDS[i]);
            }
        }
    }

    @Test
    void stateOfALaterEncodingIsRefusedNotMisread() throws IOException {
        byte[] later = frozen(4, "snapshot");
        later[later.length - 1] = 5;

        assertThat(
                        new DeviceHistorySerializer()
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(readSnapshot(later))
                                .isIncompatible())
                .isTrue();
    }

    @Test
    void aSnapshotOfALaterVersionIsRefused() throws IOException {
        byte[] later = frozen(1, "snapshot");
        later[later.length - 5] = 2;

        assertThatThrownBy(() -> readSnapshot(later))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2");
    }
}
