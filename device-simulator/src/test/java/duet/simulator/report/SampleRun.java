package duet.simulator.report;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.Counters;
import duet.simulator.measurement.Counters.Count;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.Phases;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.measurement.Timeline;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A made-up run of a minute with figures as they come. */
final class SampleRun {
    private SampleRun() {}

    static RunSummary summary(String modelVersion, List<String> warnings) {
        Random random = new Random(1);
        Counters counters = new Counters();
        Latencies latencies = new Latencies();
        Timeline timeline = new Timeline();
        QualityRecorder quality = new QualityRecorder(QualityRecorder.DEFAULT_SAMPLE, 1);
        for (int i = 0; i < 6000; i++) {
            long at = i * 10_000L;
            long warmUp = at < 3_000_000 ? 60_000 : 0;
            long intake = 3000 + (long) (random.nextGaussian() * random.nextGaussian() * 2500);
            long generation = 4000 + random.nextInt(3000);
            long delivery = 2500 + (long) (Math.abs(random.nextGaussian()) * 1500);
            if (i % 700 == 0) {
                delivery += random.nextInt(80_000);
            }
            long total = Math.max(200, intake) + generation + delivery + warmUp;
            counters.increment(Count.WINDOWS);
            counters.add(Count.WINDOW_BYTES, 190 + random.nextInt(60));
            counters.increment(Count.ANSWERED_WINDOWS);
            timeline.sent(at);
            latencies.record(Stage.SEND_DELAY, 50 + random.nextInt(200));
            latencies.record(Stage.EVENT_TO_APPLIED, total);
            timeline.applied(at + total, total);
            if (i % 12 != 0) {
                counters.increment(Count.DELTAS);
                counters.add(Count.DELTA_BYTES, 2290);
                timeline.delta(at + total, 0);
                latencies.record(Stage.INTAKE, Math.max(200, intake) + warmUp);
                latencies.record(Stage.GENERATION, generation);
                latencies.record(Stage.DELIVERY, delivery);
            }
            if (at < 2_000_000) {
                quality.beforeFirstDelta();
            } else if (i % 2 == 0) {
                long age = random.nextInt(1 + random.nextInt(12));
                QualityRecorder.Ranked ranked =
                        quality.record(scores(random, 1.0), scores(random, 1.6 - age * 0.02), age);
                timeline.ranked(at, ranked.globalAuc(), ranked.personalizedAuc());
            }
        }
        StreamQuality stream = quality.result();
        TreeMap<String, Long> outcomes = new TreeMap<>();
        outcomes.put("APPLIED", counters.get(Count.DELTAS) - 120);
        outcomes.put("STALE", 120L);
        outcomes.put("CORRUPT", 0L);
        return new RunSummary(
                true,
                null,
                warnings,
                RunSummary.STREAM,
                stream.global(),
                stream.personalized(),
                Delivery.of(counters, outcomes, 0, 0),
                latencies.summaries(),
                stream,
                new TreeMap<>(Map.of(modelVersion, new VersionFacts(200, 200, 6000, 5500, 0))),
                List.of(),
                timeline.buckets(60_000_000),
                latencies.curves(),
                new RunFacts(
                        "synthetic",
                        modelVersion,
                        7,
                        200,
                        200,
                        "poisson",
                        100,
                        100.02,
                        59.99,
                        60.01,
                        "2026-01-01T00:00:00Z",
                        false),
                new MachineFacts(2, "Xeon", 24_000, 4096, "17.0.15, Debian", "Linux 6.1, amd64"),
                null,
                new LoadGenerator(
                        false,
                        List.of(),
                        latencies.summary(Stage.SEND_DELAY),
                        0,
                        counters.get(Count.SENT_BEHIND),
                        0.4,
                        12.5),
                null,
                List.of(),
                null,
                null,
                List.of(),
                RunHistograms.of(latencies, Optional.empty(), new Phases(), timeline));
    }

    /** Nothing came back. */
    static RunSummary silent() {
        Counters counters = new Counters();
        counters.increment(Count.WINDOWS);
        Latencies latencies = new Latencies();
        return new RunSummary(
                false,
                "1 of 1 windows were not answered",
                List.of(),
                RunSummary.NONE,
                null,
                null,
                Delivery.of(counters, new TreeMap<>(), 0, 1),
                latencies.summaries(),
                null,
                new TreeMap<>(),
                List.of(),
                new Timeline().buckets(0),
                latencies.curves(),
                new RunFacts("replay", "m", 1, 1, 0, "constant", 1, 0, 0, 0, "", false),
                MachineFacts.current(),
                null,
                new LoadGenerator(
                        false,
                        List.of(),
                        latencies.summary(Stage.SEND_DELAY),
                        0,
                        counters.get(Count.SENT_BEHIND),
                        0.4,
                        12.5),
                null,
                List.of(),
                null,
                null,
                List.of(),
                RunHistograms.empty());
    }

    /** One window, which the job gated. */
    static Delivery delivery(long gated) {
        Counters counters = new Counters();
        counters.increment(Count.WINDOWS);
        return Delivery.of(counters, new TreeMap<>(), gated, counters.unanswered() - gated);
    }

    static RankingMetrics metrics(double value) {
        return new RankingMetrics(943, value, value, value, value, value, value, value, value);
    }

    private static float[] scores(Random random, double signal) {
        float[] scores = new float[100];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (random.nextGaussian() + (i == 0 ? signal : 0));
        }
        return scores;
    }
}
