package duet.simulator.fleet;

import duet.schemas.InvalidInputException;
import duet.simulator.report.RateSearchSummary;
import duet.simulator.report.RateStep;
import duet.simulator.threshold.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Looks for the highest rate at which a system keeps a threshold: doubles the rate until it does not, then halves the ratio
 * between the highest rate that did and the lowest that did not until they are 5 % apart. A rate that misses is tried once
 * more, so that one pause does not end the search. A step that the load generator limited says nothing about the system: it
 * bounds the search, and the verdict says so. Pure but for the steps, which the caller runs.
 */
public final class RateSearch {
    private static final double GROWTH = 2;
    private static final double PRECISION = 1.05;

    private final Threshold threshold;
    private final double from;
    private final double to;
    private final List<RateStep> steps = new ArrayList<>();

    /** Runs a load. */
    public interface Trial {
        /** What came of a steady load of so many windows a second. */
        RateStep run(double perSecond);
    }

    private RateSearch(Threshold threshold, double from, double to) {
        this.threshold = threshold;
        this.from = from;
        this.to = to;
    }

    /**
     * Searches.
     *
     * @param threshold what the rate has to keep
     * @param from the lowest rate to try, windows a second
     * @param to the highest
     * @throws InvalidInputException if they are not {@code 0 < from <= to}
     */
    public static RateSearchSummary find(Threshold threshold, double from, double to, Trial trial) {
        if (!(from > 0 && from <= to && Double.isFinite(to))) {
            throw new InvalidInputException(
                    "a search from %s to %s windows a second, it must go from above 0 upwards"
                            .formatted(from, to));
        }
        return new RateSearch(threshold, from, to).search(trial);
    }

    private RateSearchSummary search(Trial trial) {
        double kept = 0;
        RateStep missed = null;
        for (double rate = from; missed == null && kept < to; rate = Math.min(to, rate * GROWTH)) {
            RateStep step = confirmed(rate, trial);
            if (keeps(step)) {
                kept = rate;
            } else {
                missed = step;
            }
        }
        while (missed != null && kept > 0 && missed.perSecond() > kept * PRECISION) {
            RateStep step = confirmed(Math.sqrt(kept * missed.perSecond()), trial);
            if (keeps(step)) {
                kept = step.perSecond();
            } else {
                missed = step;
            }
        }
        return new RateSearchSummary(
                threshold.toString(), kept == 0 ? null : kept, verdict(kept, missed), steps);
    }

    /** The outcome at a rate: a miss counts when it comes twice. */
    private RateStep confirmed(double rate, Trial trial) {
        RateStep first = trial.run(rate);
        steps.add(first);
        if (keeps(first)) {
            return first;
        }
        RateStep again = trial.run(rate);
        steps.add(again);
        // One attempt that the generator did not limit is enough to know that the system misses.
        return keeps(again) || !again.bottleneck() ? again : first;
    }

    private static boolean keeps(RateStep step) {
        return step.met() && !step.bottleneck();
    }

    private String verdict(double kept, RateStep missed) {
        if (missed == null) {
            return text(
                    "%,.0f windows a second keep %s; that is the highest rate that was to be tried, the limit lies above it.",
                    kept, threshold);
        }
        if (kept == 0) {
            return missed.bottleneck()
                    ? text(
                            "The load generator was the limit at %,.0f windows a second already: nothing is known of the system.",
                            missed.perSecond())
                    : text(
                            "The system misses %s at %,.0f windows a second already.",
                            threshold, missed.perSecond());
        }
        return missed.bottleneck()
                ? text(
                        "%,.0f windows a second keep %s; at %,.0f the load generator was the limit, that of the system lies above it.",
                        kept, threshold, missed.perSecond())
                : text(
                        "The system keeps %s up to %,.0f windows a second and misses it at %,.0f.",
                        threshold, kept, missed.perSecond());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
