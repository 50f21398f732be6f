package duet.simulator.report;

import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.CurvePoint;
import duet.simulator.measurement.Gains;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.measurement.TimelineMerge;
import duet.simulator.measurement.WeightedQuality;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.MergedPart;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.ThresholdResult;
import duet.simulator.summary.VersionFacts;
import duet.simulator.summary.WarmUp;
import duet.simulator.threshold.Threshold;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes one summary of those of the processes that shared a fleet. Counts, latencies, percentiles
 * and thresholds are as if one process had measured them; ranking quality is weighted by rankings,
 * see {@link WeightedQuality}.
 */
public final class ReportMerge {
    private static final double MILLIS_PER_SECOND = 1000;

    /**
     * Parts that start further apart than this share of their length load the system less than they
     * say.
     */
    private static final double APART = 0.05;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * The timelines of parts give no longer one than this, as the histograms of more are not read.
     */
    private static final int MOST_SLICES = 5_000;

    private final List<Part> parts;
    private final Instant start;

    private record Part(Path file, RunSummary summary) {
        Instant from() {
            return Instant.parse(summary.run().time().startedAt());
        }

        Instant until() {
            return from().plus(seconds(summary.run().time().totalSeconds()));
        }

        int index() {
            return summary.setting().part().index();
        }
    }

    private ReportMerge(List<Part> parts) {
        this.parts = parts;
        this.start = parts.stream().map(Part::from).min(Comparator.naturalOrder()).orElseThrow();
    }

    /**
     * Reads the reports and merges them.
     *
     * @param directories a report of each part
     * @throws InvalidInputException if they are not of different parts of one run; names the file
     *     and the key
     */
    public static RunSummary merge(List<Path> directories) {
        List<Part> parts = new ArrayList<>();
        for (Path directory : directories) {
            parts.add(new Part(directory.resolve(Report.SUMMARY), Report.read(directory)));
        }
        check(parts);
        parts.sort(Comparator.comparingInt(Part::index));
        return new ReportMerge(parts).summary();
    }

    private static void check(List<Part> parts) {
        Map<Integer, Path> byIndex = new HashMap<>();
        for (Part part : parts) {
            if (part.summary.setting().part() == null) {
                throw wrong(part, "part", "is null: this is the run of a whole fleet");
            }
            Path other = byIndex.put(part.index(), part.file);
            if (other != null) {
                throw wrong(part, "part.index", "is " + part.index() + ", as in " + other);
            }
            try {
                Instant start = Instant.parse(part.summary.run().time().startedAt());
                if (start.isBefore(Instant.EPOCH) || start.isAfter(LATEST)) {
                    throw wrong(part, "run.startedAt", "is " + start);
                }
            } catch (DateTimeParseException e) {
                throw wrong(part, "run.startedAt", "is no time");
            }
        }
        agree(parts, "part.count", s -> s.setting().part().count());
        agree(parts, "scenario", summary -> summary.setting().scenario());
        agree(parts, "run.workload", s -> s.run().fleet().workload());
        agree(parts, "run.seed", s -> s.run().fleet().seed());
        agree(parts, "run.modelVersion", s -> s.run().fleet().modelVersion());
        agree(parts, "run.arrivals", s -> s.run().rate().arrivals());
        agree(parts, "run.ratePerSecond", s -> s.run().rate().ratePerSecond());
        agree(
                parts,
                "warmUp.seconds",
                s -> s.measured().warmUp() == null ? null : s.measured().warmUp().seconds());
        agree(
                parts,
                "thresholds",
                s -> s.verdict().thresholds().stream().map(ThresholdResult::text).toList());
        agree(
                parts,
                "phases",
                s -> s.measured().phases().stream().map(PhaseSummary::name).toList());
        agree(
                parts.stream().filter(part -> part.summary.quality().global() != null).toList(),
                "qualitySource",
                summary -> summary.quality().source());
        agree(parts, "heldOut", summary -> summary.quality().heldOut());
        Part first = parts.get(0);
        for (Part part : parts) {
            if (part.from().isAfter(first.until()) || first.from().isAfter(part.until())) {
                throw wrong(
                        part,
                        "run.startedAt",
                        "is "
                                + part.summary.run().time().startedAt()
                                + ", and "
                                + first.file
                                + " did not run at that time: the parts of a fleet run together");
            }
        }
    }

    private static void agree(
            List<Part> parts, String key, Function<RunSummary, @Nullable Object> value) {
        for (Part part : parts) {
            Object expected = value.apply(parts.get(0).summary);
            Object found = value.apply(part.summary);
            if (!Objects.equals(found, expected)) {
                throw wrong(
                        part,
                        key,
                        String.format(
                                Locale.ROOT,
                                "is %s, in %s it is %s",
                                found,
                                parts.get(0).file,
                                expected));
            }
        }
    }

