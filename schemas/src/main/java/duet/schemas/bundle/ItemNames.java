package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Knows items by the ids that they have in a team's log, as well as by the numbers that travel. */
public final class ItemNames {
    private static final ItemNames NUMBERS =
            new ItemNames(ItemIds.NUMBER, new long[0], new String[0]);

    private final ItemIds rule;

    /** Holds the items whose ids are not their numbers, ascending. */
    private final long[] items;

    private final String[] ids; // of each of these

    private ItemNames(ItemIds rule, long[] items, String[] ids) {
        this.rule = rule;
        this.items = items;
        this.ids = ids;
    }

    /** Returns the names of items whose ids are numbers. */
    public static ItemNames numbers() {
        return NUMBERS;
    }

    /**
     * Returns the names of the items of these ids.
     *
     * @param ids each once or more often
     * @throws InvalidInputException if two ids have the same number, naming both, or if one can be
     *     no item's id
     */
    public static ItemNames of(ItemIds rule, Collection<String> ids) {
        Map<Long, String> named = new TreeMap<>();
        for (String id : ids) {
            ItemIds.requireSound(id);
            String other = named.put(rule.of(id), id);
            if (other != null && !other.equals(id)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "the item ids '%s' and '%s' have the same hash, %d: change one",
                                ItemIds.excerpt(other),
                                ItemIds.excerpt(id),
                                rule.of(id)));
            }
        }
        if (rule == ItemIds.NUMBER) {
            named.values().removeIf(ItemIds::isNumber);
        }
        return named.isEmpty() && rule == ItemIds.NUMBER
                ? NUMBERS
                : new ItemNames(
                        rule,
                        named.keySet().stream().mapToLong(Long::longValue).toArray(),
                        named.values().toArray(String[]::new));
    }

    /**
     * Returns the names of items whose ids are all hashed.
     *
     * @param items ascending
     * @param ids of each of these
     */
    static ItemNames ofHashes(long[] items, String[] ids) {
        return new ItemNames(ItemIds.HASH, items, ids);
    }

    /** Returns how ids become numbers. */
    public ItemIds rule() {
        return rule;
    }

    /**
     * Returns the id of an item as the log has it; {@code #} and the hash in hexadecimal where it
     * is not known.
     */
    public String of(long item) {
        int place = Arrays.binarySearch(items, item);
        if (place >= 0) {
            return ids[place];
        }
        return rule == ItemIds.NUMBER
                ? Long.toString(item)
                : String.format(Locale.ROOT, "#%016x", item);
    }

    /**
     * Returns what a person is shown of an item: {@link #of} in one line of at most 80 characters,
     * without any that control a terminal or turn around what stands beside them.
     */
    public String shown(long item) {
        return ItemIds.excerpt(of(item));
    }
}
