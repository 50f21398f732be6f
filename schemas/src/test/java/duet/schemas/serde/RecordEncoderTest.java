package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

/** The encoder takes short cuts past Avro's generic writer; the bytes are those that it writes. */
class RecordEncoderTest {
    private static <T extends SpecificRecordBase> void assertAsAvroWrites(
            RecordEncoder<T> encoder, T record) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        BinaryEncoder avro = EncoderFactory.get().directBinaryEncoder(expected, null);
        new SpecificDatumWriter<T>(record.getSchema()).write(record, avro);
        avro.flush();

        byte[] encoded = encoder.encode(record);

        assertThat(Arrays.copyOfRange(encoded, RecordDecoder.HEADER_BYTES, encoded.length))
                .isEqualTo(expected.toByteArray());
    }

    @Property(tries = 300)
    void deltas(
            @ForAll long seed,
            @ForAll @IntRange(max = 16) int layers,
            @ForAll @IntRange(max = 9000) int bytes)
            throws IOException {
        Random random = new Random(seed);
        List<LayerDelta> all = new ArrayList<>();
        for (int n = 0; n < layers; n++) {
            byte[] data = new byte[random.nextInt(bytes + 1)];
            random.nextBytes(data);
            all.add(
                    new LayerDelta(
                            "dynamic." + n,
                            List.of(random.nextInt(), random.nextInt(100)),
                            Encoding.values()[random.nextInt(Encoding.values().length)],
                            ByteBuffer.wrap(data, data.length / 2, data.length - data.length / 2),
                            ByteBuffer.wrap(data).asReadOnlyBuffer(),
                            random.nextInt(4)));
        }
        RecordEncoder<WeightDelta> encoder = Records.deltaEncoder();
        for (int repeat = 0; repeat < 2; repeat++) {
            assertAsAvroWrites(
                    encoder,
                    new WeightDelta(
                            "Gerät-" + random.nextInt(),
                            "",
                            random.nextLong(),
                            random.nextInt(),
                            all,
                            random.nextLong() >> random.nextInt(64),
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            random.nextInt(),
                            random.nextInt(300) - 150L,
                            random.nextBoolean() ? ByteBuffer.allocate(64) : null,
                            random.nextLong() >> random.nextInt(64)));
        }
    }

    @Property(tries = 300)
    void windows(@ForAll long seed, @ForAll @IntRange(max = 512) int interactions)
            throws IOException {
        Random random = new Random(seed);
        InteractionWindow window = new InteractionWindow("d", "v", 0L, new ArrayList<>(), seed);
        for (int i = 0; i < interactions; i++) {
            window.getInteractions()
                    .add(
                            random.nextBoolean()
                                    ? Interactions.ofItem(random.nextLong(), random.nextLong())
                                    : Interactions.ofFeatures(new float[random.nextInt(9)], i));
        }
        assertAsAvroWrites(Records.windowEncoder(), window);
    }

    @Test
    void aRecordManyTimesTheRoomThereIs() throws IOException {
        assertAsAvroWrites(
                Records.deadLetterEncoder(),
                new DeadLetter(
                        "t",
                        -1,
                        -1L,
                        ByteBuffer.allocate(0),
                        ByteBuffer.allocate(500_000),
                        500_000L,
                        "€".repeat(1_000),
                        1L));
    }
}
