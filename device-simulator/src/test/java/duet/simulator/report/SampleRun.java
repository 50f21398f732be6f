package duet.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.RankingMetrics.Within;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Phases;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.Timeline;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.LoadStage;
import duet.simulator.scenario.Scenario;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.HeldOut;
import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.MachineFacts;
import duet.simulator.summary.PartFacts;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.VersionFacts;
import duet.simulator.summary.WarmUp;
import duet.simulator.threshold.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A made-up run of a minute with figures as they come. */
public final class SampleRun {
    private static final long WARM_UP_MICROS = 5_000_000;

    private static final JsonNode SCENARIO =
            Scenario.plain("sample", 200, ArrivalModel.POISSON, 100, Duration.ofMinutes(1), 7)
                    .withLoad(
                            Duration.ofSeconds(5),
                            List.of(
                                    new LoadStage(
                                            LoadStage.Kind.RAMP,
                                            Duration.ofSeconds(20),
                                            50,
                                            150,
                                            0,
                                            Duration.ZERO),
                                    LoadStage.hold(Duration.ofSeconds(40), 100)))
                    .toJson();

    private SampleRun() {}

    private static final int WINDOWS = 6000;

    public static RunSummary summary(String modelVersion, List<String> warnings) {
        return summary(modelVersion, warnings, null, window -> true);
    }

    /** What one of several processes saw of the same run: every count-th pair of windows. */
    static RunSummary part(int index, int count) {
        return summary(
                "sasrec-0123",
                List.of(),
                new PartFacts(index, count),
                window -> window / 2 % count == index - 1);
    }

    private static RunSummary summary(
            String modelVersion, List<String> warnings, PartFacts part, IntPredicate held) {
        Random random = new Random(1);
        Counters counters = new Counters();
        Counters warmUpCounters = new Counters();
        Latencies latencies = new Latencies();
        Latencies warmUpLatencies = new Latencies();
        Timeline timeline = new Timeline();
        Phases phases = new Phases();
        QualityRecorder quality = new QualityRecorder(QualityRecorder.DEFAULT_SAMPLE, 1);
        int windows = 0;
        phases.begin("ramp", 0);
        for (int i = 0; i < WINDOWS; i++) {
            long at = i * 10_000L;
            if (i == WINDOWS / 3) {
                phases.begin("hold", at);
            }
            boolean warm = at < WARM_UP_MICROS;
            long slow = at < 3_000_000 ? 60_000 : 0;
            long intake = 3000 + (long) (random.nextGaussian() * random.nextGaussian() * 2500);
            long generation = 4000 + random.nextInt(3000);
            long delivery = 2500 + (long) (Math.abs(random.nextGaussian()) * 1500);
            if (i % 700 == 0) {
                delivery += random.nextInt(80_000);
            }
            int windowBytes = 190 + random.nextInt(60);
            long sendDelay = 50 + random.nextInt(200);
            long age = random.nextInt(1 + random.nextInt(12));
            float[] global = scores(random, 1.0);
            float[] personalized = scores(random, 1.6 - age * 0.02);
            if (!held.test(i)) {
                continue;
            }
            windows++;
            long total = Math.max(200, intake) + generation + delivery + slow;
            Counters counted = warm ? warmUpCounters : counters;
            Latencies recorded = warm ? warmUpLatencies : latencies;
            counted.increment(Count.WINDOWS);
            counted.add(Count.WINDOW_BYTES, windowBytes);
            counted.increment(Count.ANSWERED_WINDOWS);
            timeline.sent(at);
            recorded.record(Stage.SEND_DELAY, sendDelay);
            recorded.record(Stage.EVENT_TO_APPLIED, total);
            timeline.applied(at + total, total);
            phases.applied(total);
            if (i % 12 != 0) {
                counted.increment(Count.DELTAS);
                counted.add(Count.DELTA_BYTES, 2290);
                timeline.delta(at + total, 0);
                timeline.drifted(at + total, 0.2 + 0.1 * Math.sin(at / 5e6));
                recorded.record(Stage.INTAKE, Math.max(200, intake) + slow);
                recorded.record(Stage.GENERATION, generation);
                recorded.record(Stage.DELIVERY, delivery);
            }
            if (at < 2_000_000) {
                quality.beforeFirstDelta();
            } else if (i % 2 == 0) {
                QualityRecorder.Ranked ranked = quality.record(global, personalized, age);
                timeline.ranked(at, ranked.globalAuc(), ranked.personalizedAuc());
            }
        }
        StreamQuality stream = quality.result();
        TreeMap<String, Long> outcomes = new TreeMap<>();
        outcomes.put("APPLIED", counters.get(Count.DELTAS));
        outcomes.put("STALE", 0L);
        return new RunSummary(
                        RunSummary.Verdict.of(null, warnings),
                        loadGenerator(latencies, counters),
                        new RunSummary.Quality(
                                RunSummary.STREAM,
                                stream.global(),
                                stream.personalized(),
                                stream.gainMargin(),
                                null),
                        Delivery.of(counters, outcomes, 0, 0),
                        new RunSummary.Measured(
                                latencies.summaries(),
                                new WarmUp(
                                        WARM_UP_MICROS / 1e6,
                                        Delivery.of(warmUpCounters, new TreeMap<>(), 0, 0),
                                        warmUpLatencies.summaries()),
                                null,
                                stream,
                                new TreeMap<>(
                                        Map.of(
                                                modelVersion,
                                                new VersionFacts(
                                                        windows / 30,
                                                        windows / 30,
                                                        windows,
                                                        5500,
                                                        0))),
                                phases.summaries(60_000_000)),
                        new RunFacts(
                                new RunFacts.Fleet(
                                        "synthetic", modelVersion, 7, windows / 30, windows / 30),
                                new RunFacts.Rate("poisson", 100, windows / 60.0),
                                new RunFacts.Time(59.99, 60.01, "2026-01-01T00:00:00Z"),
                                false),
                        new RunSummary.Setting(
                                part,
                                List.of(),
                                new MachineFacts(
                                        2, "Xeon", 24_000, 4096, "17.0.15, Debian", "Linux 6.1"),
                                null),
                        new RunSummary.Recording(
                                timeline.buckets(60_000_000),
                                latencies.curves(),
                                RunHistograms.of(
                                        latencies, Optional.of(warmUpLatencies), phases, timeline)))
                .withScenario(SCENARIO)
                .judgedBy(
                        List.of(
                                Threshold.parse("p99 < 100 ms"),
                                Threshold.parse("lost = 0"),
                                Threshold.parse("sendDelay.p99 < 0.1 ms")));
    }

