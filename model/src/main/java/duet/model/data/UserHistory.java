package duet.model.data;

import java.util.Arrays;
import java.util.Locale;

/**
 * Holds all interactions of one user in time order; interactions of the same time keep the order of
 * the file.
 *
 * @param user the user's id as it stands in the file
 * @param items the numbers by which items travel, oldest first
 * @param timestamps time of each interaction in milliseconds since 1970, ascending; positions 0, 1,
 *     … where the log has no times
 */
public record UserHistory(String user, long[] items, long[] timestamps) {
    public UserHistory {
        if (items.length != timestamps.length) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "user %s has %d items and %d timestamps",
                            user,
                            items.length,
                            timestamps.length));
        }
    }

    /** Returns the number of interactions. */
    public int size() {
        return items.length;
    }

    /** Returns whether there are times: positions 0, 1, … are none. */
    public boolean hasTimes() {
        for (int i = 0; i < timestamps.length; i++) {
            if (timestamps[i] != i) {
                return true;
            }
        }
        return false;
    }

    /** Returns the items before position {@code end}, oldest first; a copy. */
    public long[] itemsBefore(int end) {
        return Arrays.copyOf(items, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserHistory h
                && user.equals(h.user)
                && Arrays.equals(items, h.items)
                && Arrays.equals(timestamps, h.timestamps);
    }

    @Override
    public int hashCode() {
        return 31 * user.hashCode() + Arrays.hashCode(items);
    }

    @Override
    public String toString() {
        return "UserHistory[" + user + ", " + items.length + " interactions]";
    }
}
