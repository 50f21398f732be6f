package duet.interactions;

import duet.model.data.InteractionLog;
import duet.model.data.TimeOrder;
import duet.model.data.UserHistory;
import duet.schemas.Count;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects interactions in the order of the file, with little memory for each: users and items as
 * they are met get numbers from 0, and blocks of numbers are all that grows.
 */
final class Interactions {
    private static final int BLOCK = 1 << 12;

    private final boolean timed;
    private final Map<String, Integer> users = new HashMap<>();
    private final List<String> userIds = new ArrayList<>();
    private final Map<String, Integer> items = new HashMap<>();
    private final List<String> itemIds = new ArrayList<>();
    private int[] counts = new int[1024]; // of users
    private int[] itemCounts = new int[1024];
    private final List<int[]> userOf = new ArrayList<>();
    private final List<int[]> itemOf = new ArrayList<>();
    private final List<long[]> timeOf = new ArrayList<>();
    private long size;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;

    /** Makes a collector of interactions with times, or of such whose order is all there is. */
    Interactions(boolean timed) {
        this.timed = timed;
    }

    /**
     * Adds an interaction.
     *
     * @param millis since 1970; of no consequence where there are no times
     */
    void add(String user, String item, long millis) {
        int at = (int) (size % BLOCK);
        if (at == 0) {
            userOf.add(new int[BLOCK]);
            itemOf.add(new int[BLOCK]);
            if (timed) {
                timeOf.add(new long[BLOCK]);
            }
        }
        int block = userOf.size() - 1;
        int code = code(user, users, userIds);
        if (code == counts.length) {
            counts = Arrays.copyOf(counts, counts.length * 2);
        }
        counts[code]++;
        userOf.get(block)[at] = code;
        int itemCode = code(item, items, itemIds);
        if (itemCode == itemCounts.length) {
            itemCounts = Arrays.copyOf(itemCounts, itemCounts.length * 2);
        }
        itemCounts[itemCode]++;
        itemOf.get(block)[at] = itemCode;
        if (timed) {
            timeOf.get(block)[at] = millis;
            earliest = Math.min(earliest, millis);
            latest = Math.max(latest, millis);
        }
        size++;
    }

    private static int code(String id, Map<String, Integer> codes, List<String> ids) {
        Integer code = codes.get(id);
        if (code == null) {
            code = ids.size();
            codes.put(id, code);
            ids.add(id);
        }
        return code;
    }

    long size() {
        return size;
    }

    /** Returns how many interactions each user and each item has. */
    ReadLog.Tallies tallies() {
        return new ReadLog.Tallies(
                Arrays.copyOf(counts, userIds.size()), Arrays.copyOf(itemCounts, itemIds.size()));
    }

    @Nullable Long earliest() {
        return timed && size > 0 ? earliest : null;
    }

    @Nullable Long latest() {
        return timed && size > 0 ? latest : null;
    }

    /**
     * Holds a log and what was not taken into it.
     *
     * @param log users with enough interactions
     * @param repeats how many interactions repeat another
     * @param leftOut the others, by reason
     */
    record Kept(InteractionLog log, long repeats, List<ReadReport.LeftOut> leftOut) {}

