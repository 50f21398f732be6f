package duet.simulator.report;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.AgeQuality;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the template of the report shows: texts and formatted numbers, nothing to compute.
 *
 * @param style the style sheet
 * @param chartLibrary the chart library's script
 * @param script the report's own script
 * @param data the summary as JSON, safe inside a script element
 */
record ReportPage(
        String title,
        String subtitle,
        boolean complete,
        String status,
        String missing,
        List<String> warnings,
        List<Card> cards,
        boolean hasQuality,
        String qualityMeaning,
        List<MetricRow> metrics,
        boolean hasStreamQuality,
        String streamMeaning,
        List<AgeRow> ages,
        List<StageRow> stages,
        String accounts,
        List<Fact> delivery,
        List<Fact> facts,
        String style,
        String chartLibrary,
        String script,
        String data) {
    /** From so many rankings on, an interval by the normal distribution is worth pointing out. */
    private static final int ENOUGH_RANKINGS = 30;

    /** A headline figure. */
    record Card(String label, String value, String unit, String detail, String tone) {}

    /** A metric of both models; {@code tone} is better, worse or same. */
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

    record StageRow(
            String name,
            String meaning,
            String p50,
            String p90,
            String p99,
            String p999,
            String max,
            String count) {}

    record Fact(String name, String value, String note) {}

    static ReportPage of(
            RunSummary s, String style, String chartLibrary, String script, String data) {
        StreamQuality stream = s.streamQuality();
        return new ReportPage(
                "Duet: %s of %s devices"
                        .formatted(
                                s.run().workload().equals("replay") ? "replay" : "simulation",
                                count(s.run().devices())),
                "Model %s, seed %d, %s, started %s"
                        .formatted(
                                s.run().modelVersion(),
                                s.run().seed(),
                                duration(s.run().totalSeconds()),
                                s.run().startedAt()),
                s.complete(),
                s.complete() ? "Every window accounted for" : "Incomplete",
                s.missing() == null ? "" : s.missing(),
                s.warnings(),
                cards(s),
                s.global() != null,
                qualityMeaning(s),
                metrics(s),
                stream != null && stream.rankings() > 0,
                stream == null ? "" : streamMeaning(stream, s.run().ranksHeldOut()),
                stream == null ? List.of() : ages(stream),
                stages(s),
                accounts(s.delivery()),
                delivery(s.delivery()),
                facts(s),
                style,
                chartLibrary,
                script,
                data);
    }

    private static List<Card> cards(RunSummary s) {
        List<Card> cards = new ArrayList<>();
        if (s.global() != null) {
            double gain = s.personalized().userAuc() - s.global().userAuc();
            cards.add(
                    new Card(
                            "Personalization gain",
                            signed(gain),
                            "user AUC",
                            "%s personalized, %s global"
                                    .formatted(
                                            quality(s.personalized().userAuc()),
                                            quality(s.global().userAuc())),
                            tone(gain)));
        }
        LatencySummary latency = s.latencyMs().get(Stage.EVENT_TO_APPLIED.key());
        cards.add(
                new Card(
                        "Event to applied",
                        millis(latency.p50()),
                        "ms median",
                        "99 %% within %s ms, longest %s ms"
                                .formatted(millis(latency.p99()), millis(latency.max())),
                        "same"));
        cards.add(
                new Card(
                        "Windows answered",
                        count(s.delivery().windows() - s.delivery().unanswered()),
                        "of " + count(s.delivery().windows()),
                        "by %s deltas, %s windows coalesced"
                                .formatted(
                                        count(s.delivery().deltas()),
                                        count(s.delivery().coalesced())),
                        s.complete() ? "same" : "worse"));
        cards.add(
                new Card(
                        "Delta on the wire",
                        number("%,.0f", s.delivery().bytesPerDelta()),
                        "bytes",
                        "windows have %s bytes"
                                .formatted(number("%,.0f", s.delivery().bytesPerWindow())),
                        "same"));
        return cards;
    }

    private static String qualityMeaning(RunSummary s) {
        return switch (s.qualitySource()) {
            case RunSummary.HELD_OUT ->
                    "At the end, %s devices ranked their held-out item among items they never touched: once with the weights they received over the stream, once with the global ones."
                            .formatted(count(s.global().users()));
            case RunSummary.STREAM ->
                    "Over the stream, devices that held a delta ranked the item that came next among items they had not touched, before they took it in: with their own weights and with the global ones (%s rankings%s)."
                            .formatted(
                                    count(s.streamQuality().rankings()),
                                    s.global().users() < s.streamQuality().rankings()
                                            ? ", the table is over a sample of "
                                                    + count(s.global().users())
                                            : "");
            default -> "";
        };
    }

    private static String streamMeaning(StreamQuality stream, boolean heldOut) {
        return "%s rankings, each made before the device took the item in. Not counted: %s before the device's first delta, %s after a delta that already knew the item%s%s.%s"
                .formatted(
                        count(stream.rankings()),
                        count(stream.beforeFirstDelta()),
                        count(stream.tooLate()),
                        stream.notRanked() > 0
                                ? ", %s for want of time".formatted(count(stream.notRanked()))
                                : "",
                        stream.unknown() > 0
                                ? ", %s of items the model does not know"
                                        .formatted(count(stream.unknown()))
                                : "",
                        heldOut
                                ? " The model may have been trained on these very items; the held-out items above are the fair comparison."
                                : "");
    }

    private static List<MetricRow> metrics(RunSummary s) {
        if (s.global() == null) {
            return List.of();
        }
        List<MetricRow> rows = new ArrayList<>();
        rows.add(
                metric(
                        s,
                        "User AUC",
                        "negatives below the positive, mean over rankings",
                        RankingMetrics::userAuc));
        rows.add(metric(s, "AUC", "the same over all scores at once", RankingMetrics::auc));
        rows.add(
                metric(s, "NDCG@5", "how near the top, within the first 5", RankingMetrics::ndcg5));
        rows.add(metric(s, "NDCG@10", "within the first 10", RankingMetrics::ndcg10));
        rows.add(metric(s, "NDCG@20", "within the first 20", RankingMetrics::ndcg20));
        rows.add(metric(s, "HR@5", "share of positives among the first 5", RankingMetrics::hr5));
        rows.add(metric(s, "HR@10", "among the first 10", RankingMetrics::hr10));
        rows.add(metric(s, "HR@20", "among the first 20", RankingMetrics::hr20));
        return rows;
    }

    private static MetricRow metric(
            RunSummary s, String name, String meaning, ToDoubleFunction<RankingMetrics> value) {
        double global = value.applyAsDouble(s.global());
        double personalized = value.applyAsDouble(s.personalized());
        return new MetricRow(
                name,
                meaning,
                quality(global),
                quality(personalized),
                signed(personalized - global),
                tone(personalized - global));
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

    private static List<StageRow> stages(RunSummary s) {
        List<StageRow> rows = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            LatencySummary latency = s.latencyMs().get(stage.key());
            rows.add(
                    new StageRow(
                            stage.title(),
                            stage.meaning(),
                            millis(latency.p50()),
                            millis(latency.p90()),
                            millis(latency.p99()),
                            millis(latency.p999()),
                            millis(latency.max()),
                            count(latency.count())));
        }
        return rows;
    }

    private static String accounts(Delivery d) {
        return "%s windows = %s deltas + %s coalesced - %s repeated + %s gated + %s dead letters + %s unanswered%s"
                .formatted(
                        count(d.windows()),
                        count(d.deltas()),
                        count(d.coalesced()),
                        count(d.repeated()),
                        count(d.gated()),
                        count(d.deadLetters()),
                        count(d.unanswered()),
                        d.windows()
                                        == d.deltas()
                                                + d.coalesced()
                                                - d.repeated()
                                                + d.gated()
                                                + d.deadLetters()
                                                + d.unanswered()
                                ? "."
                                : ": some count more than once.");
    }

    private static List<Fact> delivery(Delivery d) {
        List<Fact> rows = new ArrayList<>();
        rows.add(new Fact("Windows", count(d.windows()), "taken by the broker"));
        rows.add(
                new Fact(
                        "Republished",
                        count(d.republished()),
                        "of these, sent again for the model a device had just gone over to"));
        rows.add(new Fact("Deltas", count(d.deltas()), "different ones, for this fleet"));
        rows.add(
                new Fact(
                        "Coalesced",
                        count(d.coalesced()),
                        "answered by a delta made for a newer window of the same device"));
        rows.add(
                new Fact(
                        "Repeated",
                        count(d.repeated()),
                        "answered once more, as a job does that goes on from its last checkpoint"));
        rows.add(new Fact("Gated", count(d.gated()), "the job decided not to answer"));
        rows.add(new Fact("Dead letters", count(d.deadLetters()), "refused with a reason"));
        rows.add(new Fact("Unanswered", count(d.unanswered()), "none of these"));
        d.outcomes()
                .forEach(
                        (outcome, n) ->
                                rows.add(
                                        new Fact(
                                                "Outcome " + outcome, count(n), meaning(outcome))));
        rows.add(new Fact("Duplicates", count(d.duplicates()), "delta records delivered again"));
        rows.add(
                new Fact(
                        "Malformed",
                        count(d.malformedDeltas()),
                        "records of the delta topic that are no delta"));
        rows.add(new Fact("Send failures", count(d.sendFailures()), "not taken by the broker"));
        rows.add(new Fact("Sent behind", count(d.sentBehind()), "left more than 10 ms late"));
        return rows;
    }

    private static String meaning(String outcome) {
        return switch (outcome) {
            case "APPLIED" -> "the device ranks with it";
            case "STALE" -> "the device held the same or a newer one";
            case "OTHER_VERSION" -> "for another model version";
            case "OTHER_DEVICE" -> "for another device";
            case "UNSIGNED" -> "not signed by a key the device trusts";
            case "CORRUPT" ->
                    "did not hold together, or was of an encoding or rank the device does not know";
            default -> "";
        };
    }

    private static List<Fact> facts(RunSummary s) {
        RunFacts run = s.run();
        MachineFacts machine = s.machine();
        return List.of(
                new Fact("Workload", run.workload(), "seed " + run.seed()),
                new Fact("Model", run.modelVersion(), ""),
                new Fact(
                        "Devices",
                        count(run.devices()),
                        "%s hold a delta at the end".formatted(count(run.devicesWithDelta()))),
                new Fact(
                        "Rate",
                        number("%,.1f", run.achievedPerSecond()) + " windows/s",
                        "meant: %s, %s"
                                .formatted(number("%,.1f", run.ratePerSecond()), run.arrivals())),
                new Fact(
                        "Duration",
                        duration(run.totalSeconds()),
                        "sending took %s".formatted(duration(run.sendingSeconds()))),
                new Fact("Started", run.startedAt(), ""),
                new Fact(
                        "Machine",
                        "%d cores, %s MB heap"
                                .formatted(machine.cores(), count(machine.heapMegabytes())),
                        machine.os()),
                new Fact("Java", machine.java(), ""));
    }

    private static String tone(double difference) {
        return Math.abs(difference) < 0.00005 ? "same" : difference > 0 ? "better" : "worse";
    }

    private static String quality(double value) {
        return number("%.4f", value);
    }

    private static String signed(double difference) {
        String text = number("%+.4f", difference);
        return text.equals("-0.0000") ? "+0.0000" : text.replace('-', '−');
    }

    private static String millis(double value) {
        return number(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String count(long value) {
        return number("%,d", value);
    }

    private static String duration(double seconds) {
        return seconds < 120
                ? number("%.1f s", seconds)
                : number("%d min %02d s", (long) seconds / 60, (long) seconds % 60);
    }

    private static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
