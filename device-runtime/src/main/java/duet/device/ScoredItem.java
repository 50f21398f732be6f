package duet.device;

/**
 * Holds an item with its score.
 *
 * @param itemId raw item id
 * @param score higher ranks first; comparable within one ranking only
 */
public record ScoredItem(long itemId, float score) {}
