package duet.schemas.release;

import duet.schemas.record.ModelRelease;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A ledger tells which records of releases count: those that bear the signatures asked for, in the
 * order in which they were made. It remembers the highest counter of all that it took, so that
 * nobody can offer again what was changed since. It reads no clock, and does not remember the
 * releases themselves. It is not thread-safe.
 *
 * <p>Where no signatures are asked for, neither are counters: whoever can write could make up both.
 * Times in the future are refused even there, or one record would be the newest for ever.
 */
public final class ReleaseLedger {
    /** Clocks of those who release may be ahead by so much, in microseconds. */
    public static final long MOST_AHEAD_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final ReleaseKeys keys;
    private long highestCounter;

    /**
     * @param keys of those who may release
     * @param highestCounter what {@link #highestCounter} returned when it was kept; 0 to begin with
     */
    public ReleaseLedger(ReleaseKeys keys, long highestCounter) {
        this.keys = keys;
        this.highestCounter = highestCounter;
    }

    /** Returns whether a release needs signatures. */
    public boolean asksForSignatures() {
        return keys.areAsked();
    }

    /**
     * Returns the highest counter of all that was taken; 0 where no signatures are asked for.
     * Whoever keeps it, with the releases, is offered nothing older after a restart.
     */
    public long highestCounter() {
        return highestCounter;
    }

    /** Returns whether a record claims to be of a time that is yet to come. */
    public static boolean isOfTheFuture(ModelRelease release, long nowMicros) {
        return Math.max(release.getCounter(), release.getReleasedAtMicros())
                > nowMicros + MOST_AHEAD_MICROS;
    }

    /**
     * Takes a record, or says in one line why it does not count.
     *
     * @param known the record of that version that was taken last; null: none
     * @param nowMicros now, microseconds since the epoch
     */
    public Optional<String> take(
            ModelRelease release, @Nullable ModelRelease known, long nowMicros) {
        if (release.equals(known)) {
            return Optional.empty();
        }
        if (isOfTheFuture(release, nowMicros)) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "its time or counter is more than %d minutes in the future",
                            TimeUnit.MICROSECONDS.toMinutes(MOST_AHEAD_MICROS)));
        }
        if (keys.areAsked() && isSigned(release) && release.getCounter() < highestCounter) {
            return Optional.of("it is older than what was released since");
        }
        return taken(release, keys.refusal(release, known));
    }

    /**
     * Takes a record that was taken before, from where it was kept, or says in one line why it
     * counts no longer: the keys may be others now. Neither time nor order matter.
     */
    public Optional<String> takeKept(ModelRelease release) {
        return taken(release, signatureRefusal(release, null));
    }

    /**
     * Says in one line which signature a record lacks; empty where it has all, whatever it counts.
     *
     * @param known the record of that version that was taken last; null: none
     */
    public Optional<String> signatureRefusal(ModelRelease release, @Nullable ModelRelease known) {
        return keys.refusal(release, known);
    }

    /**
     * Returns whether there are signatures; an older record is refused before they are verified.
     */
    private static boolean isSigned(ModelRelease release) {
        return release.getSignature() != null && release.getRolloutSignature() != null;
    }

    private Optional<String> taken(ModelRelease release, Optional<String> refusal) {
        if (keys.areAsked() && refusal.isEmpty()) {
            highestCounter = Math.max(highestCounter, release.getCounter());
        }
        return refusal;
    }

    /**
     * Says in one line why the deletion of a record does not count; empty where it does, as a
     * withdrawal.
     */
    public Optional<String> deletionRefusal() {
        return keys.areAsked() ? Optional.of("a deletion cannot be signed") : Optional.empty();
    }
}
