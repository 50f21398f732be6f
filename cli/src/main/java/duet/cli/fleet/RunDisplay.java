package duet.cli.fleet;

import duet.cli.option.MetricsTable;
import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.schemas.Quantity;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.Stage;
import duet.simulator.report.Report;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.HeldOut;
import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.ThresholdResult;
import duet.simulator.threshold.Threshold;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows a fleet's run while it lasts, and what it gave. */
final class RunDisplay {

    private static final Duration REFRESH = Duration.ofMillis(500);

    private final Terminal terminal;

    RunDisplay(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Says what is about to run. */
    void announce(Workload workload, ModelBundle model) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%s with model %s %s %s in about %s",
                        Quantity.of(workload.devices(), "device"),
                        model.modelVersion(),
                        send(workload),
                        Quantity.of(workload.expectedWindows(), "window"),
                        Numbers.seconds(workload.duration())));
    }

    /** Says what a step of a search is about to run. */
    void announceStep(int number, double perSecond, Workload workload) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Step %d: %s %s %s windows/s for %s",
                        number,
                        Quantity.of(workload.devices(), "device"),
                        send(workload),
                        Numbers.count(perSecond),
                        Numbers.seconds(workload.duration())));
    }

    private static String send(Workload workload) {
        return workload.devices() == 1 ? "sends" : "send";
    }

    /** Says what a step of a search has shown. */
    void judged(RateStep step, Threshold threshold) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%s at %s windows/s: %s, %s",
                        threshold,
                        Numbers.count(step.perSecond()),
                        measured(threshold.toString(), step),
                        step.outcome() == RateStep.Outcome.LOAD_GENERATOR
                                ? "the load generator was the limit"
                                : step.outcome().text()));
    }

    /** Says that a step of a search has shown nothing, and why. */
    void failed(RateStep step, String reason) {
        terminal.line(Numbers.count(step.perSecond()) + " windows/s: " + reason);
    }

    /**
     * Shows progress until the run is over.
     *
     * @param check called now and then; what it throws ends the run
     */
    RunSummary follow(FleetRun run, Runnable check) {
        try (var bar =
                terminal.progress("Streaming", run.progress().windows().expected(), "windows")) {
            boolean over = false;
            while (!over) {
                over = run.await(REFRESH);
                FleetProgress now = run.progress();
                if (over) {
                    bar.finish(now.windows().sent(), message(now));
                } else {
                    bar.update(now.windows().sent(), message(now));
                    check.run();
                }
            }
        }
        return run.summary();
    }

    /**
     * Prints the summary and writes the report.
     *
     * @param report directory of the report; null for none
     * @throws IllegalStateException after all this, if windows are unaccounted for or thresholds
     *     were missed; names them
     */
    void conclude(RunSummary summary, @Nullable Path report) {
        terminal.line("");
        if (summary.measured().rateSearch() != null) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "%s, %s windows/s:",
                            summary.measured().rateSearch().highestPerSecond() == null
                                    ? "The last step"
                                    : "The best step",
                            Numbers.count(summary.run().rate().ratePerSecond())));
        }
        terminal.table(delivery(summary));
        if (summary.quality().global() != null && summary.quality().personalized() != null) {
            terminal.line("");
            terminal.line(
                    summary.quality().source().equals(RunSummary.HELD_OUT)
                            ? heldOut(summary.quality())
                            : "Rankings on the devices over the stream, with the weights they had"
                                    + " received by then:");
            terminal.table(
                    MetricsTable.of(summary.quality().global(), summary.quality().personalized()));
            if (summary.quality().gainMargin() != null) {
                terminal.line(gain(summary.quality()));
            }
        }
        if (!summary.measured().phases().isEmpty()) {
            terminal.line("");
            terminal.table(phases(summary));
        }
        if (summary.measured().rateSearch() != null) {
            terminal.line("");
            terminal.table(rates(summary.measured().rateSearch()));
            terminal.line(summary.measured().rateSearch().verdict());
        }
        if (!summary.verdict().thresholds().isEmpty()) {
            terminal.line("");
            terminal.table(thresholds(summary));
        }
        if (!summary.loadGenerator().reasons().isEmpty()) {
            terminal.line(
                    summary.loadGenerator().bottleneck()
                            ? "The load generator limited this run:"
                            : "The brokers limited this run:");
            summary.loadGenerator().reasons().forEach(reason -> terminal.line("  " + reason));
        }
        summary.verdict().warnings().forEach(warning -> terminal.line("Note: " + warning));
        if (report != null) {
            Report.write(summary, report);
            terminal.line("Report in " + report.resolve("report.html"));
        }
        List<String> failures = failures(summary);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(String.join("; ", failures));
        }
    }

    /** Says for how many, and among what, held-out items were ranked. */
    static String heldOut(RunSummary.Quality quality) {
        HeldOut it = quality.heldOut();
        return it == null
                ? String.format(
                        Locale.ROOT,
                        "Ranking of the held-out item on each of %s, with the weights it received:",
                        Quantity.of(quality.global().users(), "device"))
                : String.format(
                        Locale.ROOT,
                        "Ranking of the held-out item (split %s) on the devices of %,d of %s, with"
                                + " the weights they received, each among %s:",
                        it.split(),
                        quality.global().users(),
                        Quantity.of(it.users().total(), "user"),
                        it.candidates().inWords());
    }

    private static String gain(RunSummary.Quality quality) {
        double gain = quality.personalized().userAuc() - quality.global().userAuc();
        return String.format(
                Locale.ROOT,
                "personalized − global: userAuc %s ± %.4f (95 %% interval over %s)%s",
                Numbers.difference(gain),
                quality.gainMargin(),
                quality.source().equals(RunSummary.HELD_OUT) ? "users" : "rankings",
                quality.isGainSure() ? "" : ": it may be noise");
    }

    private static List<String> failures(RunSummary summary) {
        List<String> failures = new ArrayList<>();
        if (!summary.verdict().complete()) {
            failures.add(summary.verdict().missing());
        }
        if (summary.measured().rateSearch() != null) {
            failure(summary.measured().rateSearch()).ifPresent(failures::add);
        }
        for (ThresholdResult missed : summary.missed()) {
            failures.add("threshold " + missed.text() + " missed: " + missed.measured());
        }
        return failures;
    }

    private static Optional<String> failure(RateSearchSummary search) {
        RateStep last = search.steps().get(search.steps().size() - 1);
        if (last.noAnswer()) {
            return Optional.of(
                    "no answer from the broker at "
                            + Numbers.count(last.perSecond())
                            + " windows/s, the search ended there");
        }
        if (search.highestPerSecond() != null) {
            return Optional.empty();
        }
        return Optional.of(
                (search.steps().stream().allMatch(RateStep::bottleneck)
                                ? "the load generator was the limit, no rate is known to keep "
                                : "no rate keeps ")
                        + search.threshold());
    }

    private static Table thresholds(RunSummary summary) {
        Table table = Table.ofText("Threshold", "measured", "");
        for (ThresholdResult threshold : summary.verdict().thresholds()) {
            table.row(threshold.text(), threshold.measured(), threshold.met() ? "met" : "MISSED");
        }
        return table;
    }

    private static Table rates(RateSearchSummary search) {
        Table table =
                new Table("Step", "windows/s", "sent/s", "p50", "p99", search.threshold(), "");
        int number = 0;
        for (RateStep step : search.steps()) {
            table.row(
                    Integer.toString(++number),
                    Numbers.count(step.perSecond()),
                    step.noAnswer() ? "" : Numbers.count(step.achievedPerSecond()),
                    step.noAnswer() ? "" : Numbers.millis(step.latencyMs().p50()),
                    step.noAnswer() ? "" : Numbers.millis(step.latencyMs().p99()),
                    measured(search.threshold(), step),
                    step.outcome().text());
        }
        return table;
    }

    private static String measured(String threshold, RateStep step) {
        return new ThresholdResult(threshold, step.value(), step.met()).measured();
    }

    /**
     * Tells how far a run is. The userAuc is over all rankings of the stream so far, another one
     * than that of the held-out items in the end.
     */
    static String message(FleetProgress now) {
        String message =
                String.format(
                        Locale.ROOT,
                        "%s, p50 %s, p99 %s",
                        Quantity.of(now.windows().deltas(), "delta"),
                        Numbers.millis(now.latency().p50Millis()),
                        Numbers.millis(now.latency().p99Millis()));
        if (now.quality().rankings() > 0) {
            message +=
                    ", stream userAuc "
                            + Numbers.metric(now.quality().globalUserAuc())
                            + " -> "
                            + Numbers.metric(now.quality().personalizedUserAuc());
        }
        return now.phase() == FleetProgress.Phase.WAITING
                ? message + ", waiting for " + Quantity.of(now.windows().unanswered(), "answer")
                : message;
    }

    private static Table phases(RunSummary summary) {
        Table table = new Table("Phase", "seconds", "windows", "p50", "p99", "max");
        for (PhaseSummary phase : summary.measured().phases()) {
            LatencySummary latency = phase.latencyMs();
            table.row(
                    phase.name(),
                    String.format(Locale.ROOT, "%.1f", phase.seconds()),
                    Numbers.count(latency.count()),
                    Numbers.millis(latency.p50()),
                    Numbers.millis(latency.p99()),
                    Numbers.millis(latency.max()));
        }
        return table;
    }

    private static Table delivery(RunSummary summary) {
        Delivery delivery = summary.delivery();
        LatencySummary applied = summary.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key());
        Table table =
                new Table("Delivery", "")
                        .row(
                                "devices with a delta",
                                String.format(
                                        Locale.ROOT,
                                        "%s of %s",
                                        Numbers.count(summary.run().fleet().devicesWithDelta()),
                                        Numbers.count(summary.run().fleet().devices())))
                        .row("windows", Numbers.count(delivery.accounts().windows()))
                        .row("deltas", Numbers.count(delivery.accounts().deltas()))
                        .row("coalesced windows", Numbers.count(delivery.accounts().coalesced()))
                        .row(
                                "windows answered again",
                                Numbers.count(delivery.accounts().repeated()))
                        .row("gated windows", Numbers.count(delivery.accounts().gated()))
                        .row("dead letters", Numbers.count(delivery.accounts().deadLetters()))
                        .row("bytes per delta", Numbers.count(delivery.sizes().bytesPerDelta()));
        wherePresent(table, "held back offline", delivery.network().heldOffline());
        wherePresent(table, "windows lost in the network", delivery.network().lostUp());
        wherePresent(table, "deltas lost in the network", delivery.network().lostDown());
        wherePresent(table, "deltas that a newer one replaced", delivery.network().superseded());
        wherePresent(table, "windows spoilt on purpose", delivery.garbage());
        wherePresent(table, "windows never sent", delivery.unsent());
        if (applied != null && applied.count() > 0) {
            table.row("interaction to applied delta, p50", Numbers.millis(applied.p50()))
                    .row("interaction to applied delta, p99", Numbers.millis(applied.p99()));
        }
        return table;
    }

    private static void wherePresent(Table table, String what, long count) {
        if (count > 0) {
            table.row(what, Numbers.count(count));
        }
    }
}
