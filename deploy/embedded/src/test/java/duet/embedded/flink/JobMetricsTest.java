package duet.embedded.flink;

import static org.assertj.core.api.Assertions.assertThat;

import duet.testkit.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The metrics of a job")
class JobMetricsTest {

    private static final int COUNTERS = 20_000;

    private final JobMetrics metrics = new JobMetrics();
    private final MetricReporter reporter = metrics.reporter();

    @Test
    @DisplayName("count what ended and what goes on, by name")
    void sums() {
        Counter ended = counter(3);
        add(ended, "done");
        add(counter(4), "done");
        add(counter(5), "other");
        remove(ended, "done");

        assertThat(metrics.count("done")).isEqualTo(7);
        assertThat(metrics.count("other")).isEqualTo(5);
    }

    @Test
    @DisplayName("count a counter once, however often its end is told, and not one never heard of")
    void endsOnce() {
        Counter ended = counter(3);
        add(ended, "done");
        remove(ended, "done");
        remove(ended, "done");
        remove(counter(9), "done");

        assertThat(metrics.count("done")).isEqualTo(3);
    }

    @Test
    @DisplayName("count every counter exactly once while it ends")
    void oneSumWhileCountersEnd() throws Exception {
        List<Counter> counters = Stream.generate(() -> counter(1)).limit(COUNTERS).toList();
        counters.forEach(counter -> add(counter, "done"));

        CompletableFuture<Void> end =
                CompletableFuture.runAsync(
                        () -> counters.forEach(counter -> remove(counter, "done")));
        do {
            assertThat(metrics.count("done")).isEqualTo(COUNTERS);
        } while (!end.isDone());

        Eventually.get("the end of all counters", end);
        assertThat(metrics.count("done")).isEqualTo(COUNTERS);
    }

    private static Counter counter(long count) {
        Counter counter = new SimpleCounter();
        counter.inc(count);
        return counter;
    }

    private void add(Counter counter, String name) {
        reporter.notifyOfAddedMetric(counter, name, new UnregisteredMetricsGroup());
    }

    private void remove(Counter counter, String name) {
        reporter.notifyOfRemovedMetric(counter, name, new UnregisteredMetricsGroup());
    }
}
