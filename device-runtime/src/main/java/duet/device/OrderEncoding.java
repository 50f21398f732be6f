package duet.device;

import duet.schemas.InvalidInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes and reads the kept order of a device: eight bytes that name format and version, the length
 * of the device id in two bytes, the id in UTF-8, the four numbers of the order, and the CRC-32C of
 * all that. Numbers are big-endian. Whatever is read is what was written for that device, byte for
 * byte.
 */
final class OrderEncoding {
    private static final byte[] FORMAT = "DUETORD1".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_ID_BYTES = 256;
    private static final int NUMBERS_AND_CHECKSUM = 4 * Long.BYTES + Integer.BYTES;

    /** No kept order takes more bytes. */
    static final int MOST_BYTES =
            FORMAT.length + Short.BYTES + MOST_ID_BYTES + NUMBERS_AND_CHECKSUM;

    private OrderEncoding() {}

    /**
     * Returns the id in UTF-8.
     *
     * @throws InvalidInputException if no device can have it
     */
    static byte[] idBytes(String deviceId) {
        byte[] id = deviceId.getBytes(StandardCharsets.UTF_8);
        if (id.length == 0 || id.length > MOST_ID_BYTES) {
            throw new InvalidInputException(
                    "a device id has 1 to "
                            + MOST_ID_BYTES
                            + " bytes, the id '"
                            + deviceId
                            + "' has "
                            + id.length);
        }
        return id;
    }

    static byte[] encode(byte[] id, DeltaOrder order) {
        ByteBuffer out =
                ByteBuffer.allocate(FORMAT.length + Short.BYTES + id.length + NUMBERS_AND_CHECKSUM);
        out.put(FORMAT).putShort((short) id.length).put(id);
        out.putLong(order.epoch()).putLong(order.lastSequence());
        out.putLong(order.revision()).putLong(order.generatedAtMicros());
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    /**
     * Reads what {@link #encode} wrote for that device.
     *
     * @param kept at most {@link #MOST_BYTES} are looked at
     * @throws InvalidInputException saying what is wrong, for the end of a sentence about the place
     */
    static DeltaOrder decode(byte[] id, byte[] kept) {
        if (kept.length < FORMAT.length
                || !Arrays.equals(kept, 0, FORMAT.length, FORMAT, 0, FORMAT.length)) {
            throw new InvalidInputException("is no kept order of a device");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(kept).position(FORMAT.length);
            int idLength = in.getShort();
            if (idLength < 1
                    || kept.length != FORMAT.length + Short.BYTES + idLength + NUMBERS_AND_CHECKSUM
                    || checksum(kept, kept.length - Integer.BYTES)
                            != in.getInt(kept.length - Integer.BYTES)) {
                throw torn();
            }
            byte[] itsId = new byte[idLength];
            in.get(itsId);
            if (!Arrays.equals(id, itsId)) {
                throw new InvalidInputException(
                        "is of device '"
                                + new String(itsId, StandardCharsets.UTF_8)
                                + "', not of '"
                                + new String(id, StandardCharsets.UTF_8)
                                + "'");
            }
            DeltaOrder order =
                    new DeltaOrder(in.getLong(), in.getLong(), in.getLong(), in.getLong());
            if (order.epoch() < 0 || order.lastSequence() < 0) {
                throw torn();
            }
            return order;
        } catch (BufferUnderflowException e) {
            throw torn();
        }
    }

    private static InvalidInputException torn() {
        return new InvalidInputException("is cut or damaged");
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
