package duet.simulator.fleet.account;

import duet.simulator.workload.ScheduledWindow;
import java.util.Arrays;

/**
 * Remembers the items a device touched last, as its windows told them: what it ranks with when
 * somebody looks at it.
 */
final class RecentItems {
    private long[] items = {};
    private long nextSequence;

    /** Takes in what is new in a window that the device sends, and keeps so many of the newest. */
    void take(ScheduledWindow window, int atMost) {
        long unknown = Math.max(0, window.lastSequence() + 1 - nextSequence);
        int fresh = (int) Math.min(unknown, Math.min(window.items().length, atMost));
        if (fresh == 0) {
            return;
        }
        int kept = Math.min(items.length, atMost - fresh);
        long[] all = Arrays.copyOfRange(items, items.length - kept, items.length + fresh);
        System.arraycopy(window.items(), window.items().length - fresh, all, kept, fresh);
        items = all;
        nextSequence = window.lastSequence() + 1;
    }

    /** Returns the raw ids, oldest first. */
    long[] items() {
        return items.clone();
    }
}
