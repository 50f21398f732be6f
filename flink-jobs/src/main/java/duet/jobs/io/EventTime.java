package duet.jobs.io;

import duet.jobs.config.MetricNames;
import duet.jobs.generation.DeviceWindow;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The event time of a window is when its device meant to send it, in milliseconds since the epoch.
 * A clock that is ahead of the job's is set back to it, so that one device cannot push the time of
 * all others.
 */
public final class EventTime {
    private EventTime() {}

    /**
     * Returns watermarks over the partitions that windows were read from, and the gauge {@link
     * MetricNames#EVENT_TIME_LAG_MS}.
     *
     * @param idleness time without a window after which a partition holds nothing back; positive
     */
    public static WatermarkStrategy<DeviceWindow> strategy(Duration idleness) {
        long idleNanos = idleness.toNanos();
        WatermarkStrategy<DeviceWindow> watermarks =
                context -> {
                    RelativeClock clock = context.getInputActivityClock();
                    PartitionTimes times = new PartitionTimes(idleNanos, clock::relativeTimeNanos);
                    context.getMetricGroup().gauge(MetricNames.EVENT_TIME_LAG_MS, times::lagMillis);
                    return new Watermarks(times);
                };
        return watermarks.withTimestampAssigner((window, before) -> sentAtMillis(window));
    }

    private static long sentAtMillis(DeviceWindow window) {
        return TimeUnit.MICROSECONDS.toMillis(
                Math.min(window.sentAtMicros(), window.receivedAtMicros()));
    }

    /** The watermarks pass what Flink asks and tells on to the times of the partitions. */
    private static final class Watermarks implements WatermarkGenerator<DeviceWindow> {
        private final PartitionTimes times;

        Watermarks(PartitionTimes times) {
            this.times = times;
        }

        @Override
        public void onEvent(DeviceWindow window, long sentAtMillis, WatermarkOutput output) {
            times.seen(
                    window.origin().partition(),
                    sentAtMillis,
                    TimeUnit.MICROSECONDS.toMillis(window.receivedAtMicros()));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            times.progress()
                    .ifPresentOrElse(
                            // Windows of the same millisecond may follow.
                            newest -> output.emitWatermark(new Watermark(newest - 1)),
                            output::markIdle);
        }
    }
}
