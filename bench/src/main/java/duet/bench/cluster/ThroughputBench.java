package duet.bench.cluster;

import duet.bench.measurement.BenchRun;
import duet.bench.measurement.BenchTopics;
import duet.bench.measurement.DrainMeasurement;
import duet.bench.measurement.MeasuredJob;
import duet.bench.measurement.MeasuredProcess;
import duet.bench.measurement.PassThroughJob;
import duet.bench.measurement.RunningJob;
import duet.bench.measurement.WindowBacklog;
import duet.cluster.Cluster;
import duet.cluster.ClusterProcess;
import duet.cluster.ClusterShape;
import duet.cluster.Distribution;
import duet.cluster.FlinkRest;
import duet.cluster.JobSubmission;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the generation job and the pass-through job in turn over the same windows on a cluster, each
 * from the first window to the last, and measures how fast they answer. Its topics and groups are
 * its own and gone once it is closed.
 */
public final class ThroughputBench implements AutoCloseable {

    private static final String PASS_THROUGH_JAR = "duet-pass-through.jar";

    private static final String RECORDED = "profiled";

    private final Cluster cluster;
    private final ModelBundle bundle;
    private final BenchOptions options;
    private final BenchTopics topics;
    private final String windowsTopic;
    private final List<String> commonArguments;
    private final List<String> jobOptions;
    private WindowBacklog.Written written;
    private @Nullable String runningJob;

    /**
     * Makes the topics of a benchmark.
     *
     * @param bundle the model to serve
     * @param jobOptions further options of both jobs, as on their command line
     * @throws duet.schemas.InvalidInputException if the bundle cannot be used
     */
    public ThroughputBench(
            Cluster cluster, Path bundle, BenchOptions options, List<String> jobOptions) {
        this.cluster = cluster;
        this.jobOptions = List.copyOf(jobOptions);
        this.bundle = ModelBundle.open(bundle);
        this.options = options;
        this.topics =
                new BenchTopics(
                        cluster.brokers().admin(),
                        ClusterShape.PARTITIONS,
                        ClusterShape.BROKERS,
                        String.format(
                                Locale.ROOT,
                                "duet.bench-%s.",
                                Long.toString(System.currentTimeMillis(), Character.MAX_RADIX)));
        try {
            this.windowsTopic = topics.traffic("windows");
            this.commonArguments =
                    List.of(
                            "--bootstrap-servers",
                            cluster.shape().bootstrapServers(),
                            "--topic.windows",
                            windowsTopic,
                            "--topic.models",
                            topics.small("models"),
                            "--topic.release-status",
                            topics.small("release-status"),
                            "--topic.device-resets",
                            topics.small("device-resets"),
                            "--topic.dead-letters",
                            topics.small("dead-letters"),
                            "--start-offsets",
                            "earliest",
                            "--bounded",
                            "true");
        } catch (RuntimeException e) {
            topics.close();
            throw e;
        }
    }

