package duet.model.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Puts a history into time order, keeping the given order among equal times. */
public final class TimeOrder {
    private TimeOrder() {}

    /** Returns the history in time order: itself, where it is. */
    public static UserHistory of(UserHistory history) {
        long[] times = history.timestamps();
        if (ascends(times)) {
            return history;
        }
        int[] order = order(times);
        long[] items = new long[order.length];
        long[] sorted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            items[i] = history.items()[order[i]];
            sorted[i] = times[order[i]];
        }
        return new UserHistory(history.user(), items, sorted);
    }

    private static boolean ascends(long[] times) {
        for (int i = 1; i < times.length; i++) {
            if (times[i - 1] > times[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the places of the times in ascending order, equal times by place. */
    private static int[] order(long[] times) {
        long least = Arrays.stream(times).min().orElse(0);
        long most = Arrays.stream(times).max().orElse(0);
        long span = most - least;
        // Time and place in one number sort without objects; all but absurd spans leave room.
        if (span < 0 || span >= Long.MAX_VALUE / times.length - 1) {
            return IntStream.range(0, times.length)
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> times[i])) // stable
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        long[] keys = new long[times.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (times[i] - least) * times.length + i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) (keys[i] % times.length);
        }
        return order;
    }
}
