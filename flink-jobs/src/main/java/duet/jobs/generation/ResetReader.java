package duet.jobs.generation;

import duet.schemas.record.DeviceReset;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ResetValidation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A reset reader reads the topic of resets, which may hold anything. It is not thread-safe. */
public final class ResetReader {
    /**
     * The clock of whoever asks for a reset may be ahead by as much, ten minutes. A reset from
     * further ahead would make those that follow it repeats.
     */
    static final long MOST_AHEAD_MICROS = 600_000_000L;

    private RecordDecoder<DeviceReset> decoder = Records.deviceResetDecoder();

    /**
     * Reads a reset and checks that it is valid, lies under the id of its device, and is not from
     * the future.
     *
     * @param key key of the record, null where there was none
     * @param value value of the record, null where it was deleted
     * @param nowMicros microseconds since the epoch
     * @throws MalformedRecordException naming device and value where the reset is of no use
     */
    public DeviceReset read(byte @Nullable [] key, byte @Nullable [] value, long nowMicros)
            throws MalformedRecordException {
        DeviceReset reset = decoded(value);
        ResetValidation.check(reset);
        if (!Arrays.equals(key, reset.getDeviceId().getBytes(StandardCharsets.UTF_8))) {
            throw new MalformedRecordException(
                    "reset of device="
                            + reset.getDeviceId()
                            + " has "
                            + WindowReader.shown(key)
                            + ", its key must be the device id");
        }
        if (reset.getResetAtMicros() - nowMicros > MOST_AHEAD_MICROS) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "reset of device=%s is of the time %,d, which is %,d s ahead, the limit"
                                    + " is %,d s",
                            reset.getDeviceId(),
                            reset.getResetAtMicros(),
                            (reset.getResetAtMicros() - nowMicros) / 1_000_000,
                            MOST_AHEAD_MICROS / 1_000_000));
        }
        return reset;
    }

    private DeviceReset decoded(byte @Nullable [] value) throws MalformedRecordException {
        try {
            return decoder.decode(value);
        } catch (RuntimeException e) {
            // As for windows: the decoder may be left half way through a record (FLINK-31951).
            decoder = Records.deviceResetDecoder();
            throw new MalformedRecordException("reset cannot be decoded: " + e, e);
        }
    }
}