    /**
     * Writes the windows and makes all runs.
     *
     * @param progress told what is going on
     * @throws IllegalStateException if a job fails, gets stuck or does not answer all windows
     */
    public BenchReport run(Consumer<String> progress) {
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "Writing %,d windows of %,d devices ...",
                        options.windows(),
                        options.devices()));
        written =
                new WindowBacklog(
                                SyntheticCatalogue.forModel(bundle.vocabulary()),
                                bundle.dimensions().history(),
                                bundle.modelVersion())
                        .write(
                                cluster.shape().bootstrapServers(),
                                Map.of(windowsTopic, 1),
                                options.devices(),
                                options.windows(),
                                System.currentTimeMillis());
        progress.accept(
                String.format(
                        Locale.ROOT, "They have %.0f bytes in the mean", written.bytesPerWindow()));
        List<BenchRun> runs = new ArrayList<>();
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            runs.addAll(
                    pair(
                            Integer.toString(repetition),
                            repetition + " of " + options.repetitions(),
                            false,
                            progress));
        }
        List<BenchRun> recordedRuns = pair(RECORDED, RECORDED, true, progress);
        return BenchReport.of(options, written.bytesPerWindow(), runs, recordedRuns);
    }

    /** Makes a run of each job. */
    private List<BenchRun> pair(
            String suffix, String title, boolean recorded, Consumer<String> progress) {
        BenchRun job = generation(suffix, recorded);
        progress.accept(line(title, job));
        // It is given the size that the deltas have.
        BenchRun passThrough =
                passThrough(Math.round(job.sizes().valueBytesPerRecord()), suffix, recorded);
        progress.accept(line(title, passThrough));
        return List.of(job, passThrough);
    }

    private static String line(String title, BenchRun run) {
        return String.format(
                Locale.ROOT,
                "%s, %s: %,.0f windows/s, %,.0f records/s of %.0f bytes, %.1f %% coalesced",
                title,
                run.job().description(),
                run.rates().windowsPerSecond(),
                run.rates().recordsPerSecond(),
                run.sizes().bytesPerRecord(),
                100 * run.coalesced());
    }

    private BenchRun generation(String suffix, boolean recorded) {
        List<String> arguments =
                List.of("--bundle", bundle.directory().toAbsolutePath().normalize().toString());
        return run(MeasuredJob.GENERATION, null, arguments, suffix, recorded);
    }

    private BenchRun passThrough(long recordBytes, String suffix, boolean recorded) {
        return run(
                MeasuredJob.PASS_THROUGH,
                new JobSubmission.OtherProgram(PassThroughJob.class.getName(), passThroughJar()),
                List.of(PassThroughJob.RECORD_BYTES, Long.toString(recordBytes)),
                suffix,
                recorded);
    }

    /**
     * Finds the jar of the pass-through job, which is no part of the product's and is built beside
     * the benchmarks.
     */
    private static Path passThroughJar() {
        return Distribution.built(Path.of("bench", "target", PASS_THROUGH_JAR));
    }

    private BenchRun run(
            MeasuredJob kind,
            JobSubmission.@Nullable OtherProgram program,
            List<String> ownArguments,
            String suffix,
            boolean recorded) {
        String name = kind.key() + "-" + suffix;
        String output = topics.traffic(name);
        List<String> arguments = new ArrayList<>(commonArguments);
        arguments.addAll(
                List.of("--topic.deltas", output, "--group-id", topics.group("group-" + name)));
        arguments.addAll(ownArguments);
        arguments.addAll(jobOptions);
        start(new JobSubmission(program, arguments, 0, null));
        BenchRun run =
                new DrainMeasurement(
                                cluster.shape().bootstrapServers(),
                                topics,
                                written.windows(),
                                this::processes)
                        .measure(kind, new SubmittedJob(), output, recorded);
        synchronized (this) {
            runningJob = null;
        }
        topics.delete(output);
        return run;
    }

    private synchronized void start(JobSubmission submission) {
        runningJob = submission.to(cluster);
    }

    private synchronized Optional<String> runningJob() {
        return Optional.ofNullable(runningJob);
    }

    /** Stands for the job on the cluster that was submitted last. */
    private final class SubmittedJob implements RunningJob {
        @Override
        public boolean ended() {
            String id = runningJob().orElseThrow();
            Optional<FlinkRest.Job> job = cluster.flink().job(id).filter(FlinkRest.Job::ended);
            if (job.isPresent() && !job.get().state().equals("FINISHED")) {
                throw new IllegalStateException(
                        "the job ended as " + job.get().state() + ": " + trouble());
            }
            return job.isPresent();
        }

        @Override
        public String trouble() {
            return runningJob().flatMap(cluster.flink()::failure).orElse("");
        }
    }

    private List<MeasuredProcess> processes() {
        List<MeasuredProcess> processes = new ArrayList<>();
        for (ClusterProcess process : cluster.running()) {
            processes.add(
                    new MeasuredProcess(
                            process.pid(), kind(process.name()), isTaskManager(process.name())));
        }
        return processes;
    }

    private static boolean isTaskManager(String process) {
        return process.startsWith("taskmanager");
    }

    private static String kind(String process) {
        return isTaskManager(process)
                ? "taskManagers"
                : process.startsWith("kafka") ? "brokers" : "others";
    }

    /** Cancels the job that runs, if one does, and deletes the topics. */
    @Override
    public synchronized void close() {
        if (runningJob != null) {
            try {
                cluster.flink().cancel(runningJob);
            } catch (IOException e) {
                // Nobody is there to run it on.
            }
            runningJob = null;
        }
        topics.close();
    }
}
