package duet.embedded.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.metrics.MetricRegistryConfiguration;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.metrics.ReporterSetup;
import org.apache.flink.runtime.metrics.ReporterSetupBuilder;
import org.apache.flink.runtime.metrics.filter.DefaultReporterFilters;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.FileUtils;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs a Flink cluster inside this JVM: one JobManager, one TaskManager, no web interface.
 *
 * <p>It is up before the first job is submitted, so that it can start beside a broker, and it
 * outlives its jobs. Its temporary files go away with {@link #close()}, or when the JVM is stopped
 * by a signal.
 */
public final class EmbeddedFlink implements AutoCloseable {

    /** What the names of the clusters' directories of this JVM begin with. */
    public static final String DIRECTORY_PREFIX =
            "duet-flink-" + ProcessHandle.current().pid() + "-";

    private static final int CLOSE_TIMEOUT_SECONDS = 60;

    /**
     * All parts are in this JVM: one that does not answer is slow, on a machine that is busy, and
     * not gone.
     */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private static final int POLL_MILLIS = 20;

    private final Path directory;
    private final JobMetrics metrics = new JobMetrics();
    private final MiniCluster cluster;
    private final Configuration configuration;
    private final Thread shutdownHook = new Thread(this::stopWithJvm, "duet-flink-shutdown");
    private boolean stopped;

    private EmbeddedFlink(int slots, Configuration overrides) throws IOException {
        directory = Files.createTempDirectory(DIRECTORY_PREFIX);
        configuration = configuration(slots, directory);
        configuration.addAll(overrides);
        cluster =
                new ObservedMiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .withRandomPorts()
                                .build(),
                        metrics);
    }

    /**
     * Starts a cluster.
     *
     * @param slots task slots, the highest parallelism a job can have
     * @throws IllegalStateException when Flink does not start; nothing is left behind then
     */
    public static EmbeddedFlink start(int slots) {
        return start(slots, new Configuration());
    }

    /**
     * Starts a cluster as {@link #start(int)} does, with Flink settings of the caller's own over
     * the defaults.
     *
     * @param overrides cluster configuration
     */
    public static EmbeddedFlink start(int slots, Configuration overrides) {
        EmbeddedFlink flink;
        try {
            flink = new EmbeddedFlink(slots, overrides);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make a temporary directory for the embedded Flink cluster", e);
        }
        try {
            flink.cluster.start();
            Runtime.getRuntime().addShutdownHook(flink.shutdownHook);
            return flink;
        } catch (Exception | LinkageError e) {
            flink.stop();
            throw new IllegalStateException(
                    "the embedded Flink cluster did not start: " + e.getMessage(), e);
        }
    }

    private static Configuration configuration(int slots, Path directory) {
        Configuration configuration = new Configuration();
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, slots);
        configuration.set(CoreOptions.TMP_DIRS, directory.toString());
        // Jobs come from this JVM's class path: there is no class loader of theirs that could leak.
        configuration.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
        configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        // 2 MiB of buffers for each of a few dozen channels; state is on the heap, so hardly any
        // managed memory.
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        // In files: the state of ten thousand devices is more than a JobManager keeps in memory.
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RpcOptions.ASK_TIMEOUT_DURATION, SILENCE);
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, SILENCE);
        // JobMetrics reads the metrics where they are; nobody fetches them.
        configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ZERO);
        return configuration;
    }

    /**
     * Returns an environment to build a job in. Run it with {@link #submit}, not with its own
     * {@code execute}, which would start a cluster of its own.
     */
    public StreamExecutionEnvironment environment() {
        return StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    }

    /**
     * Submits the job that was built in an environment and returns as soon as the cluster has taken
     * it.
     *
     * @param name the job's name
     * @return the job: its status, its result, and how to cancel it
     * @throws IllegalStateException when the cluster refuses the job, naming the reason
     */
    public JobClient submit(StreamExecutionEnvironment environment, String name) {
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name);
        try {
            var submitted = cluster.submitJob(graph).join();
            return new MiniClusterJobClient(
                    submitted.getJobID(),
                    cluster,
                    getClass().getClassLoader(),
                    JobFinalizationBehavior.NOTHING);
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "the embedded Flink cluster refused the job "
                            + name
                            + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    /**
     * Waits until every task of a job runs: models are loaded then, and the first record does not
     * wait for them.
     *
     * @throws IllegalStateException if the job ends before, with the reason, or does not get there
     *     in time
     */
    public void awaitRunning(JobClient job, Duration atMost) {
        CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!allTasksRun(job)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the job did not start within " + atMost.toSeconds() + " s");
            }
            try {
                result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                throw new IllegalStateException("the job ended before all of its tasks ran");
            } catch (TimeoutException e) {
                // It runs on, as it should.
            } catch (ExecutionException e) {
                throw new IllegalStateException("the job failed to start", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the job started", e);
            }
        }
    }

    private boolean allTasksRun(JobClient job) {
        AccessExecutionGraph graph = cluster.getExecutionGraph(job.getJobID()).join();
        if (graph.getState() != JobStatus.RUNNING) {
            return false;
        }
        for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
            if (task.getExecutionState() != ExecutionState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    /**
     * Cancels a job and waits until it is gone. A job that has ended already is left alone.
     *
     * @throws IllegalStateException if it is still there after the time
     */
    public void cancel(JobClient job, Duration atMost) {
        CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
        if (result.isDone()) {
            return;
        }
        job.cancel();
        try {
            result.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // A cancelled job has no result.
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the job was not cancelled within " + atMost.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the metrics of this cluster's jobs. */
    public JobMetrics metrics() {
        return metrics;
    }

    /** Returns the directory of the cluster's temporary files until {@link #close()}. */
    Path directory() {
        return directory;
    }

    /**
     * Stops the cluster and with it every job, and deletes its files. Closing twice does nothing.
     */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is going down and runs, or has run, the hook itself.
        }
    }

    /**
     * Stops the cluster without a word: whoever ends the JVM, with Ctrl-C for example, does not
     * want to read what jobs say of being torn down.
     */
    private void stopWithJvm() {
        Configurator.setRootLevel(Level.OFF);
        stop();
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            cluster.closeAsync().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the embedded Flink cluster did not stop cleanly", e);
        } finally {
            FileUtils.deleteDirectoryQuietly(directory.toFile());
        }
    }

    /**
     * Runs a MiniCluster whose metrics also go to a reporter that this JVM holds, beside those that
     * are configured.
     */
    @SuppressWarnings(
            "try") // MiniCluster.close may be interrupted, which javac warns about in each
    // subclass.
    private static final class ObservedMiniCluster extends MiniCluster {

        private final JobMetrics metrics;

        ObservedMiniCluster(MiniClusterConfiguration configuration, JobMetrics metrics) {
            super(configuration);
            this.metrics = metrics;
        }

        @Override
        protected MetricRegistryImpl createMetricRegistry(
                Configuration configuration, long maximumMessageSize) {
            List<ReporterSetup> reporters =
                    new ArrayList<>(
                            ReporterSetupBuilder.METRIC_SETUP_BUILDER.fromConfiguration(
                                    configuration,
                                    DefaultReporterFilters::metricsFromConfiguration,
                                    null));
            reporters.add(
                    ReporterSetupBuilder.METRIC_SETUP_BUILDER.forReporter(
                            "duet", metrics.reporter()));
            return new MetricRegistryImpl(
                    MetricRegistryConfiguration.fromConfiguration(
                            configuration, maximumMessageSize),
                    reporters);
        }
    }
}
