package duet.cluster.chaos.hostile;

import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes hostile records, the same ones for the same seed: all kinds in their shares, shuffled, and
 * then again. It is not thread-safe.
 */
public final class HostileRecords {

    static final int MILLION = 1_000_000;
    private static final int MANY = 40_000;
    private static final int WINDOW = 5;
    private static final int MOST_NOISE = 400;

    private static final int HEADER_BYTES = 10;

    private final String version;
    private final long[] items;
    private final Names names;
    private final long largestJump;
    private final Random random;
    private final RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
    private final Deque<HostileKind> deck = new ArrayDeque<>();
    private byte @Nullable [] million;
    private long devices;

    /**
     * Says in whose names records are made.
     *
     * @param prefix ids of hostile devices begin with this, and no others do
     * @param honest gives the ids of honest devices
     * @param honestDevices number of honest devices
     */
    public record Names(String prefix, IntFunction<String> honest, int honestDevices) {}

    /**
     * @param bundle model that honest devices run
     * @param largestJump interactions that a window may leave out
     */
    public HostileRecords(ModelBundle bundle, Names names, long largestJump, long seed) {
        this.version = bundle.modelVersion();
        this.items = bundle.vocabulary().ids();
        this.names = names;
        this.largestJump = largestJump;
        this.random = new Random(seed);
    }

    /** Returns the ids' prefix of all hostile devices. */
    String prefix() {
        return names.prefix();
    }

    /**
     * Returns the next record, or the next two where one alone does no harm.
     *
     * @param nowMillis what an honest device's clock would show, milliseconds since the epoch
     */
    List<HostileRecord> next(long nowMillis) {
        if (deck.isEmpty()) {
            List<HostileKind> cards = new ArrayList<>();
            for (HostileKind kind : HostileKind.values()) {
                cards.addAll(Collections.nCopies(kind.share(), kind));
            }
            Collections.shuffle(cards, random);
            deck.addAll(cards);
        }
        HostileKind kind = deck.removeFirst();
        String device = names.prefix() + devices++;
        if (kind == HostileKind.LARGE_JUMP) {
            long tooFar = WINDOW + largestJump + 1 + random.nextInt(1000);
            return List.of(
                    record(HostileKind.MADE_UP_DEVICE, device, window(device, 0, nowMillis)),
                    record(kind, device, window(device, tooFar, nowMillis)));
        }
        return List.of(of(kind, device, nowMillis));
    }

