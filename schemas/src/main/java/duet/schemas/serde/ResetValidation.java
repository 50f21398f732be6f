package duet.schemas.serde;

import duet.schemas.record.DeviceReset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Says what a reset must satisfy, before it is written and before anybody acts on it. It is pure.
 */
public final class ResetValidation {
    /** A device id has at most this many bytes in UTF-8, as in windows and deltas. */
    static final int MOST_DEVICE_BYTES = RecordLimits.WINDOW.stringBytes();

    /** A reason has at most this many bytes in UTF-8. */
    static final int MOST_REASON_BYTES = RecordLimits.DEVICE_RESET.stringBytes();

    private ResetValidation() {}

    /**
     * Checks device id, time and reason.
     *
     * @throws MalformedRecordException naming device and value where the reset is broken
     */
    public static void check(DeviceReset reset) throws MalformedRecordException {
        String device = reset.getDeviceId();
        if (device.isBlank()) {
            throw new MalformedRecordException("reset has a blank device id");
        }
        if (bytes(device) > MOST_DEVICE_BYTES) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "reset has a device id of %,d bytes, the limit is %,d",
                            bytes(device),
                            MOST_DEVICE_BYTES));
        }
        if (reset.getResetAtMicros() <= 0) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "reset of device=%s is of the time %,d, it must be above 0",
                            device,
                            reset.getResetAtMicros()));
        }
        if (reset.getReason() != null && bytes(reset.getReason()) > MOST_REASON_BYTES) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "reset of device=%s has a reason of %,d bytes, the limit is %,d",
                            device,
                            bytes(reset.getReason()),
                            MOST_REASON_BYTES));
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
