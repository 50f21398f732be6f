package duet.simulator.fleet;

import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Spoils the bytes of windows as a broken device does: cut off, a few bytes changed, or noise. What
 * comes out is never a window. Not thread-safe.
 */
public final class SpoiltBytes {
    private static final int ATTEMPTS = 4;
    private static final int CHANGES = 8;
    private static final int MOST_NOISE = 256;

    private final RecordDecoder<InteractionWindow> decoder = Records.windowDecoder();

    /** Returns other bytes in place of these; the same for the same seed. */
    public byte[] of(byte[] window, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            byte[] spoilt =
                    switch (random.nextInt(3)) {
                        case 0 -> Arrays.copyOf(window, random.nextInt(window.length));
                        case 1 -> changed(window, random);
                        default -> noise(random);
                    };
            if (!isWindow(spoilt)) {
                return spoilt;
            }
        }
        // Bytes that were changed where any value is one, again and again.
        return Arrays.copyOf(window, window.length - 1);
    }

    private static byte[] changed(byte[] window, SplittableRandom random) {
        byte[] changed = window.clone();
        for (int i = 0; i < CHANGES; i++) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] noise = new byte[1 + random.nextInt(MOST_NOISE)];
        random.nextBytes(noise);
        return noise;
    }

    private boolean isWindow(byte[] bytes) {
        try {
            decoder.decode(bytes);
            return true;
        } catch (MalformedRecordException e) {
            return false;
        }
    }
}
