package duet.jobs.generation;

import duet.jobs.history.ItemIds;
import duet.schemas.ModelVersions;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.RecordLimits;
import duet.schemas.serde.Records;
import duet.schemas.serde.WindowValidation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A window reader reads windows from the bytes of their records, and checks them. Windows as nearly
 * all devices send them, item ids in the current schema, are read straight into arrays; whatever is
 * unusual in any way is left to the decoder of all published schemas and to {@link
 * WindowValidation}, which know what is wrong. A reader is not thread-safe.
 */
public final class WindowReader {
    /** A number that is read here has at most this many bytes; Avro has some of ten. */
    private static final int MOST_NUMBER_BYTES = 9;

    private static final int HEADER_BYTES = 10;

    /** An error shows at most this many bytes of a key. */
    private static final int SHOWN_KEY_BYTES = 64;

    private final WindowKey required;

    /** The header holds the marker of the encoding and the fingerprint of the current schema. */
    private final byte[] header;

    private RecordDecoder<InteractionWindow> decoder = Records.windowDecoder();

    private byte[] record;
    private int at;

    /** The flag says whether what was read so far is as it usually is. */
    private boolean usual;

    private byte[] versionBytes = {};
    private String version = "";

    /**
     * @param required the key that the record of a window must have
     */
    public WindowReader(WindowKey required) {
        this.required = required;
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        byte[] empty = encoder.encode(new InteractionWindow("", "", 0L, List.of(), 0L));
        header = Arrays.copyOf(empty, HEADER_BYTES);
    }

    /**
     * Reads a window and checks that it is valid, and lies under the key that it must have.
     *
     * @param value value of the record, null where there was none
     * @param receivedAtMicros when the job took it in, microseconds since the epoch
     * @param partition partition it was read from
     * @param offset offset it was read from
     * @param key key of the record, null where there was none
     * @throws MalformedRecordException naming device and value where the window is broken, and
     *     device and key where it lies under another one
     */
    public DeviceWindow read(
            byte @Nullable [] value,
            long receivedAtMicros,
            int partition,
            long offset,
            byte @Nullable [] key)
            throws MalformedRecordException {
        DeviceWindow window = usual(value, receivedAtMicros, partition, offset, key);
        return window != null ? window : any(value, receivedAtMicros, partition, offset, key);
    }

    private DeviceWindow any(
            byte @Nullable [] value,
            long receivedAtMicros,
            int partition,
            long offset,
            byte @Nullable [] key)
            throws MalformedRecordException {
        InteractionWindow decoded;
        try {
            decoded = decoder.decode(value);
        } catch (RuntimeException e) {
            // It may be left half way through a record: the next one gets a new decoder
            // (FLINK-31951).
            decoder = Records.windowDecoder();
            throw e;
        }
        WindowValidation.check(decoded);
        DeviceWindow window = DeviceWindow.of(decoded, receivedAtMicros, partition, offset, key);
        if (required == WindowKey.DEVICE_ID && !window.origin().keyIsDevice()) {
            throw new MalformedRecordException(
                    "window of device="
                            + window.deviceId()
                            + " has "
                            + shown(key)
                            + ", its key must be the device id");
        }
        return window;
    }

    /** Shows a key in an error, or that there is none. */
    static String shown(byte @Nullable [] key) {
        if (key == null) {
            return "no key";
        }
        if (key.length <= SHOWN_KEY_BYTES) {
            return "the key '" + new String(key, StandardCharsets.UTF_8) + "'";
        }
        return String.format(
                Locale.ROOT,
                "the key '%s...' of %,d bytes",
                new String(key, 0, SHOWN_KEY_BYTES, StandardCharsets.UTF_8),
                key.length);
    }

    /** Reads a window of the usual form; returns null where it is not a usual one. */
    private @Nullable DeviceWindow usual(
            byte @Nullable [] value,
            long receivedAtMicros,
            int partition,
            long offset,
            byte @Nullable [] key) {
        if (value == null
                || value.length > RecordLimits.WINDOW.recordBytes()
                || value.length < HEADER_BYTES
                || !Arrays.equals(value, 0, HEADER_BYTES, header, 0, HEADER_BYTES)) {
            return null;
        }
        record = value;
        at = HEADER_BYTES;
        usual = true;

        int deviceBytes = text(RecordLimits.WINDOW.stringBytes());
        int deviceAt = at;
        at += deviceBytes;
        boolean keyIsDevice =
                key != null && Arrays.equals(record, deviceAt, at, key, 0, key.length);
        if (required == WindowKey.DEVICE_ID && !keyIsDevice) {
            return null;
        }
        int modelBytes = text(ModelVersions.MOST_CHARACTERS);
        int modelAt = at;
        at += modelBytes;
        long firstSequence = number();
        int count = (int) Math.min(number(), Integer.MAX_VALUE);
        if (!usual
                || count <= 0
                || count > RecordLimits.WINDOW.items()
                || firstSequence < 0
                || firstSequence > Long.MAX_VALUE - count) {
            return null;
        }
        long[] ids = new long[count];
        long[] eventTimes = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = number();
            eventTimes[i] = number();
            long featureBytes = number();
            if (ids[i] < 0 || featureBytes != 0) {
                return null;
            }
        }
        long furtherInteractions = number();
        long sentAtMicros = number();
        if (!usual || furtherInteractions != 0 || at != record.length) {
            return null;
        }
        String deviceId = new String(record, deviceAt, deviceBytes, StandardCharsets.ISO_8859_1);
        String modelVersion = version(modelAt, modelBytes);
        if (deviceId.isBlank() || modelVersion.isEmpty()) {
            return null;
        }
        return new DeviceWindow(
                deviceId,
                modelVersion,
                firstSequence,
                new ItemIds(ids),
                eventTimes,
                sentAtMicros,
                receivedAtMicros,
                new DeviceWindow.Origin(
                        partition, offset, keyIsDevice ? null : DeadLetters.keptKey(key)));
    }

    /**
     * Reads the length of a text of ASCII characters, which starts at the place after the length;
     * returns 0 where there is none.
     */
    private int text(int mostBytes) {
        long length = number();
        if (!usual || length < 0 || length > mostBytes || length > record.length - at) {
            usual = false;
            return 0;
        }
        int signs = 0;
        for (int i = at; i < at + length; i++) {
            signs |= record[i];
        }
        usual = signs >= 0;
        return (int) length;
    }

    /**
     * Returns the version at that place, empty where there can be no such; most windows name the
     * same one as the window before.
     */
    private String version(int from, int length) {
        if (!Arrays.equals(record, from, from + length, versionBytes, 0, versionBytes.length)) {
            versionBytes = Arrays.copyOfRange(record, from, from + length);
            String named = new String(versionBytes, StandardCharsets.ISO_8859_1);
            version = ModelVersions.isValid(named) ? named : "";
        }
        return version;
    }

    /** Reads a number in Avro's variable-length zig-zag form. */
    private long number() {
        long bits = 0;
        int end = Math.min(record.length, at + MOST_NUMBER_BYTES);
        int shift = 0;
        for (int i = at; i < end; i++) {
            byte group = record[i];
            bits |= (long) (group & 0x7F) << shift;
            if (group >= 0) {
                at = i + 1;
                return (bits >>> 1) ^ -(bits & 1);
            }
            shift += Byte.SIZE - 1;
        }
        usual = false;
        return 0;
    }
}
