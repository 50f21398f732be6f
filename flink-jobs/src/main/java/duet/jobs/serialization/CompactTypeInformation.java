package duet.jobs.serialization;

import duet.jobs.generation.DeviceWindow;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/**
 * This is the type information of a type with a serializer of its own, so that Flink neither
 * analyses it nor falls back to Kryo.
 *
 * @param <T> the type
 */
public final class CompactTypeInformation<T> extends TypeInformation<T> {
    /** This is the type of records as read from Kafka. */
    public static final TypeInformation<RawRecord> RAW_RECORD =
            new CompactTypeInformation<>(RawRecord.class, new RawRecordSerializer());

    /** This is the type of windows on their way to the operator. */
    public static final TypeInformation<DeviceWindow> DEVICE_WINDOW =
            new CompactTypeInformation<>(DeviceWindow.class, new DeviceWindowSerializer());

    /** This is the type of encoded records on their way to Kafka. */
    public static final TypeInformation<EncodedRecord> ENCODED_RECORD =
            new CompactTypeInformation<>(EncodedRecord.class, new EncodedRecordSerializer());

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final TypeSerializer<T> serializer;

    private CompactTypeInformation(Class<T> type, TypeSerializer<T> serializer) {
        this.type = type;
        this.serializer = serializer;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    public String toString() {
        return "CompactTypeInformation<" + type.getSimpleName() + ">";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CompactTypeInformation<?> that
                && type == that.type
                && serializer.equals(that.serializer);
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof CompactTypeInformation;
    }
}
