package duet.bench.measurement;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.flink.JobMetrics;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.InitialReleases;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.Preflight;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.operations.broker.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs a broker and a Flink cluster in this JVM with topics for measurements; either job can be run
 * over them.
 */
public final class BenchStack implements AutoCloseable {
    /** A topic has so many partitions, as on a small cluster. */
    private static final int PARTITIONS = 4;

    private static final String PREFIX = "duet.bench.";

    /**
     * These loggers tell of checkpoints and commits that a job has no more time for, which says
     * nothing here: a job that fails says so by its result.
     */
    private static final List<String> OFTEN_WRONG_AT_AN_END =
            List.of(
                    "org.apache.flink.runtime.checkpoint.CheckpointFailureManager",
                    "org.apache.flink.runtime.rpc.pekko.FencedPekkoRpcActor",
                    "org.apache.kafka.clients.consumer.internals.ConsumerCoordinator",
                    "org.apache.flink.connector.kafka.source.reader.KafkaSourceReader");

    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private final EmbeddedBroker broker;
    private final EmbeddedFlink flink;
    private final BenchTopics topics;
    private final Configuration common = new Configuration();
    private final Map<String, Level> levels = new HashMap<>();
    private int jobs;
    private int names;

    private BenchStack(EmbeddedBroker broker, EmbeddedFlink flink) {
        this.broker = broker;
        this.flink = flink;
        topics =
                new BenchTopics(
                        KafkaClients.admin(broker.bootstrapServers()), PARTITIONS, 1, PREFIX);
        for (String logger : OFTEN_WRONG_AT_AN_END) {
            levels.put(logger, LogManager.getLogger(logger).getLevel());
            Configurator.setLevel(logger, Level.OFF);
        }
        common.set(DuetOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        common.set(DuetOptions.START_OFFSETS, DuetOptions.StartOffsets.EARLIEST);
        common.set(DuetOptions.MODELS_TOPIC, topics.small("models"));
        common.set(DuetOptions.RELEASE_STATUS_TOPIC, topics.small("release-status"));
        common.set(DuetOptions.DEVICE_RESETS_TOPIC, topics.small("device-resets"));
        common.set(DuetOptions.DEAD_LETTERS_TOPIC, topics.small("dead-letters"));
    }

    /**
     * Starts both.
     *
     * @param parallelism subtasks of a job
     * @param overrides settings of Flink over the usual ones
     * @throws IllegalStateException if one does not start; nothing is left behind then
     */
    public static BenchStack start(int parallelism, Configuration overrides) {
        EmbeddedBroker broker = null;
        EmbeddedFlink flink = null;
        try {
            // What a run wrote is gone before the next one needs the room.
            broker = EmbeddedBroker.start(Map.of("log.segment.delete.delay.ms", "0"));
            flink = EmbeddedFlink.start(parallelism, overrides);
            return new BenchStack(broker, flink);
        } catch (RuntimeException | Error e) {
            if (flink != null) {
                flink.close();
            }
            if (broker != null) {
                broker.close();
            }
            throw e;
        }
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    public BenchTopics topics() {
        return topics;
    }

    /** Returns a name for a topic that no other has. */
    public synchronized String nextName() {
        return String.valueOf(++names);
    }

    public JobMetrics metrics() {
        return flink.metrics();
    }

    /**
     * Starts the generation job and returns once all of its tasks run.
     *
     * @param windows topic it reads from the first window on
     * @param output topic it writes to
     * @param bounded whether it ends after the windows that are there
     * @param bundle the model it serves
     * @param further options over the job's defaults
     */
    public StartedJob generation(
            String windows, String output, boolean bounded, Path bundle, Configuration further) {
        Configuration options = new Configuration(further);
        options.set(DuetOptions.BUNDLE, bundle.toAbsolutePath().toString());
        GenerationOptions checked = options(windows, output, bounded, options);
        StreamExecutionEnvironment environment = flink.environment();
        ParameterGenerationJob.addTo(environment, checked, InitialReleases.read(checked));
        return submit(environment, MeasuredJob.GENERATION);
    }

    /**
     * Does what {@link #generation} does, with the job that passes records of a size through.
     *
     * @param recordBytes size of a record without its key
     */
    public StartedJob passThrough(String windows, String output, boolean bounded, int recordBytes) {
        GenerationOptions checked = options(windows, output, bounded, new Configuration());
        StreamExecutionEnvironment environment = flink.environment();
        PassThroughJob.addTo(environment, checked, recordBytes);
        return submit(environment, MeasuredJob.PASS_THROUGH);
    }

    private GenerationOptions options(
            String windows, String output, boolean bounded, Configuration further) {
        Configuration options = new Configuration(common);
        options.addAll(further);
        options.set(DuetOptions.WINDOWS_TOPIC, windows);
        options.set(DuetOptions.DELTAS_TOPIC, output);
        options.set(DuetOptions.GROUP_ID, PREFIX + ++jobs);
        options.set(DuetOptions.BOUNDED, bounded);
        GenerationOptions checked = GenerationOptions.from(options);
        Preflight.check(checked);
        return checked;
    }

    private StartedJob submit(StreamExecutionEnvironment environment, MeasuredJob job) {
        return new StartedJob(flink.submit(environment, "duet-bench-" + job.key()));
    }

    /** Stands for a job on this stack; closing it cancels it where it has not ended. */
    public final class StartedJob implements RunningJob, AutoCloseable {
        private final JobClient client;
        private final CompletableFuture<JobExecutionResult> result;

        private StartedJob(JobClient client) {
            this.client = client;
            result = client.getJobExecutionResult();
        }

        /** Waits until all of its tasks run; only for a job that does not end by itself. */
        public StartedJob awaitRunning() {
            flink.awaitRunning(client, START_TIMEOUT);
            return this;
        }

        @Override
        public boolean ended() {
            if (!result.isDone()) {
                return false;
            }
            try {
                result.get();
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the job failed", e.getCause());
            }
        }

        @Override
        public String trouble() {
            return "";
        }

        @Override
        public void close() {
            flink.cancel(client, STOP_TIMEOUT);
        }
    }

    /** Stops everything. */
    @Override
    public void close() {
        try (broker;
                topics;
                flink) {
            // In this order nobody misses what he talks to.
        } finally {
            levels.forEach(Configurator::setLevel);
        }
    }
}
