package duet.operations.deadletters;

import duet.schemas.OneLine;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordLimits;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/**
 * Holds a dead letter and where it stands.
 *
 * @param id its place in the topic of dead letters
 * @param letter what the job wrote
 */
public record StoredLetter(LetterId id, DeadLetter letter) {

    /** Returns the key of the refused record as received; empty where there was none. */
    public byte[] key() {
        return Utils.toArray(letter.getKey());
    }

    /** Returns the value of the refused record, as much of it as the letter holds. */
    public byte[] value() {
        return Utils.toArray(letter.getValue());
    }

    /**
     * Returns whether the letter holds less than the record had: sent back, it would be another
     * record.
     */
    public boolean isCut() {
        return letter.getValueSize() != letter.getValue().remaining()
                || letter.getKey().remaining() >= RecordLimits.DEAD_LETTER_KEY_BYTES;
    }

    /** Returns where the refused record stood: {@code topic-partition@offset}. */
    public String source() {
        return String.format(
                Locale.ROOT,
                "%s-%d@%d",
                OneLine.of(letter.getTopic()),
                letter.getPartition(),
                letter.getOffset());
    }

    /** Returns when the job refused the record. */
    public Instant failedAt() {
        return Instant.EPOCH.plus(letter.getFailedAtMicros(), ChronoUnit.MICROS);
    }

    /** Returns why it was refused, in one line that can be printed. */
    public String reason() {
        return OneLine.of(letter.getReason());
    }

    /** Returns the window that was refused; empty where the bytes are none. */
    public Optional<InteractionWindow> window() {
        try {
            return Optional.of(Records.windowDecoder().decode(value()));
        } catch (MalformedRecordException | RuntimeException e) {
            // What is in a dead letter came from outside; most of them are here because of it.
            return Optional.empty();
        }
    }

    /**
     * Returns the device that sent it: the window's where that can be read, else the key as text.
     * The text is printable, and may be empty.
     */
    public String device() {
        return OneLine.of(
                window().map(InteractionWindow::getDeviceId)
                        .orElseGet(() -> new String(key(), StandardCharsets.UTF_8)));
    }
}
