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
        StreamQuality stream = s.measured().streamQuality();
        ReportVerdict verdict = new ReportVerdict(s);
        List<SendDelays.Row> sendDelays =
                SendDelays.rows(s.recording().histograms().stage(Stage.SEND_DELAY));
        return new ReportPage(
                title(s),
                "Model %s, seed %d, %s, started %s"
                        .formatted(
                                s.run().fleet().modelVersion(),
                                s.run().fleet().seed(),
                                duration(s.run().time().totalSeconds()),
                                s.run().time().startedAt()),
                verdict.pills(),
                verdict.failures(),
                verdict.notes(),
                thresholds(s),
                !s.verdict().thresholds().isEmpty(),
                rates(s),
                s.measured().rateSearch() != null,
                s.measured().rateSearch() == null ? "" : s.measured().rateSearch().threshold(),
                s.measured().rateSearch() == null ? "" : s.measured().rateSearch().verdict(),
                cards(s),
                s.quality().global() != null,
                qualityMeaning(s),
                metrics(s),
                stream != null && stream.rankings() > 0,
                stream == null ? "" : streamMeaning(stream, s.run().ranksHeldOut()),
                count(curve.fewest()),
                stream == null ? List.of() : ages(stream),
                stages(s.measured().latencyMs()),
                phases(s),
                !s.measured().phases().isEmpty(),
                s.recording().timeline().stream().anyMatch(slice -> slice.drift() != null),
                loadGenerator(s),
                sendDelays,
                !sendDelays.isEmpty(),
                s.measured().warmUp() != null,
                s.measured().warmUp() == null ? "" : warmUpMeaning(s.measured().warmUp()),
                s.measured().warmUp() == null
                        ? List.of()
                        : stages(s.measured().warmUp().latencyMs()),
                accounts(s.delivery()),
                delivery(s.delivery()),
                facts(s),
                parts(s),
                !s.setting().parts().isEmpty(),
                s.setting().scenario() == null ? null : ScenarioSection.of(s.setting().scenario()),
                style,
                chartLibrary,
                script,
                data,
                qualityCurve);
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
                            "%s personalized, %s global"
                                    .formatted(
                                            quality(s.quality().personalized().userAuc()),
                                            quality(s.quality().global().userAuc())),
                            tone(gain)));
        }
        LatencySummary latency = s.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key());
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
                        count(
                                s.delivery().accounts().windows()
                                        - s.delivery().accounts().unanswered()),
                        "of " + count(s.delivery().accounts().windows()),
                        "by %s deltas, %s windows coalesced"
                                .formatted(
                                        count(s.delivery().accounts().deltas()),
                                        count(s.delivery().accounts().coalesced())),
                        s.verdict().complete() ? "same" : "worse"));
        cards.add(
                new Card(
                        "Delta on the wire",
                        number("%,.0f", s.delivery().sizes().bytesPerDelta()),
                        "bytes",
                        "windows have %s bytes"
                                .formatted(number("%,.0f", s.delivery().sizes().bytesPerWindow())),
                        "same"));
        return cards;
    }

    private static String qualityMeaning(RunSummary s) {
        return switch (s.quality().source()) {
            case RunSummary.HELD_OUT ->
                    "At the end, %s devices ranked their held-out item among items they never touched: once with the weights they received over the stream, once with the global ones."
                            .formatted(count(s.quality().global().users()));
            case RunSummary.STREAM ->
                    "Over the stream, devices that held a delta ranked the item that came next among items they had not touched, before they took it in: with their own weights and with the global ones (%s rankings%s)."
                            .formatted(
                                    count(s.measured().streamQuality().rankings()),
                                    s.quality().global().users()
                                                    < s.measured().streamQuality().rankings()
                                            ? ", the table is over a sample of "
                                                    + count(s.quality().global().users())
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
        if (s.quality().global() == null) {
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
        double global = value.applyAsDouble(s.quality().global());
        double personalized = value.applyAsDouble(s.quality().personalized());
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
                s.setting().part() != null
                        ? ", part %d of %d"
                                .formatted(s.setting().part().index(), s.setting().part().count())
                        : s.setting().parts().isEmpty()
                                ? ""
                                : ", %d parts".formatted(s.setting().parts().size());
        return "Duet: %s of %s devices%s"
                .formatted(
                        s.run().fleet().workload().equals("replay") ? "replay" : "simulation",
                        count(s.run().fleet().devices()),
                        part);
    }

    private static List<ThresholdRow> thresholds(RunSummary s) {
        return s.verdict().thresholds().stream()
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
        if (s.measured().rateSearch() == null) {
            return List.of();
        }
        String text = s.measured().rateSearch().threshold();
        return s.measured().rateSearch().steps().stream()
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
        return s.measured().phases().stream()
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
                        count(warmUp.delivery().accounts().windows()),
                        count(warmUp.delivery().accounts().deltas()));
    }

    private static List<PartRow> parts(RunSummary s) {
        return s.setting().parts().stream()
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
                        count(d.accounts().windows()),
                        count(d.accounts().deltas()),
                        count(d.accounts().coalesced()),
                        count(d.accounts().repeated()),
                        count(d.accounts().gated()),
                        count(d.accounts().deadLetters()),
                        count(d.accounts().unanswered()),
                        d.accounts().windows()
                                        == d.accounts().deltas()
                                                + d.accounts().coalesced()
                                                - d.accounts().repeated()
                                                + d.accounts().gated()
                                                + d.accounts().deadLetters()
                                                + d.accounts().unanswered()
                                ? "."
                                : ": some count more than once.");
    }

    private static List<Fact> delivery(Delivery d) {
        List<Fact> rows = new ArrayList<>();
        rows.add(new Fact("Windows", count(d.accounts().windows()), "taken by the broker"));
        rows.add(
                new Fact(
                        "Republished",
                        count(d.accounts().republished()),
                        "of these, sent again for the model a device had just gone over to"));
        rows.add(
                new Fact("Deltas", count(d.accounts().deltas()), "different ones, for this fleet"));
        rows.add(
                new Fact(
                        "Coalesced",
                        count(d.accounts().coalesced()),
                        "answered by a delta made for a newer window of the same device"));
        rows.add(
                new Fact(
                        "Repeated",
                        count(d.accounts().repeated()),
                        "answered once more, as a job does that goes on from its last checkpoint"));
        rows.add(new Fact("Gated", count(d.accounts().gated()), "the job decided not to answer"));
        rows.add(
                new Fact(
                        "Dead letters",
                        count(d.accounts().deadLetters()),
                        "refused with a reason"));
        rows.add(new Fact("Unanswered", count(d.accounts().unanswered()), "none of these"));
        d.received()
                .outcomes()
                .forEach((outcome, n) -> addIfAny(rows, "Outcome " + outcome, n, meaning(outcome)));
        rows.add(
                new Fact(
                        "Duplicates",
                        count(d.received().duplicates()),
                        "delta records delivered again"));
        rows.add(
                new Fact(
                        "Malformed",
                        count(d.received().malformedDeltas()),
                        "records of the delta topic that are no delta"));
        rows.add(
                new Fact(
                        "Send failures",
                        count(d.sending().sendFailures()),
                        "not taken by the broker"));
        rows.add(
                new Fact(
                        "Sent behind",
                        count(d.sending().sentBehind()),
                        "left more than 10 ms late"));
        addIfAny(rows, "Never sent", d.unsent(), "arrivals of the schedule");
        addIfAny(
                rows,
                "Held offline",
                d.network().heldOffline(),
                "until the device had a connection");
        addIfAny(rows, "Lost on the way up", d.network().lostUp(), "by the simulated network");
        addIfAny(
                rows,
                "Lost on the way down",
                d.network().lostDown(),
                "deltas, by the simulated network");
        addIfAny(
                rows,
                "Superseded",
                d.network().superseded(),
                "deltas overtaken while a device was offline");
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
        MachineFacts machine = s.setting().machine();
        return List.of(
                new Fact("Workload", run.fleet().workload(), "seed " + run.fleet().seed()),
                new Fact("Model", run.fleet().modelVersion(), ""),
                new Fact(
                        "Devices",
                        count(run.fleet().devices()),
                        "%s hold a delta at the end"
                                .formatted(count(run.fleet().devicesWithDelta()))),
                new Fact(
                        "Rate",
                        number("%,.1f", run.rate().achievedPerSecond()) + " windows/s",
                        "meant: %s, %s"
                                .formatted(
                                        number("%,.1f", run.rate().ratePerSecond()),
                                        run.rate().arrivals())),
                new Fact(
                        "Duration",
                        duration(run.time().totalSeconds()),
                        "sending took %s".formatted(duration(run.time().sendingSeconds()))),
                new Fact("Started", run.time().startedAt(), ""),
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
        return s.measured().versions().entrySet().stream()
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
