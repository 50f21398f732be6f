package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeadLetters;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.record.DeadLetter;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DeadLetterRecordsTest {
    private final DeadLetterRecords records = new DeadLetterRecords(() -> 77);

    private static DeadLetter decoded(EncodedRecord letter) throws Exception {
        return Records.deadLetterDecoder().decode(letter.value());
    }

    @Test
    void nameWhereARecordLayAndHoldItsBytes() throws Exception {
        byte[] key = {1, 2};
        byte[] value = {3, 4, 5};
        EncodedRecord letter = records.of(new RawRecord("models", 1, 17, key, value), "broken");

        assertThat(letter.key()).isEqualTo(key);
        assertThat(decoded(letter).getTopic()).isEqualTo("models");
        assertThat(decoded(letter).getPartition()).isEqualTo(1);
        assertThat(decoded(letter).getOffset()).isEqualTo(17);
        assertThat(decoded(letter).getKey()).isEqualTo(ByteBuffer.wrap(key));
        assertThat(decoded(letter).getValue()).isEqualTo(ByteBuffer.wrap(value));
        assertThat(decoded(letter).getReason()).isEqualTo("broken");
        assertThat(decoded(letter).getFailedAtMicros()).isEqualTo(77);
    }

    @Test
    void lieUnderTheKeptPartOfAKey() {
        EncodedRecord without = records.of(new RawRecord("models", 0, 0, null, null), "broken");
        EncodedRecord longest =
                records.of(
                        new RawRecord(
                                "models", 0, 0, new byte[DeadLetters.MAX_KEY_BYTES + 1], null),
                        "broken");

        assertThat(without.key()).isEmpty();
        assertThat(longest.key()).hasSize(DeadLetters.MAX_KEY_BYTES);
    }

    @Test
    void holdAWindowAsItsDeviceSentIt() throws Exception {
        DeviceWindow window = window("d-1", 42, 7, 5, 6);
        EncodedRecord letter = records.of(window, "windows", "no delta");

        assertThat(letter.key()).isEqualTo("d-1".getBytes(StandardCharsets.UTF_8));
        assertThat(decoded(letter).getTopic()).isEqualTo("windows");
        assertThat(decoded(letter).getPartition()).isEqualTo(window.origin().partition());
        assertThat(decoded(letter).getOffset()).isEqualTo(42);
        assertThat(decoded(letter).getValue())
                .isEqualTo(ByteBuffer.wrap(Records.windowEncoder().encode(window.toRecord())));
        assertThat(decoded(letter).getReason()).isEqualTo("no delta");
        assertThat(decoded(letter).getFailedAtMicros()).isEqualTo(77);
    }
}
