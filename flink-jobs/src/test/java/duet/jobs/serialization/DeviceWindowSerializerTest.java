package duet.jobs.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.Windows;
import duet.jobs.history.ItemIds;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class DeviceWindowSerializerTest {
    private final DeviceWindowSerializer serializer = new DeviceWindowSerializer();

    private byte[] write(DeviceWindow window) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(window, out);
        return out.getCopyOfBuffer();
    }

    @Property
    void anyWindowComesBackFromTheShuffle(
            @ForAll @IntRange(min = 1, max = 512) int size,
            @ForAll String device,
            @ForAll long seed,
            @ForAll @Size(max = 20) byte[] key)
            throws IOException {
        Random random = new Random(seed);
        // Event times and sending times are whatever a device claims, also such that differences
        // overflow.
        DeviceWindow window =
                new DeviceWindow(
                        device,
                        Windows.VERSION,
                        random.nextLong() >>> 1,
                        new ItemIds(random.longs(size).map(bits -> bits >>> 1).toArray()),
                        random.longs(size).toArray(),
                        random.nextLong(),
                        random.nextLong(),
                        new DeviceWindow.Origin(
                                random.nextInt(1_000),
                                random.nextLong() >>> 1,
                                key.length == 0 ? null : key));

        DeviceWindow back = serializer.deserialize(new DataInputDeserializer(write(window)));

        assertThat(back).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(window);
    }

    @Property
    void anyWindowOfFeaturesComesBackAndIsWrittenWithTheBytesItCameIn(
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll @IntRange(min = 1, max = 40) int dimension,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            float[] vector = new float[dimension];
            for (int j = 0; j < dimension; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            interactions.add(Interactions.ofFeatures(vector, random.nextLong()));
        }
        InteractionWindow record =
                new InteractionWindow("d", Windows.VERSION, 7L, interactions, 99L);
        byte[] sent = Records.windowEncoder().encode(record);

        DeviceWindow decoded = DeviceWindow.of(record, 5, 0, 0, null);
        DeviceWindow shuffled = serializer.deserialize(new DataInputDeserializer(write(decoded)));

        assertThat(shuffled).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(decoded);
        assertThat(Records.windowEncoder().encode(shuffled.toRecord())).isEqualTo(sent);
    }

    @Test
    void takesLessRoomThanTheRecordItWasDecodedFrom() throws IOException {
        InteractionWindow record =
                new InteractionWindow(
                        "device-000123",
                        "sasrec-0123456789abcdef",
                        123_456L,
                        IntStream.range(0, 30)
                                .mapToObj(
                                        i ->
                                                Interactions.ofItem(
                                                        1_000L + 7 * i,
                                                        1_700_000_000_000L + 9_000L * i))
                                .toList(),
                        1_700_000_300_000_000L);

        int bytes =
                write(
                                DeviceWindow.of(
                                        record,
                                        1_700_000_300_004_000L,
                                        3,
                                        1_000_000,
                                        "device-000123".getBytes(StandardCharsets.UTF_8)))
                        .length;

        assertThat(bytes).isLessThan(Records.windowEncoder().encode(record).length);
    }

    @Property
    void aRefusedWindowIsWrittenAgainWithTheBytesItCameIn(
            @ForAll @Size(min = 1, max = 30) @UniqueElements long[] eventTimes,
            @ForAll String device)
            throws IOException {
        InteractionWindow record =
                new InteractionWindow(
                        device,
                        Windows.VERSION,
                        7L,
                        Arrays.stream(eventTimes)
                                .mapToObj(time -> Interactions.ofItem(time >>> 1, time))
                                .toList(),
                        99L);
        byte[] sent = Records.windowEncoder().encode(record);

        DeviceWindow decoded = DeviceWindow.of(record, 5, 0, 0, null);
        DeviceWindow shuffled = serializer.deserialize(new DataInputDeserializer(write(decoded)));

        assertThat(Records.windowEncoder().encode(shuffled.toRecord())).isEqualTo(sent);
    }
}
