package duet.embedded.flink;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/**
 * Reads the metrics of the jobs in this JVM by their name, without the ten seconds that Flink's web
 * interface takes to refresh them.
 *
 * <p>A counter that ended, because its job did or because a task restarted, keeps counting in
 * {@link #count}: the sum is over all attempts. All methods may be called from any thread.
 */
public final class JobMetrics {

    private final Map<Metric, String> live = new ConcurrentHashMap<>();

    /**
     * Sums of the counters that are live no more; guarded by itself, together with the step of a
     * counter from there to here, which a sum must see wholly or not at all.
     */
    private final Map<String, Long> ended = new HashMap<>();

    JobMetrics() {}

    /**
     * Returns the sum of all counters of this name, over subtasks and attempts; 0 when there is
     * none.
     */
    public long count(String name) {
        synchronized (ended) {
            long sum = ended.getOrDefault(name, 0L);
            for (Map.Entry<Metric, String> entry : live.entrySet()) {
                if (entry.getValue().equals(name) && entry.getKey() instanceof Counter counter) {
                    sum += counter.getCount();
                }
            }
            return sum;
        }
    }

    /**
     * Returns the sum of all numeric gauges of this name, over subtasks; empty when there is none.
     */
    public Optional<Double> gauge(String name) {
        return live.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(entry -> entry.getKey() instanceof Gauge<?> gauge ? gauge.getValue() : null)
                .filter(Number.class::isInstance)
                .map(value -> ((Number) value).doubleValue())
                .reduce(Double::sum);
    }

    /**
     * Returns the statistics of the histogram of this name that has seen most values; empty when
     * there is none.
     */
    public Optional<HistogramStatistics> histogram(String name) {
        return live.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .filter(Histogram.class::isInstance)
                .map(Histogram.class::cast)
                .max((a, b) -> Long.compare(a.getCount(), b.getCount()))
                .map(Histogram::getStatistics);
    }

    /** Returns the side that Flink's metric registry talks to. */
    MetricReporter reporter() {
        return new MetricReporter() {
            @Override
            public void open(MetricConfig config) {}

            @Override
            public void close() {}

            @Override
            public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
                live.put(metric, name);
            }

            @Override
            public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
                synchronized (ended) {
                    if (live.remove(metric) != null && metric instanceof Counter counter) {
                        ended.merge(name, counter.getCount(), Long::sum);
                    }
                }
            }
        };
    }
}
