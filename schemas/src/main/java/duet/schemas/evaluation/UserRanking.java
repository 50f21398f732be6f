package duet.schemas.evaluation;

/**
 * Tells where one user's positive stands among the negatives.
 *
 * @param below how many negatives score lower
 * @param equal how many score the same
 * @param negatives how many there are, at least 1
 */
public record UserRanking(int below, int equal, int negatives) {
    public UserRanking {
        if (negatives < 1) {
            throw new IllegalArgumentException("a user without negatives cannot be ranked");
        }
    }

    /**
     * Ranks by scores.
     *
     * @throws NotANumberException if a score is not a number
     * @throws IllegalArgumentException if there are no negatives
     */
    public static UserRanking of(float positive, float[] negatives) {
        requireNumber(positive);
        int below = 0;
        int equal = 0;
        for (float negative : negatives) {
            requireNumber(negative);
            if (negative < positive) {
                below++;
            } else if (negative == positive) {
                equal++;
            }
        }
        return new UserRanking(below, equal, negatives.length);
    }

    private static void requireNumber(float score) {
        if (Float.isNaN(score)) {
            throw new NotANumberException("a score is not a number");
        }
    }

    /** Returns the share of negatives below the positive; a tie counts half. */
    public double userAuc() {
        return (below + equal * 0.5) / negatives;
    }

    /** Returns the rank of the positive, counted from 1; a tie counts against it. */
    public int rank() {
        return 1 + negatives - below;
    }

    /** Returns the discounted gain within the first k: {@code 1 / log2(rank + 1)}, or 0. */
    public double ndcg(int k) {
        return rank() <= k ? Math.log(2) / Math.log(rank() + 1.0) : 0;
    }

    /** Returns 1 where the positive is within the first k, else 0. */
    public double hr(int k) {
        return rank() <= k ? 1 : 0;
    }
}
