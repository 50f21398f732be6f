package duet.simulator.report;

import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.duration;
import static duet.simulator.report.Figures.millis;
import static duet.simulator.report.Figures.number;
import static duet.simulator.report.Figures.percent;
import static duet.simulator.report.Figures.quality;
import static duet.simulator.report.Figures.rate;
import static duet.simulator.report.Figures.signed;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.AgeQuality;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.report.ReportVerdict.Pill;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What the template of the report shows: texts and formatted numbers, nothing to compute.
 *
 * @param style the style sheet
 * @param chartLibrary the chart library's script
 * @param script the report's own script
 * @param data the summary as JSON, safe inside a script element
 * @param qualityCurve quality over the stream as JSON, safe inside a script element
 */
record ReportPage(
        String title,
        String subtitle,
        List<Pill> verdicts,
        List<String> failures,
        List<String> notes,
        List<ThresholdRow> thresholds,
        boolean hasThresholds,
        List<RateRow> rates,
        boolean hasRates,
        String rateThreshold,
        String rateVerdict,
        List<Card> cards,
        boolean hasQuality,
        String qualityMeaning,
        List<MetricRow> metrics,
        boolean hasStreamQuality,
        String streamMeaning,
        String fewestRankings,
        List<AgeRow> ages,
        List<StageRow> stages,
        List<StageRow> phases,
        boolean hasPhases,
        boolean hasDrift,
        List<Fact> loadGenerator,
        List<SendDelays.Row> sendDelays,
        boolean hasSendDelays,
        boolean hasWarmUp,
        String warmUpMeaning,
        List<StageRow> warmUp,
        String accounts,
        List<Fact> delivery,
        List<Fact> facts,
        List<PartRow> parts,
        boolean hasParts,
        ScenarioSection scenario,
        String style,
        String chartLibrary,
        String script,
        String data,
        String qualityCurve) {
    /** From so many rankings on, an interval by the normal distribution is worth pointing out. */
    private static final int ENOUGH_RANKINGS = 30;

    /** Stands where there was nothing to measure. */
    private static final String NONE = "–";

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

    /** What became of a threshold; {@code tone} is better or worse. */
    record ThresholdRow(String text, String measured, String mark, String verdict, String tone) {}

    record RateRow(
            String perSecond,
            String achieved,
            String p50,
            String p99,
            String measured,
            String verdict,
            String tone) {}

    record PartRow(
            String index,
            String startedAt,
            String windows,
            String rate,
            String verdict,
            String machine) {}

    record Fact(String name, String value, String note) {}

    static ReportPage of(
            RunSummary s,
            QualityCurve curve,
            String style,
            String chartLibrary,
            String script,
            String data,
            String qualityCurve) {
        StreamQuality stream = s.streamQuality();
        ReportVerdict verdict = new ReportVerdict(s);
        List<SendDelays.Row> sendDelays = SendDelays.rows(s.histograms().stage(Stage.SEND_DELAY));
        return new ReportPage(
                title(s),
                "Model %s, seed %d, %s, started %s"
                        .formatted(
                                s.run().modelVersion(),
                                s.run().seed(),
                                duration(s.run().totalSeconds()),
                                s.run().startedAt()),
                verdict.pills(),
                verdict.failures(),
                verdict.notes(),
                thresholds(s),
                !s.thresholds().isEmpty(),
                rates(s),
                s.rateSearch() != null,
                s.rateSearch() == null ? "" : s.rateSearch().threshold(),
                s.rateSearch() == null ? "" : s.rateSearch().verdict(),
                cards(s),
                s.global() != null,
                qualityMeaning(s),
                metrics(s),
                stream != null && stream.rankings() > 0,
                stream == null ? "" : streamMeaning(stream, s.run().ranksHeldOut()),
                count(curve.fewest()),
                stream == null ? List.of() : ages(stream),
                stages(s.latencyMs()),
                phases(s),
                !s.phases().isEmpty(),
                s.timeline().stream().anyMatch(slice -> slice.drift() != null),
                loadGenerator(s),
                sendDelays,
                !sendDelays.isEmpty(),
                s.warmUp() != null,
                s.warmUp() == null ? "" : warmUpMeaning(s.warmUp()),
                s.warmUp() == null ? List.of() : stages(s.warmUp().latencyMs()),
                accounts(s.delivery()),
                delivery(s.delivery()),
                facts(s),
                parts(s),
                !s.parts().isEmpty(),
                s.scenario() == null ? null : ScenarioSection.of(s.scenario()),
                style,
                chartLibrary,
                script,
                data,
                qualityCurve);
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
                        latency.count() > 0 ? millis(latency.p50()) : NONE,
                        "ms median",
                        latency.count() > 0
                                ? "99 %% within %s ms, longest %s ms"
                                        .formatted(millis(latency.p99()), millis(latency.max()))
                                : "no window was answered",
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

    private static String title(RunSummary s) {
        String part =
                s.part() != null
                        ? ", part %d of %d".formatted(s.part().index(), s.part().count())
                        : s.parts().isEmpty() ? "" : ", %d parts".formatted(s.parts().size());
        return "Duet: %s of %s devices%s"
                .formatted(
                        s.run().workload().equals("replay") ? "replay" : "simulation",
                        count(s.run().devices()),
                        part);
    }

    private static List<ThresholdRow> thresholds(RunSummary s) {
        return s.thresholds().stream()
                .map(
                        threshold ->
                                new ThresholdRow(
                                        threshold.text(),
                                        threshold.measured(),
                                        threshold.met() ? "✓" : "✗",
                                        threshold.met() ? "met" : "missed",
                                        threshold.met() ? "better" : "worse"))
                .toList();
    }

    private static List<RateRow> rates(RunSummary s) {
        if (s.rateSearch() == null) {
            return List.of();
        }
        String text = s.rateSearch().threshold();
        return s.rateSearch().steps().stream()
                .map(
                        step ->
                                new RateRow(
                                        rate(step.perSecond()),
                                        rate(step.achievedPerSecond()),
                                        millis(step.latencyMs().p50()),
                                        millis(step.latencyMs().p99()),
                                        new ThresholdResult(text, step.value(), step.met())
                                                .measured(),
                                        (step.outcome() == RateStep.Outcome.KEPT ? "✓ " : "✗ ")
                                                + step.outcome().text(),
                                        step.outcome() == RateStep.Outcome.KEPT
                                                ? "better"
                                                : "worse"))
                .toList();
    }

    private static List<StageRow> stages(Map<String, LatencySummary> latencies) {
        List<StageRow> rows = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            rows.add(row(stage.title(), stage.meaning(), latencies.get(stage.key())));
        }
        return rows;
    }

    private static List<StageRow> phases(RunSummary s) {
        return s.phases().stream()
                .map(
                        phase ->
                                row(
                                        phase.name(),
                                        "from %s for %s"
                                                .formatted(
                                                        duration(phase.fromSecond()),
                                                        duration(phase.seconds())),
                                        phase.latencyMs()))
                .toList();
    }

    private static StageRow row(String name, String meaning, LatencySummary latency) {
        boolean any = latency.count() > 0;
        return new StageRow(
                name,
                meaning,
                any ? millis(latency.p50()) : NONE,
                any ? millis(latency.p90()) : NONE,
                any ? millis(latency.p99()) : NONE,
                any ? millis(latency.p999()) : NONE,
                any ? millis(latency.max()) : NONE,
                count(latency.count()));
    }

    private static List<Fact> loadGenerator(RunSummary s) {
        LoadGenerator generator = s.loadGenerator();
        return List.of(
                new Fact("Never sent", count(generator.unsent()), "arrivals of the schedule"),
                new Fact("Sent behind", count(generator.behind()), "left more than 10 ms late"),
                new Fact(
                        "Processor share",
                        percent(generator.processorShare()),
                        "of the machine, while it sent"),
                new Fact(
                        "Longest pause",
                        millis(generator.longestPauseMs()) + " ms",
                        "for garbage collection, while it sent"));
    }

    private static String warmUpMeaning(WarmUp warmUp) {
        return "The first %s, by whose end %s windows had gone out and %s deltas come back. No latency above counts it."
                .formatted(
                        duration(warmUp.seconds()),
                        count(warmUp.delivery().windows()),
                        count(warmUp.delivery().deltas()));
    }

    private static List<PartRow> parts(RunSummary s) {
        return s.parts().stream()
                .map(
                        part ->
                                new PartRow(
                                        String.valueOf(part.index()),
                                        part.startedAt(),
                                        count(part.windows()),
                                        rate(part.achievedPerSecond()),
                                        part.bottleneck() ? "✗ was the bottleneck" : "✓ kept up",
                                        "%d cores, %s"
                                                .formatted(
                                                        part.machine().cores(),
                                                        part.machine().os())))
                .toList();
    }

    private static String accounts(Delivery d) {
        return "%s windows = %s deltas + %s coalesced − %s repeated + %s gated + %s dead letters + %s unanswered%s"
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
                .forEach((outcome, n) -> addIfAny(rows, "Outcome " + outcome, n, meaning(outcome)));
        rows.add(new Fact("Duplicates", count(d.duplicates()), "delta records delivered again"));
        rows.add(
                new Fact(
                        "Malformed",
                        count(d.malformedDeltas()),
                        "records of the delta topic that are no delta"));
        rows.add(new Fact("Send failures", count(d.sendFailures()), "not taken by the broker"));
        rows.add(new Fact("Sent behind", count(d.sentBehind()), "left more than 10 ms late"));
        addIfAny(rows, "Never sent", d.unsent(), "arrivals of the schedule");
        addIfAny(rows, "Held offline", d.heldOffline(), "until the device had a connection");
        addIfAny(rows, "Lost on the way up", d.lostUp(), "by the simulated network");
        addIfAny(rows, "Lost on the way down", d.lostDown(), "deltas, by the simulated network");
        addIfAny(rows, "Superseded", d.superseded(), "deltas overtaken while a device was offline");
        addIfAny(rows, "Garbage", d.garbage(), "spoilt on purpose, expected as dead letters");
        return rows;
    }

    private static void addIfAny(List<Fact> rows, String name, long value, String note) {
        if (value > 0) {
            rows.add(new Fact(name, count(value), note));
        }
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
                        "%d cores, %s MiB of memory, %s MiB heap"
                                .formatted(
                                        machine.cores(),
                                        count(machine.memoryMegabytes()),
                                        count(machine.heapMegabytes())),
                        machine.processor().isEmpty()
                                ? machine.os()
                                : machine.processor() + ", " + machine.os()),
                new Fact("Java", machine.java(), ""),
                new Fact("Versions", versions(s), "model versions that devices ran"));
    }

    private static String versions(RunSummary s) {
        return s.versions().entrySet().stream()
                .map(
                        version ->
                                "%s (%s devices)"
                                        .formatted(
                                                version.getKey(),
                                                count(version.getValue().devices())))
                .collect(Collectors.joining(", "));
    }

    private static String tone(double difference) {
        return Math.abs(difference) < 0.00005 ? "same" : difference > 0 ? "better" : "worse";
    }
}
