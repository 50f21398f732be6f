package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.WindowKey;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.ItemIds;
import duet.jobs.io.DeadLetterOutput;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WindowDecodingTest {
    private static final long NOW = 42_000_000;

    private OneInputStreamOperatorTestHarness<RawRecord, DeviceWindow> harness;
    private long offset;

    @BeforeEach
    void open() throws Exception {
        open(WindowKey.DEVICE_ID);
    }

    private void open(WindowKey key) throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new WindowDecoding(key, () -> NOW)));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static InteractionWindow window(String device, long first, long... items) {
        return new InteractionWindow(
                device,
                "v1",
                first,
                Arrays.stream(items)
                        .mapToObj(item -> Interactions.ofItem(item, item + 1_000))
                        .toList(),
                7_000_000L);
    }

    private static InteractionWindow features(float[]... vectors) {
        return new InteractionWindow(
                "d-1",
                "v1",
                5L,
                Arrays.stream(vectors).map(vector -> Interactions.ofFeatures(vector, 1)).toList(),
                7_000_000L);
    }

    private static byte[] encoded(InteractionWindow window) {
        return Records.windowEncoder().encode(window);
    }

    private void send(byte[] key, byte[] value) throws Exception {
        harness.processElement(
                new StreamRecord<>(new RawRecord("windows", 2, offset++, key, value)));
    }

    private void send(byte[] value) throws Exception {
        send("d-1".getBytes(StandardCharsets.UTF_8), value);
    }

    private List<DeadLetter> deadLetters() throws MalformedRecordException {
        List<DeadLetter> letters = new ArrayList<>();
        var output = harness.getSideOutput(DeadLetterOutput.TAG);
        if (output != null) {
            for (StreamRecord<EncodedRecord> record : output) {
                letters.add(Records.deadLetterDecoder().decode(record.getValue().value()));
            }
        }
        return letters;
    }

    @Test
    void aValidWindowGoesOnWithWhereItCameFromAndWhen() throws Exception {
        send(encoded(window("d-1", 5, 10, 11)));

        DeviceWindow out = harness.extractOutputValues().get(0);
        assertThat(out.deviceId()).isEqualTo("d-1");
        assertThat(out.firstSequence()).isEqualTo(5);
        assertThat(out.contents()).isEqualTo(new ItemIds(10, 11));
        assertThat(out.eventTimesMillis()).containsExactly(1_010, 1_011);
        assertThat(out.sentAtMicros()).isEqualTo(7_000_000);
        assertThat(out.receivedAtMicros()).isEqualTo(NOW);
        assertThat(out.origin().partition()).isEqualTo(2);
        assertThat(out.origin().offset()).isZero();
        assertThat(out.origin().key()).as("key that is the device id").isNull();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void aWindowOfFeaturesGoesOnWithItsVectors() throws Exception {
        send(encoded(features(new float[] {1, -0.0f}, new float[] {2.5f, 3})));

        assertThat(harness.extractOutputValues().get(0).contents())
                .isEqualTo(new FeatureVectors(new float[] {1, -0.0f}, new float[] {2.5f, 3}));
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void aKeyThatIsNotTheDeviceIdIsKeptForItsDeadLetter() throws Exception {
        harness.close();
        open(WindowKey.ANY);
        send(new byte[] {1, 2}, encoded(window("d-1", 5, 10)));
        send(null, encoded(window("d-1", 6, 10)));

        List<DeviceWindow> out = harness.extractOutputValues();
        assertThat(out.get(0).receivedKey()).containsExactly(1, 2);
        assertThat(out.get(1).receivedKey()).isEmpty();
    }

    @Test
    @DisplayName("a window under the key of another device is a dead letter under that key")
    void aWindowUnderAnotherKeyIsADeadLetterUnderThatKey() throws Exception {
        byte[] attacker = "d-66".getBytes(StandardCharsets.UTF_8);
        byte[] poison = encoded(window("d-1", Long.MAX_VALUE - 7, 10));
        send(encoded(window("d-1", 5, 10)));
        send(attacker, poison);
        send(null, encoded(features(new float[] {1, 2})));
        send(encoded(window("d-1", 6, 11)));

        assertThat(harness.extractOutputValues())
                .extracting(DeviceWindow::firstSequence)
                .containsExactly(5L, 6L);
        assertThat(deadLetters())
                .extracting(DeadLetter::getReason, DeadLetter::getKey, DeadLetter::getOffset)
                .containsExactly(
                        tuple(
                                "window of device=d-1 has the key 'd-66', its key must be the"
                                        + " device id",
                                ByteBuffer.wrap(attacker),
                                1L),
                        tuple(
                                "window of device=d-1 has no key, its key must be the device id",
                                ByteBuffer.allocate(0),
                                2L));
        assertThat(deadLetters().get(0).getValue()).isEqualTo(ByteBuffer.wrap(poison));
    }

    static Stream<Arguments> broken() {
        byte[] valid = encoded(window("d-1", 5, 10, 11, 12));
        byte[] futureSchema = valid.clone();
        futureSchema[5] ^= 1;
        byte[] random = new byte[300];
        new Random(1).nextBytes(random);
        return Stream.of(
                Arguments.of("random bytes", random, "marker of Avro single-object encoding"),
                Arguments.of("nothing", null, "has no value"),
                Arguments.of("no bytes", new byte[0], "record of 0 bytes"),
                Arguments.of("truncated Avro", Arrays.copyOf(valid, valid.length - 9), "is cut"),
                Arguments.of(
                        "bytes left over",
                        Arrays.copyOf(valid, valid.length + 1),
                        "followed by bytes that do not belong to it"),
                Arguments.of("a future schema", futureSchema, "is not a published version"),
                Arguments.of(
                        "a million items",
                        encoded(window("d-1", 0, new long[1_000_000])),
                        "the limit is 262,144"),
                Arguments.of("too many items", encoded(window("d-1", 0, new long[513])), "512"),
                Arguments.of("no items", encoded(window("d-1", 0)), "has no interactions"),
                Arguments.of(
                        "a negative item",
                        encoded(window("d-1", 0, 1, -7)),
                        "device=d-1 has the negative item id -7 at position 1"),
                Arguments.of(
                        "a negative sequence number",
                        encoded(window("d-1", -3, 1)),
                        "first sequence number -3"),
                Arguments.of(
                        "a sequence number without a successor",
                        encoded(window("d-1", Long.MAX_VALUE, 1)),
                        "first sequence number 9223372036854775807"),
                Arguments.of(
                        "a feature that is no number",
                        encoded(features(new float[] {1, 2}, new float[] {3, Float.NaN})),
                        "device=d-1 has the feature NaN at position 1, number 1"),
                Arguments.of(
                        "an infinite feature",
                        encoded(features(new float[] {Float.NEGATIVE_INFINITY})),
                        "device=d-1 has the feature -Infinity at position 0, number 0"),
                Arguments.of(
                        "features of different dimensions",
                        encoded(features(new float[2], new float[3])),
                        "features of 3 numbers at position 1 and features of 2 numbers at position"
                                + " 0"),
                Arguments.of(
                        "items and features",
                        encoded(features(new float[2], new float[0])),
                        "negative item id -1 at position 1"),
                Arguments.of(
                        "more features than fit",
                        encoded(features(new float[20][4_096])),
                        "the limit is 262,144"),
                Arguments.of("a blank device", encoded(window(" ", 0, 1)), "blank device id"),
                Arguments.of(
                        "a device id of 10 kB",
                        encoded(window("d".repeat(10_240), 0, 1)),
                        "string of 10,240 bytes, the limit is 256"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void whatIsBrokenGoesToTheDeadLettersAndNothingElse(String what, byte[] value, String reason)
            throws Exception {
        byte[] key = "d".repeat(2_000).getBytes(StandardCharsets.UTF_8);
        send(key, value);

        assertThat(harness.extractOutputValues()).isEmpty();
        DeadLetter letter = deadLetters().get(0);
        assertThat(letter.getReason()).contains(reason);
        assertThat(letter.getTopic()).isEqualTo("windows");
        assertThat(letter.getPartition()).isEqualTo(2);
        assertThat(letter.getOffset()).isZero();
        assertThat(letter.getFailedAtMicros()).isEqualTo(NOW);
        assertThat(letter.getKey().remaining()).isEqualTo(1_024);
        byte[] whole = value == null ? new byte[0] : value;
        assertThat(letter.getValueSize()).isEqualTo(whole.length);
        assertThat(letter.getValue())
                .isEqualTo(ByteBuffer.wrap(whole, 0, Math.min(whole.length, 512 * 1024)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void validInvalidValidValid(String what, byte[] invalid, String reason) throws Exception {
        send(encoded(window("d-1", 0, 10)));
        send(invalid);
        send(encoded(window("d-1", 1, 11, 12)));
        send("d-2".getBytes(StandardCharsets.UTF_8), encoded(window("d-2", 0, 13)));

        assertThat(harness.extractOutputValues())
                .extracting(
                        DeviceWindow::deviceId,
                        window -> window.origin().offset(),
                        DeviceWindow::contents)
                .containsExactly(
                        tuple("d-1", 0L, new ItemIds(10)),
                        tuple("d-1", 2L, new ItemIds(11, 12)),
                        tuple("d-2", 3L, new ItemIds(13)));
        assertThat(deadLetters()).hasSize(1);
    }

    @Test
    void everyPrefixOfAWindowIsRefused() throws Exception {
        byte[] valid = encoded(window("d-1", 5, 10, 11, 12));
        for (int length = 0; length < valid.length; length++) {
            send(Arrays.copyOf(valid, length));
        }

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(deadLetters()).hasSize(valid.length);
    }
}
