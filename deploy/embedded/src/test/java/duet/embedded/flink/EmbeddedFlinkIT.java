package duet.embedded.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An embedded Flink cluster")
class EmbeddedFlinkIT {

    @Test
    @DisplayName("runs a job to its end and counts what it did, over all subtasks")
    void runsAJob() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(2)) {
            JobClient job = flink.submit(summing(flink, 1_000, false), "sum");

            JobExecutionResult result =
                    Eventually.get("the end of the job", job.getJobExecutionResult());

            assertThat(result.<Long>getAccumulatorResult("sum")).isEqualTo(499_500L);
            assertThat(flink.metrics().count("summed")).isEqualTo(1_000);
            assertThat(flink.metrics().count("never heard of")).isZero();
        }
    }

    @Test
    @DisplayName("runs jobs one after the other")
    void twoJobs() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(1)) {
            for (int i = 0; i < 2; i++) {
                JobClient job = flink.submit(summing(flink, 10, false), "sum " + i);
                assertThat(
                                Eventually.get("the end of the job", job.getJobExecutionResult())
                                        .<Long>getAccumulatorResult("sum"))
                        .isEqualTo(45L);
            }
        }
    }

    @Test
    @DisplayName("cancels a job that has no end")
    void cancels() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(1)) {
            JobClient job = flink.submit(summing(flink, Long.MAX_VALUE, false), "endless");
            flink.awaitRunning(job, Eventually.limit());
            assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
            flink.cancel(job, Eventually.limit());
            assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.CANCELED);
            flink.cancel(job, Eventually.limit());
        }
    }

    @Test
    @DisplayName("tells why a job failed")
    void failure() {
        try (EmbeddedFlink flink = EmbeddedFlink.start(1)) {
            JobClient job = flink.submit(summing(flink, 10, true), "failing");
            assertThatThrownBy(() -> Eventually.get("the failure", job.getJobExecutionResult()))
                    .hasStackTraceContaining("the map refuses 7");
        }
    }

    @Test
    @DisplayName("does not wait for a job that failed at its start, and tells why")
    void failureAtStart() {
        try (EmbeddedFlink flink = EmbeddedFlink.start(1)) {
            StreamExecutionEnvironment environment = flink.environment();
            environment
                    .fromSequence(0, Long.MAX_VALUE)
                    .map(new Unopenable())
                    .sinkTo(new DiscardingSink<>());
            JobClient job = flink.submit(environment, "unopenable");
            assertThatThrownBy(() -> flink.awaitRunning(job, Eventually.limit()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the job failed to start")
                    .hasStackTraceContaining("no model here");
        }
    }

    @Test
    @DisplayName("stops with a job still running and leaves no files, twice in one JVM")
    void leavesNothing() {
        List<Path> directories = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (EmbeddedFlink flink = EmbeddedFlink.start(2)) {
                flink.submit(summing(flink, Long.MAX_VALUE, false), "endless");
                directories.add(flink.directory());
                assertThat(flink.directory()).exists();
            }
        }
        assertThat(directories).doesNotHaveDuplicates().noneMatch(Files::exists);
        Eventually.until("the end of all threads", EmbeddedFlinkIT::threads, List::isEmpty);
    }

    /** Names of the threads of clusters and their jobs that are left. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("flink-pekko") || name.contains("endless"))
                .toList();
    }

    private static StreamExecutionEnvironment summing(
            EmbeddedFlink flink, long count, boolean fail) {
        StreamExecutionEnvironment environment = flink.environment();
        environment.fromSequence(0, count - 1).map(new Sum(fail)).sinkTo(new DiscardingSink<>());
        return environment;
    }

    private static final class Sum extends RichMapFunction<Long, Long> {
        private final boolean fail;
        private transient LongCounter sum;
        private transient Counter summed;

        Sum(boolean fail) {
            this.fail = fail;
        }

        @Override
        public void open(OpenContext context) {
            sum = new LongCounter();
            getRuntimeContext().addAccumulator("sum", sum);
            summed = getRuntimeContext().getMetricGroup().counter("summed");
        }

        @Override
        public Long map(Long value) {
            if (fail && value == 7) {
                throw new IllegalArgumentException("the map refuses 7");
            }
            sum.add(value);
            summed.inc();
            return value;
        }
    }

    private static final class Unopenable extends RichMapFunction<Long, Long> {
        @Override
        public void open(OpenContext context) {
            throw new IllegalStateException("no model here");
        }

        @Override
        public Long map(Long value) {
            return value;
        }
    }
}