    private static InvalidInputException wrong(Part part, String key, String problem) {
        return new InvalidInputException(
                String.format(Locale.ROOT, "%s: %s %s", part.file, key, problem));
    }

    private RunSummary summary() {
        TimelineMerge timeline = timeline();
        RunHistograms histograms =
                RunHistograms.sum(
                        each(summary -> summary.recording().histograms()), timeline.histograms());
        RunSummary first = parts.get(0).summary;
        List<String> missing = missing();
        return new RunSummary(
                        RunSummary.Verdict.of(
                                missing.isEmpty() ? null : String.join("; ", missing), warnings()),
                        loadGenerator(histograms),
                        new RunSummary.Quality(
                                parts.stream()
                                        .map(part -> part.summary.quality().source())
                                        .filter(source -> !source.equals(RunSummary.NONE))
                                        .findFirst()
                                        .orElse(RunSummary.NONE),
                                quality(summary -> summary.quality().global()),
                                quality(summary -> summary.quality().personalized()),
                                gainMargin(),
                                first.quality().heldOut()),
                        Delivery.sum(each(RunSummary::delivery)),
                        new RunSummary.Measured(
                                LatencySummary.byKey(histograms.stages()),
                                warmUp(histograms),
                                null,
                                streamQuality(),
                                versions(),
                                phases(histograms)),
                        run(),
                        new RunSummary.Setting(
                                null,
                                mergedParts(),
                                first.setting().machine(),
                                first.setting().scenario()),
                        new RunSummary.Recording(
                                timeline.buckets(), curves(histograms), histograms))
                .judgedBy(
                        first.verdict().thresholds().stream()
                                .map(threshold -> Threshold.parse(threshold.text()))
                                .toList());
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        int count = parts.get(0).summary.setting().part().count();
        for (int index = 1; index <= count; index++) {
            int wanted = index;
            if (parts.stream().noneMatch(part -> part.index() == wanted)) {
                missing.add("part " + index + " of " + count + " is missing");
            }
        }
        for (Part part : parts) {
            if (part.summary.verdict().missing() != null) {
                missing.add("part " + part.index() + ": " + part.summary.verdict().missing());
            }
        }
        return missing;
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        Instant last = parts.stream().map(Part::from).max(Comparator.naturalOrder()).orElseThrow();
        double apart = seconds(start, last);
        if (apart > APART * parts.get(0).summary.run().time().totalSeconds()) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "The parts started up to %.1f s apart: the rate of all together was"
                                    + " lower at the beginning and at the end.",
                            apart));
        }
        for (Part part : parts) {
            for (String warning : part.summary.verdict().warnings()) {
                warnings.add("Part " + part.index() + ": " + warning);
            }
        }
        return warnings;
    }

    private @Nullable RankingMetrics quality(
            Function<RunSummary, @Nullable RankingMetrics> metrics) {
        return WeightedQuality.mean(
                each(Function.identity()),
                metrics,
                summary ->
                        summary.quality().source().equals(RunSummary.STREAM)
                                ? summary.measured().streamQuality().rankings()
                                : metrics.apply(summary).users());
    }

    private @Nullable Double gainMargin() {
        List<RunSummary.Quality> ranked =
                parts.stream()
                        .map(part -> part.summary.quality())
                        .filter(quality -> quality.global() != null)
                        .toList();
        if (!ranked.isEmpty() && ranked.get(0).source().equals(RunSummary.STREAM)) {
            return streamQuality().gainMargin();
        }
        return Gains.margin(
                ranked.stream()
                        .map(
                                quality ->
                                        new Gains.Part(
                                                quality.global().users(),
                                                quality.personalized().userAuc()
                                                        - quality.global().userAuc(),
                                                quality.gainMargin()))
                        .toList());
    }

    private @Nullable StreamQuality streamQuality() {
        List<StreamQuality> measured =
                parts.stream()
                        .map(part -> part.summary.measured().streamQuality())
                        .filter(Objects::nonNull)
                        .toList();
        return measured.isEmpty() ? null : StreamQuality.merge(measured);
    }

    private SortedMap<String, VersionFacts> versions() {
        SortedMap<String, VersionFacts> versions = new TreeMap<>();
        parts.forEach(
                part ->
                        part.summary
                                .measured()
                                .versions()
                                .forEach(
                                        (version, facts) ->
                                                versions.merge(
                                                        version, facts, VersionFacts::plus)));
        return versions;
    }

    private List<PhaseSummary> phases(RunHistograms histograms) {
        List<PhaseSummary> phases = new ArrayList<>();
        for (int i = 0; i < histograms.phases().size(); i++) {
            double from = Double.POSITIVE_INFINITY;
            double until = 0;
            for (Part part : parts) {
                PhaseSummary phase = part.summary.measured().phases().get(i);
                double begin = seconds(start, part.from()) + phase.fromSecond();
                from = Math.min(from, begin);
                until = Math.max(until, begin + phase.seconds());
            }
            phases.add(
                    new PhaseSummary(
                            parts.get(0).summary.measured().phases().get(i).name(),
                            from,
                            until - from,
                            LatencySummary.of(histograms.phases().get(i))));
        }
        return phases;
    }

    private TimelineMerge timeline() {
        double longest = 0;
        for (Part part : parts) {
            for (TimelineBucket slice : part.summary.recording().timeline()) {
                longest = Math.max(longest, slice.seconds());
            }
        }
        for (Part part : parts) {
            for (TimelineBucket slice : part.summary.recording().timeline()) {
                double end = seconds(start, part.from()) + slice.second() + slice.seconds();
                if (!(end <= MOST_SLICES * longest)) {
                    throw wrong(
                            part,
                            "timeline",
                            String.format(
                                    Locale.ROOT,
                                    "reaches to second %s of all parts, in slices of %s s: there"
                                            + " may be %,d",
                                    end,
                                    longest,
                                    MOST_SLICES));
                }
            }
        }
        return new TimelineMerge(
                parts.stream()
                        .map(
                                part ->
                                        new TimelineMerge.Part(
                                                seconds(start, part.from()),
                                                part.summary.recording().timeline(),
                                                part.summary.recording().histograms().slices()))
                        .toList());
    }

    private static Map<String, List<CurvePoint>> curves(RunHistograms histograms) {
        Map<String, List<CurvePoint>> curves = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            curves.put(stage.key(), CurvePoint.curve(histograms.stage(stage)));
        }
        return curves;
    }

    private RunFacts run() {
        RunFacts first = parts.get(0).summary.run();
        RunFacts.Fleet fleet = first.fleet();
        return new RunFacts(
                new RunFacts.Fleet(
                        fleet.workload(),
                        fleet.modelVersion(),
                        fleet.seed(),
                        parts.stream().mapToInt(part -> part.summary.run().fleet().devices()).sum(),
                        parts.stream()
                                .mapToInt(part -> part.summary.run().fleet().devicesWithDelta())
                                .sum()),
                new RunFacts.Rate(
                        first.rate().arrivals(),
                        first.rate().ratePerSecond(),
                        parts.stream()
                                .mapToDouble(part -> part.summary.run().rate().achievedPerSecond())
                                .sum()),
                new RunFacts.Time(
                        latest(part -> part.summary.run().time().sendingSeconds()),
                        latest(part -> part.summary.run().time().totalSeconds()),
                        start.toString()),
                first.ranksHeldOut());
    }

    /** Returns when the last part was so far, in seconds since the start of the first. */
    private double latest(ToDoubleFunction<Part> seconds) {
        return parts.stream()
                .mapToDouble(part -> seconds(start, part.from()) + seconds.applyAsDouble(part))
                .max()
                .orElseThrow();
    }

    private LoadGenerator loadGenerator(RunHistograms histograms) {
        List<LoadGenerator> all = each(RunSummary::loadGenerator);
        List<String> reasons = new ArrayList<>();
        for (Part part : parts) {
            for (String reason : part.summary.loadGenerator().reasons()) {
                reasons.add("Part " + part.index() + ": " + reason);
            }
        }
        return new LoadGenerator(
                all.stream().anyMatch(LoadGenerator::bottleneck),
                all.stream().anyMatch(LoadGenerator::brokersSlow),
                reasons,
                LatencySummary.of(histograms.stage(Stage.SEND_DELAY)),
                all.stream().mapToLong(LoadGenerator::unsent).sum(),
                all.stream().mapToLong(LoadGenerator::behind).sum(),
                all.stream().mapToDouble(LoadGenerator::processorShare).max().orElseThrow(),
                all.stream().mapToDouble(LoadGenerator::longestPauseMs).max().orElseThrow());
    }

    private @Nullable WarmUp warmUp(RunHistograms histograms) {
        WarmUp first = parts.get(0).summary.measured().warmUp();
        return first == null
                ? null
                : new WarmUp(
                        first.seconds(),
                        Delivery.sum(each(summary -> summary.measured().warmUp().delivery())),
                        LatencySummary.byKey(histograms.warmUp()));
    }

    private List<MergedPart> mergedParts() {
        return parts.stream()
                .map(
                        part ->
                                new MergedPart(
                                        part.index(),
                                        part.summary.run().time().startedAt(),
                                        part.summary.delivery().accounts().windows(),
                                        part.summary.run().rate().achievedPerSecond(),
                                        part.summary.loadGenerator().bottleneck(),
                                        part.summary.setting().machine()))
                .toList();
    }

    private <T> List<T> each(Function<RunSummary, T> value) {
        return parts.stream().map(part -> value.apply(part.summary)).toList();
    }

    private static double seconds(Instant from, Instant until) {
        return Duration.between(from, until).toMillis() / MILLIS_PER_SECOND;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * MILLIS_PER_SECOND));
    }
}
