package duet.simulator.fleet.account;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the windows of one device that nothing has answered yet. It takes no memory while there are
 * none. Not thread-safe.
 */
final class OpenWindows {
    private @Nullable Open newest;

    /**
     * Tells which windows of a device a record ended.
     *
     * @param removed how many windows it was
     * @param sentAt intended send times of those answered whose version the device still runs
     * @param again how many windows the record answers that were not open
     */
    record Answered(int removed, List<Long> sentAt, int again) {}

    /** An open window is on its way: nothing has answered it yet. */
    static final class Open {
        private final long sentAt;
        private final String version;

        /** Says whether the device has left the version that the window names. */
        private boolean carried;

        private @Nullable Open older;

        private Open(long sentAt, String version) {
            this.sentAt = sentAt;
            this.version = version;
        }
    }

    boolean isEmpty() {
        return newest == null;
    }

    /**
     * Adds a window that leaves.
     *
     * @param sentAt as its record says
     */
    Open add(long sentAt, String version) {
        Open open = new Open(sentAt, version);
        open.older = newest;
        newest = open;
        return open;
    }

    /** Removes that window; returns whether it was open until now. */
    boolean remove(Open gone) {
        Open newer = null;
        for (Open open = newest; open != null; newer = open, open = open.older) {
            if (open == gone) {
                unlink(newer, open);
                return true;
            }
        }
        return false;
    }

    /** Removes a window of that time and version; returns whether one was open until now. */
    boolean remove(long sentAt, String version) {
        Open newer = null;
        for (Open open = newest; open != null; newer = open, open = open.older) {
            if (open.sentAt == sentAt && open.version.equals(version)) {
                unlink(newer, open);
                return true;
            }
        }
        return false;
    }

    /**
     * Takes the windows that a delta answers away: the newest of its version up to the one it
     * names. Older ones are still to be answered, or, where the job gates, were passed over. Where
     * there are fewer, the delta answers some again, as a job does that goes on from its last
     * checkpoint.
     *
     * @param count how many windows it answers
     * @param sentAt of the newest of them
     * @param gates whether those that it passes over end, too
     */
    Answered answer(int count, long sentAt, String version, boolean gates) {
        List<Long> answered = new ArrayList<>(Math.min(count, 4));
        int left = count;
        int removed = 0;
        Open newer = null;
        for (Open open = newest; open != null && (left > 0 || gates); open = open.older) {
            if (open.sentAt > sentAt || !open.version.equals(version)) {
                newer = open;
                continue;
            }
            unlink(newer, open);
            removed++;
            if (left > 0 && !open.carried) {
                answered.add(open.sentAt);
            }
            left--;
        }
        return new Answered(removed, answered, Math.max(0, left));
    }

    /**
     * Takes note that the device leaves the version that all these windows name.
     *
     * @return send times of those that named the version it runs until now
     */
    List<Long> carry() {
        List<Long> carried = new ArrayList<>();
        for (Open open = newest; open != null; open = open.older) {
            if (!open.carried) {
                carried.add(open.sentAt);
                open.carried = true;
            }
        }
        return carried;
    }

    private void unlink(@Nullable Open newer, Open open) {
        if (newer == null) {
            newest = open.older;
        } else {
            newer.older = open.older;
        }
    }
}
