package duet.jobs.recovery;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * A device whose windows follow from its name alone, so that the same ones can be sent again long
 * after a savepoint was taken: those before the savepoint and those after it. Each shape of history
 * a job may hold is one of them.
 *
 * @param id the device
 * @param before windows that the savepoint has seen, in the order they were sent
 * @param after windows that come after the savepoint
 */
record PastDevice(String id, List<Span> before, List<Span> after) {
    /** Interactions that the job keeps of each device. */
    static final int HISTORY = 30;

    /** Numbers of a feature vector where devices send those. */
    static final int FEATURES = 8;

    /** An item that no model knows. */
    static final long UNKNOWN_ITEM = 999_999_999;

    private static final String UNKNOWN = "unknown-items";
    private static final long FAR = 1L << 40;
    private static final long SENT_AT_MICROS = 1_700_000_000_000_000L;

    /** Items of few and of many bytes. */
    private static final long[] ITEMS =
            LongStream.concat(
                            LongStream.rangeClosed(1, 20),
                            LongStream.range(0, 20).map(i -> 1L << (14 + 2 * i)))
                    .toArray();

    /** Consecutive interactions, from that sequence number on. */
    record Span(long first, int size) {}

    /** The vocabulary of a model that these devices' items fit. */
    static long[] vocabulary() {
        return ITEMS.clone();
    }

    static List<PastDevice> all() {
        List<PastDevice> devices = new ArrayList<>();
        add(devices, "single", spans(0, 1), spans(1, 3));
        add(devices, "few", spans(0, 3, 3, 4), spans(7, 2, 9, 1));
        add(devices, "full", spans(0, HISTORY), spans(0, HISTORY));
        add(devices, "long", inTurn(0, 100, 5), spans(100, 5, 103, 4));
        add(devices, "overlap", spans(0, 5, 3, 5, 3, 5, 6, 6), spans(10, 4));
        add(devices, "gap-to-fill", spans(0, 4, 8, 4), spans(4, 4));
        add(devices, "gaps-that-stay", spans(0, 3, 7, 2, 15, 3), spans(20, 2));
        add(devices, "far", spans(FAR, 6), spans(FAR + 6, 3));
        add(devices, "overtaken", spans(4, 4, 0, 4, 12, 4, 8, 4), spans(16, 2));
        add(devices, "every-other", everyOther(40), spans(77, 1, 80, 1));
        add(devices, "late", spans(50, 10, 20, 5), spans(30, 5));
        add(devices, "quiet", spans(0, 12), List.of());
        add(devices, UNKNOWN, spans(0, 20), spans(20, 2));
        add(devices, "ger\u00e4t-\u8a2d\u5099", spans(0, 8), spans(8, 2));
        for (int i = 0; i < 8; i++) {
            SplittableRandom random = new SplittableRandom(i);
            long middle = 10 + random.nextInt(60);
            add(
                    devices,
                    "random-" + i,
                    random(random, 0, middle),
                    random(random, middle, middle + 5 + random.nextInt(30)));
        }
        return devices;
    }

    /**
     * A device that sends that many interactions in overlapping windows, with a few of them never
     * sent.
     */
    static PastDevice random(String id, SplittableRandom random, long interactions) {
        return new PastDevice(id, random(random, 0, interactions), List.of());
    }

    private static void add(
            List<PastDevice> devices, String id, List<Span> before, List<Span> after) {
        devices.add(new PastDevice(id, before, after));
    }

    private static List<Span> spans(long... firstsAndSizes) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < firstsAndSizes.length; i += 2) {
            spans.add(new Span(firstsAndSizes[i], (int) firstsAndSizes[i + 1]));
        }
        return spans;
    }

    private static List<Span> inTurn(long from, long to, int size) {
        List<Span> spans = new ArrayList<>();
        for (long first = from; first < to; first += size) {
            spans.add(new Span(first, size));
        }
        return spans;
    }

    private static List<Span> everyOther(int count) {
        List<Span> spans = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            spans.add(new Span(2 * i, 1));
        }
        return spans;
    }

    private static List<Span> random(SplittableRandom random, long from, long to) {
        List<Span> spans = new ArrayList<>();
        long covered = from;
        while (covered < to) {
            long first = Math.max(0, covered - random.nextInt(4));
            long end = Math.min(to, covered + 1 + random.nextInt(5));
            spans.add(new Span(first, (int) (end - first)));
            covered = end + (random.nextInt(6) == 0 ? 1 : 0);
        }
        return spans;
    }

    long item(long sequence) {
        return id.equals(UNKNOWN) && sequence % 3 == 1
                ? UNKNOWN_ITEM
                : ITEMS[random(sequence).nextInt(ITEMS.length)];
    }

    float[] vector(long sequence) {
        SplittableRandom random = random(sequence);
        float[] vector = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            vector[i] = (float) (2 * random.nextDouble() - 1);
        }
        return vector;
    }

    private SplittableRandom random(long sequence) {
        return new SplittableRandom(((long) id.hashCode() << 32) + sequence);
    }

    /**
     * Sequence numbers of the newest interactions in these windows that a history has room for,
     * oldest first.
     */
    long[] newest(List<Span> spans) {
        TreeSet<Long> seen = new TreeSet<>();
        for (Span span : spans) {
            for (int i = 0; i < span.size(); i++) {
                seen.add(span.first() + i);
            }
        }
        long[] all = seen.stream().mapToLong(Long::longValue).toArray();
        return Arrays.copyOfRange(all, Math.max(0, all.length - HISTORY), all.length);
    }

    /** Sequence numbers of the history after all windows. */
    long[] newestOfAll() {
        List<Span> all = new ArrayList<>(before);
        all.addAll(after);
        return newest(all);
    }

    long[] items(long[] sequences) {
        return Arrays.stream(sequences).map(this::item).toArray();
    }

    float[][] vectors(long[] sequences) {
        return Arrays.stream(sequences).mapToObj(this::vector).toArray(float[][]::new);
    }

    InteractionWindow window(Span span, String modelVersion, boolean features) {
        List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; i < span.size(); i++) {
            long sequence = span.first() + i;
            long time = SENT_AT_MICROS / 1_000 + i;
            interactions.add(
                    features
                            ? Interactions.ofFeatures(vector(sequence), time)
                            : Interactions.ofItem(item(sequence), time));
        }
        return new InteractionWindow(id, modelVersion, span.first(), interactions, SENT_AT_MICROS);
    }
}
