package duet.model.serving;

import java.util.List;

/**
 * Lays out histories as the generator's int64 input [batch, length]: of each the newest known items
 * as indices, left-padded with 0, as long as the longest of the batch.
 *
 * @param indices row by row
 * @param length at least 1
 */
record HistoryBatch(long[] indices, int length) {

    /**
     * Makes the batch of these histories.
     *
     * @param histories raw item ids per device, oldest first; unknown ones are left out and take no
     *     place
     * @param limit items used of a history at most
     */
    static HistoryBatch of(ItemIndex items, List<long[]> histories, int limit) {
        int batch = histories.size();
        int longest = 1;
        for (long[] history : histories) {
            longest = Math.max(longest, Math.min(limit, history.length));
        }
        long[] indices = new long[Math.multiplyExact(batch, longest)];
        int used = 1;
        for (int device = 0; device < batch; device++) {
            long[] history = histories.get(device);
            int first = device * longest;
            int at = first + longest;
            for (int i = history.length - 1; i >= 0 && at > first; i--) {
                int index = items.indexOf(history[i]);
                if (index != 0) {
                    indices[--at] = index;
                }
            }
            used = Math.max(used, first + longest - at);
        }
        return new HistoryBatch(newest(indices, batch, longest, used), used);
    }

    /** Returns the last columns of a matrix. */
    private static long[] newest(long[] indices, int batch, int length, int used) {
        if (used == length) {
            return indices;
        }
        long[] kept = new long[batch * used];
        for (int device = 0; device < batch; device++) {
            System.arraycopy(indices, (device + 1) * length - used, kept, device * used, used);
        }
        return kept;
    }
}
