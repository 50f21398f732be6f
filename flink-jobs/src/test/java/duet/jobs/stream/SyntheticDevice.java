package duet.jobs.stream;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A device with a seeded past, and the windows it sends: overlapping, repeated, some overtaking the
 * one before.
 */
final class SyntheticDevice {
    private final String id;
    private final String modelVersion;
    private final long[] items;
    private final Random random;

    SyntheticDevice(String id, String modelVersion, int interactions, int vocabulary, long seed) {
        this.id = id;
        this.modelVersion = modelVersion;
        this.random = new Random(seed);
        this.items = random.longs(interactions, 1, vocabulary + 1L).toArray();
    }

    String id() {
        return id;
    }

    /** All of its raw item ids, oldest first. */
    long[] items() {
        return items;
    }

    long lastSequence() {
        return items.length - 1L;
    }

    /**
     * Windows over the interactions from {@code from} up to {@code to}, each at least once, in the
     * order they happened.
     */
    List<InteractionWindow> windowsInOrder(int from, int to) {
        List<InteractionWindow> windows = new ArrayList<>();
        int covered = from;
        while (covered < to) {
            int start = Math.max(0, covered - random.nextInt(4));
            int end = Math.min(to, covered + 1 + random.nextInt(5));
            windows.add(window(start, end));
            if (random.nextInt(5) == 0) {
                windows.add(window(start, end));
            }
            covered = end;
        }
        return windows;
    }

    /**
     * As {@link #windowsInOrder}, with some windows swapped with their neighbours, so that a gap
     * opens and is filled.
     */
    List<InteractionWindow> windowsOvertaking(int from, int to) {
        List<InteractionWindow> windows = windowsInOrder(from, to);
        for (int i = 1; i < windows.size(); i++) {
            if (random.nextInt(4) == 0) {
                Collections.swap(windows, i - 1, i);
            }
        }
        return windows;
    }

    InteractionWindow window(int from, int to) {
        return window(id, modelVersion, from, Arrays.copyOfRange(items, from, to));
    }

    static InteractionWindow window(String id, String modelVersion, long first, long... items) {
        List<Interaction> interactions = new ArrayList<>(items.length);
        for (int i = 0; i < items.length; i++) {
            interactions.add(
                    Interactions.ofItem(items[i], 1_700_000_000_000L + (first + i) * 1_000));
        }
        return new InteractionWindow(id, modelVersion, first, interactions, 1_700_000_000_000_000L);
    }
}
