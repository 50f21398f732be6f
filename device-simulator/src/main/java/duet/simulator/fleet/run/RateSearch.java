package duet.simulator.fleet.run;

import duet.schemas.InvalidInputException;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.threshold.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the highest rate at which a system keeps a threshold: doubles the rate until it does
 * not, then halves the ratio between the highest rate that did and the lowest that did not until
 * they are 5 % apart. A rate that misses is tried once more, the lowest twice, so that neither one
 * pause nor a system that has just started ends the search. In the end the lowest rate that missed
 * is tried again unless it was the last: a system that has warmed up meanwhile may keep it, and the
 * search goes on above it. A step that the load generator limited says nothing about the system: it
 * bounds the search, and the verdict says so. A step whose brokers do not answer ends it. The
 * search is pure but for the steps, which the caller runs.
 */
public final class RateSearch {
    private static final double GROWTH = 2;
    private static final double PRECISION = 1.05;
    private static final int ATTEMPTS = 2;
    private static final int ATTEMPTS_AT_LOWEST = 3;

    /**
     * Limits the returns to a rate that missed: each costs a few steps; a system that keeps what it
     * missed more often than this is not steady.
     */
    private static final int MOST_RETURNS = 3;

    private final Threshold threshold;
    private final double from;
    private final double to;
    private final Trial trial;
    private final List<RateStep> steps = new ArrayList<>();

    /** Holds the highest rate that kept the threshold; 0 until there is one. */
    private double kept;

    /** Holds the step of the lowest rate above that did not; null while there is none. */
    private @Nullable RateStep missed;

    /** Holds the step that the brokers were lost in; null while there is none. */
    private @Nullable RateStep lost;

    /** Runs a load. */
    public interface Trial {
        /** Runs a steady load of so many windows a second and returns what came of it. */
        RateStep run(double perSecond);
    }

    private RateSearch(Threshold threshold, double from, double to, Trial trial) {
        this.threshold = threshold;
        this.from = from;
        this.to = to;
        this.trial = trial;
    }

    /**
     * Searches for the highest rate that keeps the threshold.
     *
     * @param threshold what the rate has to keep
     * @param from the lowest rate to try, windows a second
     * @param to the highest
     * @throws InvalidInputException if they are not {@code 0 < from <= to}
     */
    public static RateSearchSummary find(Threshold threshold, double from, double to, Trial trial) {
        if (!(from > 0 && from <= to && Double.isFinite(to))) {
            throw new InvalidInputException(
                    "a search from "
                            + from
                            + " to "
                            + to
                            + " windows a second, it must go from above 0 upwards");
        }
        return new RateSearch(threshold, from, to, trial).search();
    }

    private RateSearchSummary search() {
        climb(from);
        halve();
        for (int returns = 0; returns < MOST_RETURNS && keepsByNow(); returns++) {
            climb(Math.min(to, kept * GROWTH));
            halve();
        }
        return new RateSearchSummary(
                threshold.toString(), kept == 0 ? null : kept, verdict(), steps);
    }

    /** Tries rates from this one upwards until one misses. */
    private void climb(double first) {
        for (double rate = first;
                goesOn() && missed == null && kept < to;
                rate = Math.min(to, rate * GROWTH)) {
            confirm(rate);
        }
    }

    private void halve() {
        while (goesOn() && missed != null && kept > 0 && missed.perSecond() > kept * PRECISION) {
            confirm(Math.sqrt(kept * missed.perSecond()));
        }
    }

    /** Returns whether the rate that missed is kept now that others were tried since. */
    private boolean keepsByNow() {
        if (!goesOn() || missed == null || kept == 0 || steps.get(steps.size() - 1) == missed) {
            return false;
        }
        RateStep again = attempt(missed.perSecond());
        if (!keeps(again)) {
            return false;
        }
        kept = again.perSecond();
        missed = null;
        return true;
    }

    /**
     * Finds out on which side of the limit a rate is: a miss counts only when every attempt misses.
     */
    private void confirm(double rate) {
        RateStep telling = null;
        for (int i = kept == 0 ? ATTEMPTS_AT_LOWEST : ATTEMPTS; i > 0; i--) {
            RateStep step = attempt(rate);
            if (step.noAnswer()) {
                return;
            }
            if (keeps(step)) {
                kept = rate;
                return;
            }
            // One attempt that the generator did not limit is enough to know that the system
            // misses.
            telling = telling == null || !step.bottleneck() ? step : telling;
        }
        missed = telling;
    }

    private RateStep attempt(double rate) {
        RateStep step = trial.run(rate);
        steps.add(step);
        lost = step.noAnswer() ? step : null;
        return step;
    }

    private boolean goesOn() {
        return lost == null;
    }

    private static boolean keeps(RateStep step) {
        return step.outcome() == RateStep.Outcome.KEPT;
    }

    private String verdict() {
        if (lost != null) {
            return kept == 0
                    ? text(
                            "No answer from the broker at %,.0f windows a second: the search ended"
                                    + " there, no rate is known to keep %s.",
                            lost.perSecond(), threshold)
                    : text(
                            "No answer from the broker at %,.0f windows a second: the search ended"
                                + " there. %,.0f windows a second keep %s; the limit is not known.",
                            lost.perSecond(), kept, threshold);
        }
        if (missed == null) {
            return text(
                    "%,.0f windows a second keep %s; that is the highest rate that was to be tried,"
                            + " the limit lies above it.",
                    kept, threshold);
        }
        if (kept == 0) {
            return missed.bottleneck()
                    ? text(
                            "The load generator was the limit at %,.0f windows a second already:"
                                    + " nothing is known of the system.",
                            missed.perSecond())
                    : missed.value() == null
                            ? text(
                                    "At %,.0f windows a second nothing was measured that %s is"
                                            + " about.",
                                    missed.perSecond(), threshold)
                            : text(
                                    "The system misses %s at %,.0f windows a second already.",
                                    threshold, missed.perSecond());
        }
        return missed.bottleneck()
                ? text(
                        "%,.0f windows a second keep %s; at %,.0f the load generator was the limit,"
                                + " that of the system lies above it.",
                        kept, threshold, missed.perSecond())
                : text(
                        "The system keeps %s up to %,.0f windows a second and misses it at %,.0f.",
                        threshold, kept, missed.perSecond());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
