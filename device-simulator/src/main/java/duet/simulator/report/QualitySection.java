package duet.simulator.report;

import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.number;
import static duet.simulator.report.Figures.quality;
import static duet.simulator.report.Figures.signed;
import static duet.simulator.report.Figures.tone;

import duet.schemas.Quantity;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.AgeQuality;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.summary.HeldOut;
import duet.simulator.summary.RunSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows on the report how well devices ranked.
 *
 * @param ranking all rankings; null without any
 * @param stream rankings over the stream; null without any
 */
record QualitySection(@Nullable Ranking ranking, @Nullable Stream stream) {
    /** From so many rankings on, an interval by the normal distribution is worth pointing out. */
    private static final int ENOUGH_RANKINGS = 30;

    /** Shows all rankings, metric by metric. */
    record Ranking(String meaning, List<MetricRow> metrics) {}

    /** Shows the rankings over the stream. */
    record Stream(String meaning, String fewestRankings, List<AgeRow> ages) {}

    /** Shows a metric of both models; {@code tone} is better, worse or same. */
    record MetricRow(
            String name,
            String meaning,
            String global,
            String personalized,
            String difference,
            String tone) {}

    record AgeRow(
            String ages,
            String rankings,
            String global,
            String personalized,
            String gain,
            String margin,
            String tone) {}

    static QualitySection of(RunSummary s, QualityCurve curve) {
        StreamQuality stream = s.measured().streamQuality();
        return new QualitySection(
                s.quality().global() == null
                        ? null
                        : new Ranking(qualityMeaning(s), metrics(s.quality())),
                stream == null || stream.rankings() == 0
                        ? null
                        : new Stream(
                                streamMeaning(stream, s.run().ranksHeldOut()),
                                count(curve.fewest()),
                                ages(stream)));
    }

    private static String qualityMeaning(RunSummary s) {
        return switch (s.quality().source()) {
            case RunSummary.HELD_OUT ->
                    String.format(
                            Locale.ROOT,
                            "At the end, %s ranked their held-out item%s: once with the weights"
                                    + " they received over the stream, once with the global ones.",
                            Quantity.of(s.quality().global().users(), "device"),
                            s.quality().heldOut() == null ? "" : heldOut(s.quality().heldOut()));
            case RunSummary.STREAM ->
                    String.format(
                            Locale.ROOT,
                            "Over the stream, devices that held a delta ranked the item that came"
                                + " next among items they had not touched, before they took it in:"
                                + " with their own weights and with the global ones (%s"
                                + " rankings%s).",
                            count(s.measured().streamQuality().rankings()),
                            s.quality().global().users() < s.measured().streamQuality().rankings()
                                    ? ", the table is over a sample of "
                                            + count(s.quality().global().users())
                                    : "");
            default -> "";
        };
    }

    private static String heldOut(HeldOut it) {
        return String.format(
                Locale.ROOT,
                ", each among %s (split %s; %s of %s of the log%s)",
                it.candidates().inWords(),
                it.split(),
                count(it.users().ranked()),
                Quantity.of(it.users().total(), "user"),
                it.skipped().isEmpty()
                        ? ""
                        : it.skipped().entrySet().stream()
                                .map(reason -> reason.getKey() + " " + count(reason.getValue()))
                                .collect(Collectors.joining(", ", ", skipped: ", "")));
    }

    private static String streamMeaning(StreamQuality stream, boolean heldOut) {
        return String.format(
                Locale.ROOT,
                "%s rankings, each made before the device took the item in. Not counted: %s before"
                        + " the device's first delta, %s after a delta that already knew the"
                        + " item%s%s.%s",
                count(stream.rankings()),
                count(stream.beforeFirstDelta()),
                count(stream.tooLate()),
                stream.notRanked() > 0
                        ? ", " + count(stream.notRanked()) + " for want of time"
                        : "",
                stream.unknown() > 0
                        ? ", " + count(stream.unknown()) + " of items the model does not know"
                        : "",
                heldOut
                        ? " The model may have been trained on these very items; the held-out items"
                                + " above are the fair comparison."
                        : "");
    }

    private static List<MetricRow> metrics(RunSummary.Quality quality) {
        List<MetricRow> rows = new ArrayList<>();
        rows.add(
                metric(
                        quality,
                        "User AUC",
                        "negatives below the positive, mean over rankings",
                        RankingMetrics::userAuc));
        rows.add(metric(quality, "AUC", "the same over all scores at once", RankingMetrics::auc));
        rows.add(
                metric(
                        quality,
                        "NDCG@5",
                        "how near the top, within the first 5",
                        RankingMetrics::ndcg5));
        rows.add(metric(quality, "NDCG@10", "within the first 10", RankingMetrics::ndcg10));
        rows.add(metric(quality, "NDCG@20", "within the first 20", RankingMetrics::ndcg20));
        rows.add(
                metric(
                        quality,
                        "HR@5",
                        "share of positives among the first 5",
                        RankingMetrics::hr5));
        rows.add(metric(quality, "HR@10", "among the first 10", RankingMetrics::hr10));
        rows.add(metric(quality, "HR@20", "among the first 20", RankingMetrics::hr20));
        return rows;
    }

    private static MetricRow metric(
            RunSummary.Quality ranked,
            String name,
            String meaning,
            ToDoubleFunction<RankingMetrics> value) {
        double global = value.applyAsDouble(ranked.global());
        double personalized = value.applyAsDouble(ranked.personalized());
        // Only that of user AUC has an interval; where it may be noise, the others may be, too.
        return new MetricRow(
                name,
                meaning,
                quality(global),
                quality(personalized),
                signed(personalized - global),
                ranked.isGainSure() ? tone(personalized - global) : "same");
    }

    private static List<AgeRow> ages(StreamQuality stream) {
        List<AgeRow> rows = new ArrayList<>();
        for (AgeQuality age : stream.byAge()) {
            rows.add(
                    new AgeRow(
                            age.toAge() == null
                                    ? age.fromAge() + " and more"
                                    : age.toAge() == age.fromAge()
                                            ? String.valueOf(age.fromAge())
                                            : age.fromAge() + " to " + age.toAge(),
                            count(age.rankings()),
                            quality(age.globalUserAuc()),
                            quality(age.personalizedUserAuc()),
                            signed(age.gain()),
                            age.gainMargin() == null
                                    ? "a single ranking"
                                    : "± " + number("%.4f", age.gainMargin()),
                            age.rankings() >= ENOUGH_RANKINGS
                                            && Math.abs(age.gain()) > age.gainMargin()
                                    ? tone(age.gain())
                                    : "same"));
        }
        return rows;
    }
}
