package duet.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.MetricNames;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.Windows;
import duet.jobs.history.ItemIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class EventTimeTest {
    private static final WatermarkStrategy<DeviceWindow> STRATEGY =
            EventTime.strategy(Duration.ofSeconds(10));

    private final ManualClock clock = new ManualClock();
    private final MetricListener metrics = new MetricListener();
    private final WatermarkGenerator<DeviceWindow> generator =
            STRATEGY.createWatermarkGenerator(
                    new WatermarkGeneratorSupplier.Context() {
                        @Override
                        public MetricGroup getMetricGroup() {
                            return metrics.getMetricGroup();
                        }

                        @Override
                        public RelativeClock getInputActivityClock() {
                            return clock;
                        }
                    });
    private final List<String> seen = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    seen.add("watermark " + watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    seen.add("idle");
                }

                @Override
                public void markActive() {
                    seen.add("active");
                }
            };

    private static DeviceWindow window(int partition, long sentAtMillis, long receivedAtMillis) {
        return new DeviceWindow(
                "d",
                Windows.VERSION,
                0,
                new ItemIds(1),
                new long[] {1},
                sentAtMillis * 1_000 + 999,
                receivedAtMillis * 1_000,
                new DeviceWindow.Origin(partition, 0, null));
    }

    private static long time(DeviceWindow window) {
        return STRATEGY.createTimestampAssigner(null).extractTimestamp(window, Long.MIN_VALUE);
    }

    private void read(int partition, long sentAtMillis, long receivedAtMillis) {
        DeviceWindow window = window(partition, sentAtMillis, receivedAtMillis);
        generator.onEvent(window, time(window), output);
    }

    private long lag() {
        Gauge<Long> gauge = metrics.<Long>getGauge(MetricNames.EVENT_TIME_LAG_MS).orElseThrow();
        return gauge.getValue();
    }

    @Test
    void isWhenTheDeviceMeantToSend() {
        assertThat(time(window(0, 7_000, 7_500))).isEqualTo(7_000);
    }

    @Test
    void isNeverAheadOfTheJobsOwnClock() {
        assertThat(time(window(0, 99_000, 7_500))).isEqualTo(7_500);
    }

    @Test
    void isHeldBackByAPartitionThatIsSlowAndNotByOneThatIsSilent() {
        read(0, 9_000, 9_010);
        read(1, 4_000, 9_020);
        generator.onPeriodicEmit(output);
        assertThat(lag()).isEqualTo(5_020);
        clock.advanceTime(Duration.ofSeconds(10));
        read(0, 19_000, 19_010);
        generator.onPeriodicEmit(output);

        assertThat(seen).containsExactly("watermark 3999", "watermark 18999");
        assertThat(lag()).isEqualTo(10);
    }

    @Test
    void holdsNobodyBackWhereAllPartitionsAreSilent() {
        generator.onPeriodicEmit(output);
        read(0, 9_000, 12_000);
        generator.onPeriodicEmit(output);
        clock.advanceTime(Duration.ofSeconds(10));
        generator.onPeriodicEmit(output);

        assertThat(seen).containsExactly("idle", "watermark 8999", "idle");
        assertThat(lag()).isZero();
    }
}
