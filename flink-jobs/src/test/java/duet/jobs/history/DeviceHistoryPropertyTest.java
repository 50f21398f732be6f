package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class DeviceHistoryPropertyTest {
    /** A window as a device may send it. */
    private record Window(long first, long[] items) {}

    private static long[] interactions(int count, Random random) {
        return random.longs(count, 0, 50).toArray();
    }

    /** Windows that hold every interaction at least once, some more often, in any order. */
    private static List<Window> windows(long[] interactions, long origin, Random random) {
        List<Window> windows = new ArrayList<>();
        int covered = 0;
        while (covered < interactions.length) {
            int start = Math.max(0, covered - random.nextInt(4));
            int end = Math.min(interactions.length, covered + 1 + random.nextInt(7));
            windows.add(new Window(origin + start, Arrays.copyOfRange(interactions, start, end)));
            covered = end;
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            windows.add(windows.get(random.nextInt(windows.size())));
        }
        return windows;
    }

    private static DeviceHistory merged(List<Window> windows, int capacity) {
        DeviceHistory history = DeviceHistory.empty();
        for (Window window : windows) {
            history =
                    history.merge(window.first(), new ItemIds(window.items()), capacity).history();
        }
        return history;
    }

    @Property
    void anyPartitionOverlapRepetitionAndOrderGivesTheNewestItems(
            @ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll @IntRange(min = 1, max = 40) int capacity,
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 100) long origin,
            @ForAll long seed) {
        Random random = new Random(seed);
        long[] interactions = interactions(count, random);
        List<Window> windows = windows(interactions, origin, random);
        Collections.shuffle(windows, random);

        DeviceHistory history = merged(windows, capacity);

        assertThat(history.contents())
                .isEqualTo(
                        new ItemIds(
                                Arrays.copyOfRange(
                                        interactions, Math.max(0, count - capacity), count)));
        assertThat(history.nextSequence()).isEqualTo(origin + count);
    }

    @Property
    void lostWindowsLeaveTheNewestOfWhatArrivedInAnyOrder(
            @ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll @IntRange(min = 1, max = 40) int capacity,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Window> windows = windows(interactions(count, random), 0, random);
        windows.subList(random.nextInt(windows.size()), windows.size()).clear();
        Collections.shuffle(windows, random);
        TreeMap<Long, Long> arrived = new TreeMap<>();
        for (Window window : windows) {
            for (int i = 0; i < window.items().length; i++) {
                arrived.put(window.first() + i, window.items()[i]);
            }
        }

        DeviceHistory history = merged(windows, capacity);

        long[] expected = arrived.values().stream().mapToLong(Long::longValue).toArray();
        assertThat(history.contents())
                .isEqualTo(
                        new ItemIds(
                                Arrays.copyOfRange(
                                        expected,
                                        Math.max(0, expected.length - capacity),
                                        expected.length)));
    }

    @Property
    void theEncodingGivesTheSameHistoryBackWithinItsBound(
            @ForAll @IntRange(min = 1, max = 60) int capacity,
            @ForAll @IntRange(min = 0, max = 30) int windowCount,
            @ForAll @IntRange(min = 0, max = 5) int dimension,
            @ForAll @LongRange(min = 0) long largestItem,
            @ForAll @LongRange(min = 1, max = Long.MAX_VALUE - 20) long largestSequence,
            @ForAll @LongRange(min = 0, max = (1L << 32) - 1) long writtenSecond,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        DeviceHistory history = DeviceHistory.empty();
        for (int i = 0; i < windowCount; i++) {
            InteractionContents window =
                    contents(1 + random.nextInt(5), dimension, largestItem, random);
            history =
                    history.merge(random.nextLong(0, largestSequence), window, capacity).history();
        }
        history = history.written(writtenSecond * 1_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HistoryEncoding.write(history, new DataOutputStream(bytes));

        assertThat(bytes.size())
                .isLessThanOrEqualTo(HistoryEncoding.maximumBytes(capacity, dimension));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        DeviceHistory read = HistoryEncoding.read(in);
        assertThat(read).isEqualTo(history);
        assertThat(read.revision()).isEqualTo(history.revision());
        assertThat(read.writtenSecond()).isEqualTo(writtenSecond);
        assertThat(in.available()).isZero();
    }

    private static InteractionContents contents(
            int size, int dimension, long largestItem, Random random) {
        if (dimension == 0) {
            long[] items = new long[size];
            Arrays.setAll(items, n -> largestItem == 0 ? 0 : random.nextLong(0, largestItem));
            return new ItemIds(items);
        }
        float[][] vectors = new float[size][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return new FeatureVectors(vectors);
    }

    @Property
    void anyNumberSurvivesItsVariableLengthForm(@ForAll long number) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VariableLength.writeSigned(number, new DataOutputStream(bytes));
        assertThat(bytes.size()).isBetween(1, 10);
        assertThat(VariableLength.readSigned(input(bytes))).isEqualTo(number);

        if (number >= 0) {
            bytes.reset();
            VariableLength.write(number, new DataOutputStream(bytes));
            assertThat(bytes.size()).isBetween(1, 9);
            assertThat(VariableLength.read(input(bytes))).isEqualTo(number);
        }
    }

    @Property
    void anyBytesAreAHistoryOrAnIoException(
            @ForAll byte[] bytes,
            @ForAll @IntRange(min = 1, max = HistoryEncoding.VERSION) int version) {
        byte[] versioned = bytes.clone();
        if (versioned.length > 0) {
            versioned[0] = (byte) version;
        }
        try {
            DeviceHistory history =
                    HistoryEncoding.read(new DataInputStream(new ByteArrayInputStream(versioned)));
            assertThat(history.size()).isLessThanOrEqualTo(DeviceHistory.MAX_CAPACITY);
        } catch (IOException expected) {
            assertThat(expected).isInstanceOf(IOException.class);
        }
    }

    private static DataInputStream input(ByteArrayOutputStream bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
