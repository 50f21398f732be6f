package duet.jobs.operator;

import duet.jobs.config.MetricNames;
import duet.jobs.history.HistoryMerge;
import duet.jobs.release.ReleaseLoader;
import duet.jobs.release.ReleaseRegistry.Report;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** This class holds the metrics of one subtask of the generation operator. */
final class GenerationMetrics {
    /** The quantiles of a histogram are taken over this many of its newest values. */
    private static final int HISTOGRAM_VALUES = 1_000;

    private static final long MICROS_PER_MILLI = 1_000;

    private final Histogram batchSize;
    private final Histogram batchLatencyMs;
    private final Histogram eventToEmitMs;
    private final Counter generated;
    private final Counter coalesced;
    private final Counter gated;
    private final Histogram driftMilli;
    private final Counter deadLetters;
    private final Counter repeats;
    private final Counter late;
    private final Counter gaps;
    private final Counter jumps;
    private final Counter evictedDevices;
    private final Counter expiredDevices;
    private final Counter unknownItems;
    private final Counter releasesRefused;
    private final Counter deadReleases;
    private final Counter deviceResets;
    private final Counter deadResets;
    private final Map<String, Counter> generatedByVersion = new HashMap<>();
    private final MetricGroup group;
    private volatile double releaseLoadMs;

    GenerationMetrics(MetricGroup group) {
        this.group = group;
        batchSize = histogram(group, MetricNames.BATCH_SIZE);
        batchLatencyMs = histogram(group, MetricNames.BATCH_LATENCY_MS);
        eventToEmitMs = histogram(group, MetricNames.EVENT_TO_EMIT_MS);
        generated = group.counter(MetricNames.GENERATED);
        coalesced = group.counter(MetricNames.COALESCED);
        gated = group.counter(MetricNames.GATED);
        driftMilli = histogram(group, MetricNames.DRIFT_MILLI);
        deadLetters = group.counter(MetricNames.DEAD_LETTERS);
        repeats = group.counter(MetricNames.REPEATS);
        late = group.counter(MetricNames.LATE);
        gaps = group.counter(MetricNames.GAPS);
        jumps = group.counter(MetricNames.JUMPS);
        evictedDevices = group.counter(MetricNames.EVICTED_DEVICES);
        expiredDevices = group.counter(MetricNames.EXPIRED_DEVICES);
        unknownItems = group.counter(MetricNames.UNKNOWN_ITEMS);
        deadReleases = group.counter(MetricNames.DEAD_RELEASES);
        deviceResets = group.counter(MetricNames.DEVICE_RESETS);
        deadResets = group.counter(MetricNames.DEAD_RESETS);
        releasesRefused = group.counter(MetricNames.RELEASES_REFUSED);
        group.gauge(MetricNames.RELEASE_LOAD_MS, () -> releaseLoadMs);
    }

    /** Registers a gauge of how many model versions are served. */
    void servedVersions(Gauge<Integer> served) {
        group.gauge(MetricNames.SERVED_VERSIONS, served);
    }

    /** Registers a gauge of how many devices are held. */
    void heldDevices(Gauge<Integer> held) {
        group.gauge(MetricNames.DEVICES, held);
    }

    void released(Report report) {
        switch (report.state()) {
            case READY -> releaseLoadMs = report.metrics().get(ReleaseLoader.LOAD_MS);
            case REFUSED -> releasesRefused.inc();
            case LOADING, RETIRED -> {}
        }
    }

    void merged(HistoryMerge.Kind kind) {
        switch (kind) {
            case REPEAT -> repeats.inc();
            case LATE -> late.inc();
            case GAP -> gaps.inc();
            case NEW, OVERLAP -> {}
        }
    }

    void jump() {
        jumps.inc();
    }

    void evictedDevice() {
        evictedDevices.inc();
    }

    void expiredDevice() {
        expiredDevices.inc();
    }

    void unknownItems(int items) {
        unknownItems.inc(items);
    }

    void batch(int devices, long startedAtMicros, long finishedAtMicros) {
        batchSize.update(devices);
        batchLatencyMs.update(millis(startedAtMicros, finishedAtMicros));
    }

    void generated(String version, int answeredWindows, long sentAtMicros, long emittedAtMicros) {
        generated.inc();
        generatedByVersion
                .computeIfAbsent(
                        version,
                        served ->
                                group.addGroup(MetricNames.VERSION, served)
                                        .counter(MetricNames.GENERATED_OF_VERSION))
                .inc();
        coalesced.inc(answeredWindows - 1L);
        eventToEmitMs.update(millis(sentAtMicros, emittedAtMicros));
    }

    /**
     * Takes the drift of a device that the policy decided on.
     *
     * @param drift 0 to 2
     */
    void drift(double drift) {
        driftMilli.update(Math.round(1_000 * drift));
    }

    void gated(int windows) {
        gated.inc(windows);
    }

    void deadLetter() {
        deadLetters.inc();
    }

    /**
     * Counts a record of the topic of releases that is none, apart from {@link #deadLetter}, which
     * counts windows alone: their counters add up.
     */
    void deadRelease() {
        deadReleases.inc();
    }

    void deviceReset() {
        deviceResets.inc();
    }

    /** Counts a record of the topic of resets that is none, apart from {@link #deadLetter}, too. */
    void deadReset() {
        deadResets.inc();
    }

    private static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(HISTOGRAM_VALUES));
    }

    /**
     * Returns the milliseconds between two times; clocks of devices are not ours, so a sending time
     * in the future counts as no time.
     */
    private static long millis(long fromMicros, long toMicros) {
        return Math.max(0, (toMicros - fromMicros) / MICROS_PER_MILLI);
    }
}
