package duet.model.data;

import java.util.Arrays;
import java.util.List;

/**
 * Finds the distinct items of many histories without an object for any of them: what has come in is
 * sorted and freed of repetitions whenever the room for it is used up. The room is at most twice
 * the distinct items, or {@value #FIRST_ROOM}.
 */
final class DistinctItems {
    private static final int FIRST_ROOM = 1 << 16;

    private long[] values = new long[FIRST_ROOM];
    private int size;

    private DistinctItems() {}

    /** Returns the distinct raw ids of all items, ascending. */
    static long[] of(List<UserHistory> users) {
        DistinctItems distinct = new DistinctItems();
        for (UserHistory user : users) {
            distinct.add(user.items());
        }
        distinct.compact();
        return Arrays.copyOf(distinct.values, distinct.size);
    }

    private void add(long[] items) {
        for (long item : items) {
            if (size == values.length) {
                compact();
                if (size > values.length / 2) {
                    values = Arrays.copyOf(values, Math.multiplyExact(values.length, 2));
                }
            }
            values[size++] = item;
        }
    }

    private void compact() {
        Arrays.sort(values, 0, size);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (distinct == 0 || values[distinct - 1] != values[i]) {
                values[distinct++] = values[i];
            }
        }
        size = distinct;
    }
}
