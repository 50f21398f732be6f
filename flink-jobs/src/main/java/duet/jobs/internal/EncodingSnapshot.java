package duet.jobs.internal;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The snapshot is what a savepoint says about keyed values in it: the encoding version they were
 * written with. Every value also starts with its version, so older ones are read in place; a later
 * one stops the restore with a clear error instead of a misread state. The class names of its
 * subclasses are part of every savepoint: they must not change.
 *
 * @param <T> the value
 */
abstract class EncodingSnapshot<T> implements TypeSerializerSnapshot<T> {
    private static final int SNAPSHOT_VERSION = 1;

    private int encodingVersion;

    /**
     * @param encodingVersion newest version that this job writes and reads
     */
    EncodingSnapshot(int encodingVersion) {
        this.encodingVersion = encodingVersion;
    }

    @Override
    public final int getCurrentVersion() {
        return SNAPSHOT_VERSION;
    }

    @Override
    public final void writeSnapshot(DataOutputView out) throws IOException {
        out.writeInt(encodingVersion);
    }

    @Override
    public final void readSnapshot(
            int readVersion, DataInputView in, ClassLoader userCodeClassLoader) throws IOException {
        if (readVersion != SNAPSHOT_VERSION) {
            throw new IOException(
                    "state has the serializer snapshot version "
                            + readVersion
                            + ", this job reads up to "
                            + SNAPSHOT_VERSION);
        }
        encodingVersion = in.readInt();
    }

    @Override
    public abstract TypeSerializer<T> restoreSerializer();

    @Override
    public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
            TypeSerializerSnapshot<T> older) {
        if (older.getClass() == getClass()
                && ((EncodingSnapshot<T>) older).encodingVersion <= encodingVersion) {
            return TypeSerializerSchemaCompatibility.compatibleAsIs();
        }
        return TypeSerializerSchemaCompatibility.incompatible();
    }
}
