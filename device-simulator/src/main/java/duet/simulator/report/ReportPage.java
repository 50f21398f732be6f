package duet.simulator.report;

import static duet.simulator.report.Figures.NONE;
import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.duration;
import static duet.simulator.report.Figures.millis;
import static duet.simulator.report.Figures.number;
import static duet.simulator.report.Figures.signed;
import static duet.simulator.report.Figures.tone;

import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.measurement.Stage;
import duet.simulator.report.ReportVerdict.Pill;
import duet.simulator.summary.RunSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds what the template of the report shows: texts and formatted numbers, nothing to compute.
 *
 * @param header what the run was and whether it can be believed
 * @param cards headline figures
 * @param limits what it had to keep
 * @param quality how well devices ranked
 * @param latency how long answers took
 * @param traffic what went out and came back
 * @param run what was run, where and how
 * @param assets what makes the page whole without anything but itself
 */
record ReportPage(
        Header header,
        List<Card> cards,
        LimitsSection limits,
        QualitySection quality,
        LatencySection latency,
        TrafficSection traffic,
        RunSection run,
        Assets assets) {

    /** Holds what stands first. */
    record Header(
            String title,
            String subtitle,
            List<Pill> verdicts,
            List<String> failures,
            List<String> notes) {}

    /** Holds a headline figure. */
    record Card(String label, String value, String unit, String detail, String tone) {}

    /** Holds a row of a table of names and values. */
    record Fact(String name, String value, String note) {}

    /**
     * Holds what makes the page whole without anything but itself.
     *
     * @param style the style sheet
     * @param chartLibrary the chart library's script
     * @param script the report's own script
     * @param data the summary as JSON, safe inside a script element
     * @param qualityCurve quality over the stream as JSON, safe inside a script element
     */
    record Assets(
            String style, String chartLibrary, String script, String data, String qualityCurve) {}

    static ReportPage of(RunSummary s, QualityCurve curve, Assets assets) {
        return new ReportPage(
                header(s),
                cards(s),
                LimitsSection.of(s),
                QualitySection.of(s, curve),
                LatencySection.of(s),
                TrafficSection.of(s),
                RunSection.of(s),
                assets);
    }

    private static Header header(RunSummary s) {
        ReportVerdict verdict = new ReportVerdict(s);
        return new Header(
                title(s),
                String.format(
                        Locale.ROOT,
                        "Model %s, seed %d, %s, started %s",
                        s.run().fleet().modelVersion(),
                        s.run().fleet().seed(),
                        duration(s.run().time().totalSeconds()),
                        s.run().time().startedAt()),
                verdict.pills(),
                verdict.failures(),
                verdict.notes());
    }

    private static String title(RunSummary s) {
        String part =
                s.setting().part() != null
                        ? ", part "
                                + s.setting().part().index()
                                + " of "
                                + s.setting().part().count()
                        : s.setting().parts().isEmpty()
                                ? ""
                                : ", " + s.setting().parts().size() + " parts";
        return String.format(
                Locale.ROOT,
                "Duet: %s of %s devices%s",
                s.run().fleet().workload().equals("replay") ? "replay" : "simulation",
                count(s.run().fleet().devices()),
                part);
    }

    /** Says how surely a gain is known. */
    private static String sureness(RunSummary.Quality quality) {
        return (quality.gainMargin() == null
                        ? ""
                        : "; 95 % interval ± " + number("%.4f", quality.gainMargin()))
                + (quality.isGainSure() ? "" : ", may be noise");
    }

    private static List<Card> cards(RunSummary s) {
        List<Card> cards = new ArrayList<>();
        if (s.quality().global() != null) {
            double gain = s.quality().personalized().userAuc() - s.quality().global().userAuc();
            cards.add(
                    new Card(
                            "Personalization gain",
                            signed(gain),
                            "user AUC",
                            Figures.quality(s.quality().personalized().userAuc())
                                    + " personalized, "
                                    + Figures.quality(s.quality().global().userAuc())
                                    + " global"
                                    + sureness(s.quality()),
                            s.quality().isGainSure() ? tone(gain) : "same"));
        }
        LatencySummary latency = s.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key());
        cards.add(
                new Card(
                        "Event to applied",
                        latency.count() > 0 ? millis(latency.p50()) : NONE,
                        "ms median",
                        latency.count() > 0
                                ? "99 % within "
                                        + millis(latency.p99())
                                        + " ms, longest "
                                        + millis(latency.max())
                                        + " ms"
                                : "no window was answered",
                        "same"));
        cards.add(
                new Card(
                        "Windows answered",
                        count(
                                s.delivery().accounts().windows()
                                        - s.delivery().accounts().unanswered()),
                        "of " + count(s.delivery().accounts().windows()),
                        "by "
                                + count(s.delivery().accounts().deltas())
                                + " deltas, "
                                + count(s.delivery().accounts().coalesced())
                                + " windows coalesced",
                        s.verdict().complete() ? "same" : "worse"));
        cards.add(
                new Card(
                        "Delta on the wire",
                        number("%,.0f", s.delivery().sizes().bytesPerDelta()),
                        "bytes",
                        "windows have "
                                + number("%,.0f", s.delivery().sizes().bytesPerWindow())
                                + " bytes",
                        "same"));
        return cards;
    }
}
