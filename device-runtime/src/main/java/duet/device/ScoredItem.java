package duet.device;

/**
 * Holds an item with its score.
 *
 * @param itemId raw item id
 * @param score higher ranks first; comparable within one ranking only
 * @param name the item's id as the team's log has it, whatever characters that holds; the number
 *     where ids are numbers
 */
public record ScoredItem(long itemId, float score, String name) {
    /** Holds an item whose id is a number. */
    public ScoredItem(long itemId, float score) {
        this(itemId, score, Long.toString(itemId));
    }
}
