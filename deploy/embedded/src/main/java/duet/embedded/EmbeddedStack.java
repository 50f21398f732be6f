package duet.embedded;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.flink.JobMetrics;
import duet.embedded.kafka.EmbeddedBroker;
import duet.operations.topics.DuetTopics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs the cloud side in this JVM: a broker with Duet's topics, a Flink cluster, and a job running
 * on it. Devices are all that is missing.
 */
public final class EmbeddedStack implements AutoCloseable {

    private static final String JOB = "duet-parameter-generation";

    /**
     * The limit is long enough for a machine that is busy with other things; a job that fails does
     * not take so long.
     */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    /**
     * There are two partitions even for one subtask, so that partitioning by device is never
     * trivial.
     */
    private static final int LEAST_PARTITIONS = 2;

    private final EmbeddedBroker broker;
    private final EmbeddedFlink flink;
    private final JobClient job;
    private final CompletableFuture<JobExecutionResult> result;

    private EmbeddedStack(EmbeddedBroker broker, EmbeddedFlink flink, JobClient job) {
        this.broker = broker;
        this.flink = flink;
        this.job = job;
        this.result = job.getJobExecutionResult();
    }

    /**
     * Starts broker and cluster side by side, then the job, and returns once it reads windows.
     *
     * @param job adds the job to an environment, given where its brokers are; what it throws, this
     *     throws
     * @param parallelism subtasks of the job
     * @throws IllegalStateException if broker or cluster do not start; nothing is left behind then
     */
    public static EmbeddedStack start(
            BiConsumer<StreamExecutionEnvironment, String> job, int parallelism) {
        CompletableFuture<EmbeddedBroker> starting =
                CompletableFuture.supplyAsync(EmbeddedBroker::start);
        EmbeddedFlink flink = null;
        try {
            flink = EmbeddedFlink.start(parallelism);
            EmbeddedBroker broker = started(starting);
            broker.createTopics(DuetTopics.all(Math.max(LEAST_PARTITIONS, parallelism)));
            StreamExecutionEnvironment environment = flink.environment();
            job.accept(environment, broker.bootstrapServers());
            JobClient client = flink.submit(environment, JOB);
            flink.awaitRunning(client, START_TIMEOUT);
            return new EmbeddedStack(broker, flink, client);
        } catch (RuntimeException | Error e) {
            if (flink != null) {
                flink.close();
            }
            // Waits for a start under way: what is starting has to be stopped as well.
            starting.thenAccept(EmbeddedBroker::close).exceptionally(failed -> null).join();
            throw e;
        }
    }

    private static EmbeddedBroker started(CompletableFuture<EmbeddedBroker> starting) {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Returns where clients connect, {@code host:port}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Returns what the job has counted, by the names of {@code duet.jobs}. */
    public JobMetrics metrics() {
        return flink.metrics();
    }

    /**
     * Does nothing while the job runs.
     *
     * @throws IllegalStateException if it has ended, with the reason
     */
    public void requireRunning() {
        if (!result.isDone()) {
            return;
        }
        try {
            result.get();
            throw new IllegalStateException("the generation job ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the generation job failed", e.getCause());
        }
    }

    /** Stops the job, the cluster and the broker. */
    @Override
    public void close() {
        // In this order nobody misses what he talks to, and nothing has to be logged about it.
        try (broker;
                flink) {
            flink.cancel(job, STOP_TIMEOUT);
        }
    }
}
