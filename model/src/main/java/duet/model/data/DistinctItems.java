package duet.model.data;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

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
        return of(users, UserHistory::size);
    }

    /**
     * Returns the distinct raw ids of the first items of each user, ascending.
     *
     * @param ends how many of a user's items are looked at
     */
    static long[] of(List<UserHistory> users, ToIntFunction<UserHistory> ends) {
        DistinctItems distinct = new DistinctItems();
        for (UserHistory user : users) {
            distinct.add(user.items(), ends.applyAsInt(user));
        }
        distinct.compact();
        return Arrays.copyOf(distinct.values, distinct.size);
    }

    private void add(long[] items, int end) {
        for (int i = 0; i < end; i++) {
            if (size == values.length) {
                compact();
                if (size > values.length / 2) {
                    values = Arrays.copyOf(values, Math.multiplyExact(values.length, 2));
                }
            }
            values[size++] = items[i];
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
