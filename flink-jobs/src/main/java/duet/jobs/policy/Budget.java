package duet.jobs.policy;

/**
 * A budget is what may still be spent: every window pays its share of a delta in, every delta takes
 * one out. A delta needs a whole one in the account, so at no time have more been sent than the
 * share of the windows so far.
 */
final class Budget {
    /**
     * At most this many deltas are saved: after a quiet time no more than these go out beyond the
     * share.
     */
    static final int MOST_SAVED = 32;

    private final double share;
    private double balance;

    /**
     * @param share deltas for each window, above 0, at most 1
     */
    Budget(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a budget of " + share + " deltas a window");
        }
        this.share = share;
    }

    /** Pays windows in. */
    void pay(int windows) {
        balance = Math.min(MOST_SAVED, balance + share * windows);
    }

    /** Returns whether a delta of choice can be afforded. */
    boolean covers() {
        return balance >= 1;
    }

    /** Takes a delta out. */
    void spend() {
        balance--;
    }

    /**
     * Returns the share of the candidates that should be chosen for the account to stay about half
     * full, 0 to 1: what comes in goes out at half, less below, all at the brim.
     *
     * @param windows windows that the candidate in hand paid in
     */
    double rate(int windows) {
        if (share == 1) {
            return 1;
        }
        double filled = balance / MOST_SAVED;
        if (filled <= 0) {
            return 0;
        }
        return filled >= 1 ? 1 : Math.min(1, share * windows * filled / (1 - filled));
    }
}
