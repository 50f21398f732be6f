package duet.simulator.workload;

import duet.schemas.InvalidInputException;

/**
 * A task is one ranking a device makes: the item that really comes next among items the device did
 * not touch. The arrays are handed on, not copied or changed.
 *
 * @param history raw item ids of the device before the positive, oldest first; at least as many of
 *     the newest ones as a model reads
 * @param positive raw id of the item that comes next
 * @param negatives raw ids of the others, at least one
 */
public record RankingTask(long[] history, long positive, long[] negatives) {
    public RankingTask {
        if (negatives.length == 0) {
            throw new InvalidInputException(
                    "item " + positive + " has no negatives to be ranked against");
        }
    }

    /** Returns the positive, then the negatives: the order in which scores are read. */
    public long[] candidates() {
        long[] candidates = new long[negatives.length + 1];
        candidates[0] = positive;
        System.arraycopy(negatives, 0, candidates, 1, negatives.length);
        return candidates;
    }
}
