package duet.jobs.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.io.EncodedRecordSerializationSchema;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

class EncodedRecordSerializerTest {
    private final EncodedRecordSerializer serializer = new EncodedRecordSerializer();

    private EncodedRecord passed(EncodedRecord record) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        EncodedRecord read = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        return read;
    }

    @Property
    void anyRecordReachesTheSink(
            @ForAll @Size(max = 40) byte[] key, @ForAll @Size(max = 200) byte[] value)
            throws IOException {
        EncodedRecord read = passed(new EncodedRecord(key, value));

        assertThat(read.key()).isEqualTo(key);
        assertThat(read.value()).isEqualTo(value);
    }

    @Property
    void aTombstoneIsWrittenWithoutAValue(@ForAll @Size(max = 40) byte[] key) throws IOException {
        var written =
                new EncodedRecordSerializationSchema("deltas")
                        .serialize(passed(EncodedRecord.tombstone(key)), null, null);

        assertThat(written.topic()).isEqualTo("deltas");
        assertThat(written.key()).isEqualTo(key);
        assertThat(written.value()).isNull();
    }
}