    /** The held-out items of a log with users who are skipped. */
    static final HeldOut HELD_OUT =
            new HeldOut(
                    "last",
                    "last",
                    List.of("it knows <these> users"),
                    new HeldOut.Users(943, 950),
                    new TreeMap<>(Map.of("unknownTestItem", 7)),
                    new HeldOut.Candidates(HeldOut.Kind.POPULAR, 60, 100, 100));

    /** A run at whose end 943 devices ranked held-out items. */
    static RunSummary heldOut(
            double global, double personalized, @Nullable Double gainMargin, HeldOut facts) {
        RunSummary run = summary("sasrec-0123", List.of());
        return new RunSummary(
                run.verdict(),
                run.loadGenerator(),
                new RunSummary.Quality(
                        RunSummary.HELD_OUT,
                        metrics(global),
                        metrics(personalized),
                        gainMargin,
                        facts),
                run.delivery(),
                run.measured(),
                run.run(),
                run.setting(),
                run.recording());
    }

    /** Nothing came back. */
    public static RunSummary silent() {
        Counters counters = new Counters();
        counters.increment(Count.WINDOWS);
        Latencies latencies = new Latencies();
        return new RunSummary(
                RunSummary.Verdict.of("1 of 1 windows were not answered", List.of()),
                loadGenerator(latencies, counters),
                new RunSummary.Quality(RunSummary.NONE, null, null, null, null),
                Delivery.of(counters, new TreeMap<>(), 0, 1),
                new RunSummary.Measured(
                        latencies.summaries(), null, null, null, new TreeMap<>(), List.of()),
                new RunFacts(
                        new RunFacts.Fleet("replay", "m", 1, 1, 0),
                        new RunFacts.Rate("constant", 1, 0),
                        new RunFacts.Time(0, 0, ""),
                        false),
                new RunSummary.Setting(null, List.of(), MachineFacts.current(), null),
                new RunSummary.Recording(
                        new Timeline().buckets(0), latencies.curves(), RunHistograms.empty()));
    }

    private static LoadGenerator loadGenerator(Latencies latencies, Counters counters) {
        return new LoadGenerator(
                false,
                false,
                List.of(),
                latencies.summary(Stage.SEND_DELAY),
                0,
                counters.get(Count.SENT_BEHIND),
                0.4,
                12.5);
    }

    /** One window, which the job gated. */
    static Delivery delivery(long gated) {
        Counters counters = new Counters();
        counters.increment(Count.WINDOWS);
        return Delivery.of(counters, new TreeMap<>(), gated, counters.unanswered() - gated);
    }

    static RankingMetrics metrics(double value) {
        Within within = new Within(value, value);
        return new RankingMetrics(943, value, value, within, within, within);
    }

    private static float[] scores(Random random, double signal) {
        float[] scores = new float[100];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (random.nextGaussian() + (i == 0 ? signal : 0));
        }
        return scores;
    }
}