    private HostileRecord of(HostileKind kind, String device, long nowMillis) {
        InteractionWindow usual = window(device, 0, nowMillis);
        return switch (kind) {
            case FOREIGN_KEY -> foreignKey(device, nowMillis);
            case FAR_SEQUENCE -> {
                // Some of them would run over the end.
                long first = Long.MAX_VALUE - random.nextInt(4 * WINDOW);
                yield new HostileRecord(
                        kind,
                        bytes(device),
                        encoder.encode(window(device, first, nowMillis)),
                        device,
                        Long.MAX_VALUE);
            }
            case MADE_UP_DEVICE -> record(kind, device, usual);
            case MILLION_ITEMS -> unreadable(kind, names.prefix() + "million", millionItems());
            case MANY_ITEMS -> record(kind, device, longWindow(device, MANY, nowMillis));
            case RANDOM_BYTES -> unreadable(kind, device, noise());
            case CUT -> {
                byte[] whole = encoder.encode(usual);
                yield unreadable(
                        kind, device, Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)));
            }
            case FLIPPED_BIT -> {
                byte[] bytes = encoder.encode(usual);
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                // Its sequence number may be another one: any delta of the device answers it.
                yield new HostileRecord(kind, bytes(device), bytes, device, 0);
            }
            case DECLARED_LENGTH -> unreadable(kind, device, declaredLength(device));
            case EMPTY -> unreadable(kind, device, new byte[0]);
            case NO_VALUE -> unreadable(kind, device, null);
            case NO_KEY -> new HostileRecord(kind, null, encoder.encode(usual), device, WINDOW - 1);
            case UNKNOWN_VERSION -> {
                usual.setModelVersion("made-up-" + random.nextInt(1 << 20));
                yield record(kind, device, usual);
            }
            case UNKNOWN_ITEMS -> {
                long unknown = Arrays.stream(items).max().orElse(0) + 1 + random.nextInt(1 << 20);
                usual.setInteractions(
                        Collections.nCopies(WINDOW, Interactions.ofItem(unknown, nowMillis)));
                yield record(kind, device, usual);
            }
            case NOT_A_NUMBER -> {
                float[] features = new float[1 + random.nextInt(64)];
                features[random.nextInt(features.length)] =
                        random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
                usual.setInteractions(List.of(Interactions.ofFeatures(features, nowMillis)));
                yield record(kind, device, usual);
            }
            case STRANGE_TIME -> {
                long time = random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
                usual.setSentAtMicros(time);
                usual.setInteractions(
                        Collections.nCopies(WINDOW, Interactions.ofItem(item(), time)));
                yield record(kind, device, usual);
            }
            case LARGE_JUMP -> throw new IllegalArgumentException(kind + " takes two records");
        };
    }

    private HostileRecord foreignKey(String device, long nowMillis) {
        String victim = names.honest().apply(random.nextInt(names.honestDevices()));
        byte[] key =
                switch (random.nextInt(3)) {
                    case 0 -> bytes(device);
                    case 1 -> bytes(names.prefix() + victim);
                    default -> null;
                };
        long first = random.nextBoolean() ? random.nextInt(1000) : Long.MAX_VALUE - 2L * WINDOW;
        return new HostileRecord(
                HostileKind.FOREIGN_KEY,
                key,
                encoder.encode(window(victim, first, nowMillis)),
                device,
                Long.MAX_VALUE);
    }

    /** Returns a record of bytes that are no window, under the key of a device. */
    private static HostileRecord unreadable(
            HostileKind kind, String device, byte @Nullable [] value) {
        return new HostileRecord(kind, bytes(device), value, device, Long.MAX_VALUE);
    }

    private HostileRecord record(HostileKind kind, String device, InteractionWindow window) {
        return new HostileRecord(
                kind,
                bytes(device),
                encoder.encode(window),
                device,
                window.getFirstSequence() + window.getInteractions().size() - 1);
    }

    private InteractionWindow window(String device, long first, long nowMillis) {
        List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            interactions.add(Interactions.ofItem(item(), nowMillis));
        }
        return new InteractionWindow(device, version, first, interactions, nowMillis * 1000);
    }

    private InteractionWindow longWindow(String device, int length, long nowMillis) {
        return new InteractionWindow(
                device,
                version,
                0L,
                Collections.nCopies(length, Interactions.ofItem(items[0], 0)),
                nowMillis * 1000);
    }

    /** Returns the value of a window of 10^6 interactions, made once: it is some megabytes. */
    private byte[] millionItems() {
        if (million == null) {
            million = encoder.encode(longWindow(names.prefix() + "million", MILLION, 0));
        }
        return million;
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + random.nextInt(MOST_NOISE)];
        random.nextBytes(noise);
        return noise;
    }

    /** Returns the begin of a window in which a length or a count is one that nobody has. */
    private byte[] declaredLength(String device) {
        long[] lengths = {
            Integer.MAX_VALUE, Long.MAX_VALUE, 1L << 40, -1, Integer.MIN_VALUE, Long.MIN_VALUE
        };
        long declared = lengths[random.nextInt(lengths.length)];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(encoder.encode(window(device, 0, 0)), 0, HEADER_BYTES);
        int place = random.nextInt(4);
        if (place == 0) {
            // The length of the device id.
            number(bytes, declared);
            return bytes.toByteArray();
        }
        text(bytes, device);
        if (place == 1) {
            // The length of the model version.
            number(bytes, declared);
            return bytes.toByteArray();
        }
        text(bytes, version);
        number(bytes, 0);
        if (place == 2) {
            // The number of interactions; below 0 the size of the block in bytes follows.
            number(bytes, declared);
            number(bytes, Long.MAX_VALUE);
            return bytes.toByteArray();
        }
        number(bytes, 1);
        number(bytes, Interactions.NO_ITEM);
        number(bytes, 0);
        // The length of the features.
        number(bytes, declared);
        return bytes.toByteArray();
    }

    private static void text(ByteArrayOutputStream bytes, String text) {
        byte[] encoded = bytes(text);
        number(bytes, encoded.length);
        bytes.write(encoded, 0, encoded.length);
    }

    /** Writes a number in Avro's variable-length zig-zag form. */
    private static void number(ByteArrayOutputStream bytes, long number) {
        long bits = (number << 1) ^ (number >> 63);
        while ((bits & ~0x7FL) != 0) {
            bytes.write((int) (bits & 0x7F | 0x80));
            bits >>>= 7;
        }
        bytes.write((int) bits);
    }

    private long item() {
        return items[random.nextInt(items.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
