package duet.simulator.fleet.account;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import duet.simulator.measurement.Latencies;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.Stage;
import duet.simulator.summary.LoadGenerator;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * Watches what this process does to the run: its pauses for garbage collection, its processor time,
 * and the buffer of its producer. Any thread may ask.
 */
public final class LoadGeneratorWatch implements AutoCloseable {
    /** Names the collectors that work beside the program: their cycles are no pauses. */
    private static final List<String> CONCURRENT = List.of("Cycles", "Concurrent");

    private static final String PRODUCER_METRICS = "producer-metrics";
    private static final String BUFFER_WAIT = "bufferpool-wait-time-ns-total";

    private final AtomicLong longestPauseMillis = new AtomicLong();
    private final AtomicLong longestTakenMicros = new AtomicLong();
    private final Supplier<Map<MetricName, ? extends Metric>> producer;
    private final NotificationListener listener = (notification, unused) -> noted(notification);
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private volatile Sample begin;
    private volatile @Nullable Sample end;

    /** Says how many milliseconds the producer had let its callers wait when the watch began. */
    private volatile double blockedBeforeMillis;

    /** Holds the process's clocks at one moment. */
    private record Sample(long wallMicros, long processorNanos) {
        static Sample take(long wallMicros) {
            return new Sample(wallMicros, usedProcessorNanos());
        }
    }

    private LoadGeneratorWatch(Supplier<Map<MetricName, ? extends Metric>> producer) {
        this.producer = producer;
    }

    /**
     * Starts to watch from now on.
     *
     * @param producer what the producer says of itself
     */
    public static LoadGeneratorWatch start(
            long nowMicros, Supplier<Map<MetricName, ? extends Metric>> producer) {
        LoadGeneratorWatch watch = new LoadGeneratorWatch(producer);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (CONCURRENT.stream().noneMatch(collector.getName()::contains)
                    && collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(watch.listener, null, null);
                watch.emitters.add(emitter);
            }
        }
        watch.restart(nowMicros);
        return watch;
    }

    /** Forgets what was before: the warm-up is over. */
    public void restart(long nowMicros) {
        longestPauseMillis.set(0);
        longestTakenMicros.set(0);
        blockedBeforeMillis = blockedMillis();
        begin = Sample.take(nowMicros);
        end = null;
    }

    /**
     * Says that the brokers have taken a window, or refused it, so many microseconds after it was
     * handed to the producer.
     */
    public void taken(long micros) {
        longestTakenMicros.accumulateAndGet(micros, Math::max);
    }

    /** Returns the longest time that the brokers took for a window, in microseconds. */
    public long longestTakenMicros() {
        return longestTakenMicros.get();
    }

    /** Says that sending is over; what comes now no longer counts. */
    public void sendingOver(long nowMicros) {
        end = Sample.take(nowMicros);
    }

    /**
     * Returns what was seen, and whether it means that this process limited the run.
     *
     * @param latencies of the same time
     * @param unsent arrivals that never were
     */
    public LoadGenerator facts(Latencies latencies, long unsent) {
        double share = processorShare();
        LatencySummary delay = latencies.summary(Stage.SEND_DELAY);
        long behind = latencies.above(Stage.SEND_DELAY, FleetState.BEHIND_MICROS);
        double pause = longestPauseMillis.get();
        LoadGeneratorVerdict verdict =
                LoadGeneratorVerdict.of(
                        delay, behind, unsent, share, pause, blockedMillis() - blockedBeforeMillis);
        return new LoadGenerator(
                verdict.bottleneck(),
                verdict.brokersSlow(),
                verdict.reasons(),
                delay,
                unsent,
                behind,
                share,
                pause);
    }

    /**
     * Returns how many milliseconds the producer has let its callers wait for room in its buffer.
     */
    private double blockedMillis() {
        for (Map.Entry<MetricName, ? extends Metric> metric : producer.get().entrySet()) {
            if (metric.getKey().group().equals(PRODUCER_METRICS)
                    && metric.getKey().name().equals(BUFFER_WAIT)
                    && metric.getValue().metricValue() instanceof Double nanos) {
                return nanos / TimeUnit.MILLISECONDS.toNanos(1);
            }
        }
        return 0;
    }

    private double processorShare() {
        Sample first = begin;
        Sample last = end;
        if (last == null || last.wallMicros <= first.wallMicros) {
            return 0;
        }
        double used = TimeUnit.NANOSECONDS.toMicros(last.processorNanos - first.processorNanos);
        double had =
                (double) (last.wallMicros - first.wallMicros)
                        * Runtime.getRuntime().availableProcessors();
        return Math.min(1, used / had);
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException("a collector forgot who listens", e);
            }
        }
        emitters.clear();
    }

    private void noted(Notification notification) {
        if (notification
                .getType()
                .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            long millis =
                    GarbageCollectionNotificationInfo.from(
                                    (CompositeData) notification.getUserData())
                            .getGcInfo()
                            .getDuration();
            longestPauseMillis.accumulateAndGet(millis, Math::max);
        }
    }

    private static long usedProcessorNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
