package duet.jobs.generation;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.DeadLetter;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final DeadLetters deadLetters = new DeadLetters();

    private DeadLetter letter(byte[] key, byte[] value, String reason)
            throws MalformedRecordException {
        return Records.deadLetterDecoder()
                .decode(deadLetters.encode("topic", 3, 17, key, value, reason, 5));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void keepsASmallRecordAsItIs() throws Exception {
        DeadLetter letter = letter(random(10), random(300), "broken");

        assertThat(letter.getTopic()).isEqualTo("topic");
        assertThat(letter.getPartition()).isEqualTo(3);
        assertThat(letter.getOffset()).isEqualTo(17);
        assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(random(10)));
        assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(random(300)));
        assertThat(letter.getValueSize()).isEqualTo(300);
        assertThat(letter.getReason()).isEqualTo("broken");
        assertThat(letter.getFailedAtMicros()).isEqualTo(5);
    }

    @Test
    void hasEmptyBytesWhereThereWereNone() throws Exception {
        DeadLetter letter = letter(null, null, "record has no value");

        assertThat(letter.getKey().remaining()).isZero();
        assertThat(letter.getValue().remaining()).isZero();
        assertThat(letter.getValueSize()).isZero();
    }

    @Test
    void cutsKeyValueAndReasonAndStaysWithinItsBound() throws Exception {
        byte[] value = random(3_000_000);
        byte[] encoded =
                deadLetters.encode("t", 0, 0, random(10_240), value, "\u20ac".repeat(5_000), 5);

        assertThat(encoded.length).isLessThan(DeadLetters.MAX_BYTES);
        DeadLetter letter = Records.deadLetterDecoder().decode(encoded);
        assertThat(letter.getKey().remaining()).isEqualTo(1_024);
        assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(value, 0, 512 * 1024));
        assertThat(letter.getValueSize()).isEqualTo(3_000_000);
        assertThat(letter.getReason()).isEqualTo("\u20ac".repeat(1_000));
    }

    @Test
    void makesOneLineOfWhatADeviceMayHavePutIntoAReason() throws Exception {
        assertThat(letter(null, null, "device=a\nb\u001b[31mc\u2028d").getReason())
                .isEqualTo("device=a?b?[31mc?d");
    }
}
