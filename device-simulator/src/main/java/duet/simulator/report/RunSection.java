package duet.simulator.report;

import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.duration;
import static duet.simulator.report.Figures.number;
import static duet.simulator.report.Figures.rate;

import duet.simulator.report.ReportPage.Fact;
import duet.simulator.summary.MachineFacts;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows on the report what was run, where and how.
 *
 * @param facts what a reader asks first
 * @param parts the runs it was merged from
 * @param scenario the scenario it ran with; null without one
 */
record RunSection(List<Fact> facts, List<PartRow> parts, @Nullable ScenarioSection scenario) {
    record PartRow(
            String index,
            String startedAt,
            String windows,
            String rate,
            String verdict,
            String machine) {}

    static RunSection of(RunSummary s) {
        return new RunSection(
                facts(s),
                parts(s),
                s.setting().scenario() == null ? null : ScenarioSection.of(s.setting().scenario()));
    }

    boolean hasParts() {
        return !parts.isEmpty();
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
                                        part.machine().cores() + " cores, " + part.machine().os()))
                .toList();
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
                        count(run.fleet().devicesWithDelta()) + " hold a delta at the end"),
                new Fact(
                        "Rate",
                        number("%,.1f", run.rate().achievedPerSecond()) + " windows/s",
                        "meant: "
                                + number("%,.1f", run.rate().ratePerSecond())
                                + ", "
                                + run.rate().arrivals()),
                new Fact(
                        "Duration",
                        duration(run.time().totalSeconds()),
                        "sending took " + duration(run.time().sendingSeconds())),
                new Fact("Started", run.time().startedAt(), ""),
                new Fact(
                        "Machine",
                        String.format(
                                Locale.ROOT,
                                "%d cores, %s MiB of memory, %s MiB heap",
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
                                version.getKey()
                                        + " ("
                                        + count(version.getValue().devices())
                                        + " devices)")
                .collect(Collectors.joining(", "));
    }
}
