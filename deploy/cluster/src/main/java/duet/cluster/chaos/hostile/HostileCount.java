package duet.cluster.chaos.hostile;

/**
 * Counts what became of hostile records.
 *
 * @param sent records that the brokers took
 * @param refused those among them that are among the dead letters
 * @param accepted those among them that a delta answers
 * @param notTaken records that the brokers did not take, as too large or because they could not
 */
public record HostileCount(long sent, long refused, long accepted, long notTaken) {

    static final HostileCount NONE = new HostileCount(0, 0, 0, 0);

    /** Returns both together. */
    public HostileCount plus(HostileCount other) {
        return new HostileCount(
                sent + other.sent,
                refused + other.refused,
                accepted + other.accepted,
                notTaken + other.notTaken);
    }
}
