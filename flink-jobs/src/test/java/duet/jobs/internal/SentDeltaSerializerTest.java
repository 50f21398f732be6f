package duet.jobs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.policy.SentDelta;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SentDeltaSerializerTest {
    private static TypeSerializerSnapshot<SentDelta> savedWith(int encodingVersion)
            throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeInt(encodingVersion);
        SentDeltaSerializerSnapshot snapshot = new SentDeltaSerializerSnapshot();
        snapshot.readSnapshot(
                1,
                new DataInputDeserializer(out.getCopyOfBuffer()),
                SentDeltaSerializerTest.class.getClassLoader());
        return snapshot;
    }

    @Test
    void givesBackWhatItWroteAndCopiesIt() throws IOException {
        SentDelta sent = SentDelta.of("v", new float[] {1, -3, 0.5f}, 77);
        SentDeltaSerializer serializer = new SentDeltaSerializer();
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(sent, out);
        DataOutputSerializer copied = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);

        assertThat(serializer.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
                .isEqualTo(sent);
        assertThat(serializer.copy(sent)).isSameAs(sent);
    }

    @Test
    void isRestoredFromItsSnapshot() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(
                out, new SentDeltaSerializer().snapshotConfiguration());

        TypeSerializerSnapshot<SentDelta> snapshot =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputDeserializer(out.getCopyOfBuffer()),
                        SentDeltaSerializerTest.class.getClassLoader());

        TypeSerializer<SentDelta> restored = snapshot.restoreSerializer();
        assertThat(restored).isEqualTo(new SentDeltaSerializer());
    }

    @Test
    void readsStateOfVersionsUpToItsOwn() throws IOException {
        TypeSerializerSnapshot<SentDelta> today = new SentDeltaSerializerSnapshot();

        assertThat(today.resolveSchemaCompatibility(savedWith(1)).isCompatibleAsIs()).isTrue();
        assertThat(today.resolveSchemaCompatibility(savedWith(2)).isCompatibleAsIs()).isTrue();
        assertThat(today.resolveSchemaCompatibility(savedWith(3)).isIncompatible()).isTrue();
    }
}