    /**
     * Makes the log. This collector is empty thereafter.
     *
     * @param source of the log, for messages
     * @param rule of item ids; null for numbers where all are
     * @throws InvalidInputException if no user has enough interactions, or two items have the same
     *     number
     */
    Kept keep(String source, @Nullable ItemIds rule, UserLimits limits) {
        users.clear();
        items.clear();
        ItemIds ids = rule == null ? usualRule() : rule;
        ItemNames names = ItemNames.of(ids, itemIds);
        long[] numbers = itemIds.stream().mapToLong(ids::of).toArray();
        itemIds.clear();
        int n = userIds.size();
        long[][] itemsOf = new long[n][];
        long[][] timesOf = new long[n][];
        scatter(numbers, itemsOf, timesOf);
        Tally tally = new Tally(limits);
        List<UserHistory> kept = new ArrayList<>();
        Set<String> leftOut = new HashSet<>();
        for (int u = 0; u < n; u++) {
            UserHistory all = TimeOrder.of(new UserHistory(userIds.get(u), itemsOf[u], timesOf[u]));
            itemsOf[u] = null;
            timesOf[u] = null;
            UserHistory user = tally.take(all, timed);
            if (user == null) {
                leftOut.add(userIds.get(u));
            } else {
                kept.add(user);
            }
        }
        if (kept.isEmpty()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: no user has at least %d interactions (%s)",
                            source,
                            tally.least,
                            Count.of(n, "user")));
        }
        return new Kept(
                new InteractionLog(source, kept, leftOut, names), tally.repeats, tally.leftOut());
    }

    private ItemIds usualRule() {
        return itemIds.stream().allMatch(ItemIds::isNumber) ? ItemIds.NUMBER : ItemIds.HASH;
    }

    /** Shares the interactions out to users, in their order; blocks are given up on the way. */
    private void scatter(long[] numbers, long[][] itemsOf, long[][] timesOf) {
        int[] filled = new int[itemsOf.length];
        for (int u = 0; u < itemsOf.length; u++) {
            itemsOf[u] = new long[counts[u]];
            timesOf[u] = new long[counts[u]];
        }
        long row = 0;
        for (int block = 0; block < userOf.size(); block++) {
            int[] userBlock = userOf.get(block);
            int[] itemBlock = itemOf.get(block);
            for (int i = 0; i < BLOCK && row < size; i++, row++) {
                int u = userBlock[i];
                int at = filled[u]++;
                itemsOf[u][at] = numbers[itemBlock[i]];
                timesOf[u][at] = timed ? timeOf.get(block)[i] : at;
            }
            userOf.set(block, null);
            itemOf.set(block, null);
            if (timed) {
                timeOf.set(block, null);
            }
        }
        size = 0;
    }

    /** Is what a user did, in time order. */
    private record History(long[] items, long[] times) {

        /** Returns the places of those that repeat no other. */
        int[] distinct(boolean timed) {
            int[] places = new int[items.length];
            int n = 0;
            Set<Long> ofThisTime = new HashSet<>();
            for (int i = 0; i < items.length; i++) {
                boolean repeats;
                if (timed) {
                    boolean tied =
                            i > 0 && times[i - 1] == times[i]
                                    || i + 1 < items.length && times[i + 1] == times[i];
                    if (i > 0 && times[i - 1] != times[i]) {
                        ofThisTime.clear();
                    }
                    repeats = tied && !ofThisTime.add(items[i]);
                } else {
                    repeats = i > 0 && items[i - 1] == items[i];
                }
                if (!repeats) {
                    places[n++] = i;
                }
            }
            return Arrays.copyOf(places, n);
        }

        History chosen(int[] places) {
            long[] chosenItems = new long[places.length];
            long[] chosenTimes = new long[places.length];
            for (int i = 0; i < places.length; i++) {
                chosenItems[i] = items[places[i]];
                chosenTimes[i] = times[places[i]];
            }
            return new History(chosenItems, chosenTimes);
        }

        History newest(int most) {
            int from = items.length - most;
            return new History(
                    Arrays.copyOfRange(items, from, items.length),
                    Arrays.copyOfRange(times, from, items.length));
        }
    }

    /** Counts what is left out while users are taken. */
    private static final class Tally {
        private final UserLimits limits;
        private final int least;
        private long repeats;
        private long shortUsers;
        private long shortInteractions;
        private long longUsers;
        private long longInteractions;

        Tally(UserLimits limits) {
            this.limits = limits;
            this.least = Math.max(InteractionLog.MIN_INTERACTIONS, limits.least());
        }

        @Nullable UserHistory take(UserHistory all, boolean timed) {
            History history = new History(all.items(), all.timestamps());
            int[] distinct = history.distinct(timed);
            repeats += history.items().length - distinct.length;
            boolean changed = false;
            if (limits.dropRepeats() && distinct.length < history.items().length) {
                history = history.chosen(distinct);
                changed = true;
            }
            int size = history.items().length;
            if (size < least) {
                shortUsers++;
                shortInteractions += size;
                return null;
            }
            if (limits.most() > 0 && size > limits.most()) {
                longUsers++;
                longInteractions += size - limits.most();
                history = history.newest(limits.most());
                changed = true;
            }
            if (changed && !timed) {
                Arrays.setAll(history.times(), i -> i);
            }
            return new UserHistory(all.user(), history.items(), history.times());
        }

        List<ReadReport.LeftOut> leftOut() {
            List<ReadReport.LeftOut> reasons = new ArrayList<>();
            if (limits.dropRepeats() && repeats > 0) {
                reasons.add(new ReadReport.LeftOut("repeated interactions", 0, repeats));
            }
            if (shortUsers > 0) {
                reasons.add(
                        new ReadReport.LeftOut(
                                String.format(
                                        Locale.ROOT,
                                        "users with fewer than %d interactions",
                                        least),
                                shortUsers,
                                shortInteractions));
            }
            if (longUsers > 0) {
                reasons.add(
                        new ReadReport.LeftOut(
                                String.format(
                                        Locale.ROOT,
                                        "all but the newest %d interactions of a user",
                                        limits.most()),
                                longUsers,
                                longInteractions));
            }
            return reasons;
        }
    }
}
