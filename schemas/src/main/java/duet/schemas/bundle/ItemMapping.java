package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says in a manifest how the ids of items become the numbers by which items travel, so that a
 * reader in any language can do the same and check that it does.
 *
 * @param rule {@code number} or {@code hash}, as {@link ItemIds} describes them
 * @param function what hashes an id that is not its own number: {@code sha256-63}
 * @param seed of the function: {@code none}
 * @param vectors some ids with their numbers in decimal; as texts, since not every language reads a
 *     number of 63 bits from JSON
 * @param names ids of the vocabulary in index order, where they are not the numbers themselves;
 *     else null
 */
@JsonPropertyOrder({"rule", "function", "seed", "vectors", "names"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ItemMapping(
        String rule,
        String function,
        String seed,
        SortedMap<String, String> vectors,
        String @Nullable [] names) {
    private static final String NO_SEED = "none";

    /** These tell a wrong encoding, a wrong order of bytes and a lost bit, and the two rules. */
    private static final List<String> EXAMPLES =
            List.of("7", "007", "9223372036854775808", "item-1", "K\u00e4se");

    /** A manifest has at most so many test vectors. */
    private static final int MOST_VECTORS = 100;

    /**
     * Describes the items of a vocabulary.
     *
     * @throws IllegalArgumentException if an item has a name that does not lead to its number
     */
    static ItemMapping of(Vocabulary vocabulary) {
        ItemNames names = vocabulary.names();
        ItemIds rule = names.rule();
        String[] ids = new String[vocabulary.size()];
        for (int i = 0; i < ids.length; i++) {
            long item = vocabulary.idOf(i + 1);
            ids[i] = names.of(item);
            if (rule == ItemIds.HASH
                    ? ItemIds.hash(ids[i]) != item
                    : !ids[i].equals(Long.toString(item))) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "the item %d has the name '%s', which is not its own by the rule"
                                        + " %s",
                                item,
                                names.shown(item),
                                rule.id()));
            }
        }
        SortedMap<String, String> vectors = new TreeMap<>();
        for (String example : EXAMPLES) {
            vectors.put(example, Long.toString(rule.of(example)));
        }
        return new ItemMapping(
                rule.id(), ItemIds.FUNCTION, NO_SEED, vectors, rule == ItemIds.HASH ? ids : null);
    }

    /**
     * Returns what the items of a vocabulary are called.
     *
     * @param vocabulary raw item ids in index order, ascending
     * @throws InvalidInputException naming what this code cannot follow, or what contradicts itself
     */
    ItemNames names(long[] vocabulary) {
        ItemIds known = knownRule();
        require("function", function, ItemIds.FUNCTION);
        require("seed", seed, NO_SEED);
        requireVectors(known);
        if (known == ItemIds.NUMBER) {
            if (names != null) {
                throw new InvalidInputException(
                        "itemIds.names is there, but by the rule number items have no other names");
            }
            return ItemNames.numbers();
        }
        requireNames(vocabulary);
        return ItemNames.ofHashes(vocabulary.clone(), names.clone());
    }

    private ItemIds knownRule() {
        return Arrays.stream(ItemIds.values())
                .filter(known -> known.id().equals(rule))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        "itemIds.rule is '"
                                                + excerpt(rule)
                                                + "', this version of Duet knows number and hash"));
    }

    private static void require(String key, @Nullable String value, String known) {
        if (!known.equals(value)) {
            throw new InvalidInputException(
                    "itemIds."
                            + key
                            + " is '"
                            + excerpt(value)
                            + "', this version of Duet knows "
                            + known);
        }
    }

    private void requireVectors(ItemIds known) {
        if (vectors == null || vectors.isEmpty() || vectors.size() > MOST_VECTORS) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "itemIds.vectors has %,d entries, it must be 1 to %d",
                            vectors == null ? 0 : vectors.size(),
                            MOST_VECTORS));
        }
        for (Map.Entry<String, String> vector : vectors.entrySet()) {
            ItemIds.requireSound(vector.getKey());
            String number = Long.toString(known.of(vector.getKey()));
            if (!number.equals(vector.getValue())) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "itemIds.vectors gives '%s' the number %s, by the rule %s it is %s",
                                ItemIds.excerpt(vector.getKey()),
                                excerpt(vector.getValue()),
                                rule,
                                number));
            }
        }
    }

    private void requireNames(long[] vocabulary) {
        int count = names == null ? 0 : names.length;
        if (count != vocabulary.length) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "itemIds.names has %,d entries, the vocabulary %,d",
                            count,
                            vocabulary.length));
        }
        for (int i = 0; i < count; i++) {
            String name = names[i];
            if (name == null) {
                throw new InvalidInputException("itemIds.names[" + i + "] is null");
            }
            ItemIds.requireSound(name);
            long number = ItemIds.hash(name);
            if (number != vocabulary[i]) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "itemIds.names[%d] is '%s', whose number is %d, the vocabulary has"
                                        + " %d there",
                                i,
                                ItemIds.excerpt(name),
                                number,
                                vocabulary[i]));
            }
        }
    }

    private static String excerpt(@Nullable String text) {
        return text == null ? "null" : OneLine.of(text, 40);
    }
}
