package duet.simulator.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.Counters.Count;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    @Nested
    @Group
    @DisplayName("latencies")
    class OfLatencies {
        @Property(tries = 200)
        void agreeWithTheSortedValuesToThreeDigits(
                @ForAll @Size(min = 1, max = 300)
                        List<@LongRange(min = 0, max = 3_600_000_000L) Long> micros) {
            Latencies latencies = new Latencies();
            micros.forEach(value -> latencies.record(Stage.DELIVERY, value));
            LatencySummary summary = latencies.summary(Stage.DELIVERY);
            long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
            assertThat(summary.count()).isEqualTo(sorted.length);
            assertClose(summary.max(), sorted[sorted.length - 1]);
            assertClose(summary.p50(), sorted[(int) Math.ceil(sorted.length * 0.5) - 1]);
            assertClose(summary.p90(), sorted[(int) Math.ceil(sorted.length * 0.9) - 1]);
        }

        private void assertClose(double millis, long micros) {
            assertThat(millis * 1000).isCloseTo(micros, within(Math.max(1, micros / 500.0)));
        }

        @Test
        @DisplayName("beyond the bounds stand at the bounds and are counted")
        void bounds() {
            Latencies latencies = new Latencies();
            latencies.record(Stage.INTAKE, -5);
            latencies.record(Stage.INTAKE, Latencies.HIGHEST_MICROS + 1);
            latencies.record(Stage.INTAKE, Long.MAX_VALUE);
            assertThat(latencies.negative()).isEqualTo(1);
            assertThat(latencies.aboveRange()).isEqualTo(2);
            assertThat(latencies.summary(Stage.INTAKE).count()).isEqualTo(3);
            assertThat(latencies.summary(Stage.INTAKE).max()).isCloseTo(3_600_000, within(3_600.0));
        }

        @Test
        @DisplayName("of which there are none are all 0")
        void none() {
            LatencySummary summary = new Latencies().summary(Stage.GENERATION);
            assertThat(summary).isEqualTo(new LatencySummary(0, 0, 0, 0, 0, 0, 0));
            assertThat(new Latencies().curve(Stage.GENERATION)).isEmpty();
        }

        @Test
        @DisplayName(
                "have a curve that rises, ends at the longest and claims no percentile the count"
                        + " cannot tell")
        void curve() {
            Latencies latencies = new Latencies();
            for (int i = 1; i <= 500; i++) {
                latencies.record(Stage.EVENT_TO_APPLIED, i * 1000L);
            }
            List<CurvePoint> curve = latencies.curve(Stage.EVENT_TO_APPLIED);
            assertThat(curve).isSortedAccordingTo((a, b) -> Double.compare(a.millis(), b.millis()));
            assertThat(curve)
                    .isSortedAccordingTo((a, b) -> Double.compare(a.percentile(), b.percentile()));
            assertThat(curve.get(curve.size() - 1).millis()).isCloseTo(500, within(0.5));
            assertThat(curve.get(curve.size() - 1).percentile()).isCloseTo(99.8, within(1e-9));
        }
    }

    @Nested
    @DisplayName("counters")
    class OfCounters {
        @Test
        @DisplayName("add up: windows = deltas + coalesced + dead letters + unanswered")
        void addUp() {
            Counters counters = new Counters();
            counters.add(Count.WINDOWS, 12);
            counters.increment(Count.SEND_FAILURES);
            counters.add(Count.DELTAS, 5);
            counters.add(Count.ANSWERED_WINDOWS, 8);
            counters.add(Count.DEAD_LETTERS, 2);
            assertThat(counters.sent()).isEqualTo(11);
            assertThat(counters.coalesced()).isEqualTo(3);
            assertThat(counters.unanswered()).isEqualTo(1);
            assertThat(
                            counters.get(Count.DELTAS)
                                    + counters.coalesced()
                                    + counters.get(Count.DEAD_LETTERS)
                                    + counters.unanswered())
                    .isEqualTo(counters.sent());
        }
    }

    @Nested
    @Group
    @DisplayName("a timeline")
    class OfTimeline {
        @Property(tries = 100)
        void losesNothingWhenItFolds(
                @ForAll @Size(max = 200) List<@LongRange(min = -10, max = 5_000) Long> times) {
            Timeline timeline = new Timeline(8, 10);
            for (long at : times) {
                timeline.sent(at);
                timeline.delta(at, 2);
                timeline.gated(at, 3);
                timeline.drifted(at, 0.25);
                timeline.applied(at, 7);
                timeline.ranked(at, 0.5, 0.75);
            }
            List<TimelineBucket> buckets = timeline.buckets(Long.MAX_VALUE);
            assertThat(buckets.size()).isLessThanOrEqualTo(8);
            assertThat(buckets.stream().mapToLong(slice -> slice.traffic().windows()).sum())
                    .isEqualTo(times.size());
            assertThat(buckets.stream().mapToLong(slice -> slice.traffic().coalesced()).sum())
                    .isEqualTo(2L * times.size());
            assertThat(buckets.stream().mapToLong(slice -> slice.traffic().gated()).sum())
                    .isEqualTo(3L * times.size());
            assertThat(buckets.stream().mapToLong(slice -> slice.quality().rankings()).sum())
                    .isEqualTo(times.size());
            for (TimelineBucket bucket : buckets) {
                long from = Math.round(bucket.second() * 1e6);
                long to = from + Math.round(bucket.seconds() * 1e6);
                assertThat(bucket.traffic().deltas())
                        .isEqualTo(
                                times.stream()
                                        .map(at -> Math.max(0, at))
                                        .filter(at -> at >= from && at < to)
                                        .count());
                assertThat(bucket.latency().p50() == null)
                        .isEqualTo(bucket.traffic().deltas() == 0);
                assertThat(bucket.drift())
                        .isIn(
                                bucket.traffic().deltas() == 0
                                        ? new Object[] {null}
                                        : new Object[] {0.25});
                assertThat(bucket.quality().personalizedUserAuc())
                        .isIn(
                                bucket.quality().rankings() == 0
                                        ? new Object[] {null}
                                        : new Object[] {0.75});
            }
        }

        @Test
        @DisplayName("ends where the run ends, so that the last rate is not too low")
        void end() {
            Timeline timeline = new Timeline(8, 1_000_000);
            timeline.sent(500_000);
            timeline.sent(1_100_000);
            assertThat(timeline.buckets(1_250_000).get(1).seconds()).isEqualTo(0.25);
            assertThat(timeline.buckets(2_000_000).get(1).seconds()).isEqualTo(1);
        }
    }

    @Nested
    @DisplayName("quality over the stream")
    class OfQuality {
        private float[] scores(Random random) {
            float[] scores = new float[20];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = random.nextFloat();
            }
            return scores;
        }

        @Test
        @DisplayName("equals the ranking metrics over the same scores")
        void equalsMetrics() {
            Random random = new Random(1);
            QualityRecorder quality = new QualityRecorder(1000, 1);
            RankingMetrics.Accumulator global = new RankingMetrics.Accumulator();
            RankingMetrics.Accumulator personalized = new RankingMetrics.Accumulator();
            for (int i = 0; i < 500; i++) {
                float[] g = scores(random);
                float[] p = scores(random);
                global.add(g[0], Arrays.copyOfRange(g, 1, 20));
                personalized.add(p[0], Arrays.copyOfRange(p, 1, 20));
                quality.record(g, p, i % 60);
            }
            StreamQuality result = quality.result();
            assertThat(result.global()).isEqualTo(global.result());
            assertThat(result.personalized()).isEqualTo(personalized.result());
            assertThat(quality.running().globalUserAuc())
                    .isCloseTo(global.result().userAuc(), within(1e-12));
        }

        @Test
        @DisplayName("by age holds every ranking once, in ranges without gaps")
        void ages() {
            QualityRecorder quality = new QualityRecorder(10, 1);
            float[] below = {0, 1};
            float[] above = {1, 0};
            for (int age = 0; age < 100; age++) {
                quality.record(below, age < 50 ? above : below, age);
            }
            StreamQuality result = quality.result();
            assertThat(result.rankings()).isEqualTo(100);
            assertThat(result.byAge().stream().mapToLong(AgeQuality::rankings).sum())
                    .isEqualTo(100);
            assertThat(result.byAge())
                    .extracting(AgeQuality::fromAge)
                    .containsExactly(0L, 1L, 3L, 6L, 11L, 21L, 51L);
            assertThat(result.byAge().get(0).gain()).isEqualTo(1);
            assertThat(result.byAge().get(0).gainMargin()).isNull();
            assertThat(result.byAge().get(5).rankings()).isEqualTo(30);
            assertThat(result.byAge().get(5).gainMargin()).isPositive();
            assertThat(result.byAge().get(6).toAge()).isNull();
            assertThat(result.byAge().get(6).gain()).isZero();
        }

        @Test
        @DisplayName("samples uniformly when there is too much")
        void sample() {
            QualityRecorder quality = new QualityRecorder(500, 3);
            float[] below = {0, 1};
            float[] above = {1, 0};
            for (int i = 0; i < 10_000; i++) {
                quality.record(i < 3000 ? above : below, above, 0);
            }
            assertThat(quality.result().global().users()).isEqualTo(500);
            assertThat(quality.result().global().userAuc()).isCloseTo(0.3, within(0.06));
            assertThat(quality.running().globalUserAuc()).isCloseTo(0.3, within(1e-9));
        }

        @Test
        @DisplayName("is nothing without rankings")
        void none() {
            StreamQuality result = new QualityRecorder(10, 1).result();
            assertThat(result.global()).isNull();
            assertThat(result.byAge()).isEmpty();
        }

        @Test
        @DisplayName("refuses an age below 0: such a ranking knew its answer")
        void age() {
            assertThatThrownBy(
                            () -> new QualityRecorder(10, 1).record(new float[2], new float[2], -1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
