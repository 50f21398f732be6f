package duet.cluster.bench;

import duet.cluster.Cluster;
import duet.cluster.ClusterProcess;
import duet.cluster.FlinkRest;
import duet.cluster.JobSubmission;
import duet.cluster.Waiting;
import duet.jobs.PassThroughJob;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Runs the generation job and the pass-through job in turn over the same windows on a cluster, each from the first window
 * to the last, and measures how fast they answer. Topics and groups are of its own and gone once it is closed.
 */
public final class ThroughputBench implements AutoCloseable {
    /** The steady part of a run: code is compiled, and no subtask has finished yet. */
    private static final double STEADY_FROM = 0.2;

    private static final double STEADY_TO = 0.8;

    /** A job that answers nothing for so long is stuck. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration LONGEST_RUN = Duration.ofHours(1);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final double MICROS = 1e6;

    private final Cluster cluster;
    private final ModelBundle bundle;
    private final BenchOptions options;
    private final BenchTopics topics;
    private final String windowsTopic;
    private final List<String> commonArguments;
    private final List<String> jobOptions;
    private WindowBacklog.Written written;
    private String runningJob;

    /**
     * Makes the topics.
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
                        cluster,
                        "duet.bench-%s."
                                .formatted(
                                        Long.toString(
                                                System.currentTimeMillis(), Character.MAX_RADIX)));
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
                "Writing %,d windows of %,d devices ..."
                        .formatted(options.windows(), options.devices()));
        written =
                new WindowBacklog(
                                SyntheticCatalogue.forModel(bundle.vocabulary()),
                                bundle.dimensions().history(),
                                bundle.modelVersion())
                        .write(
                                cluster.shape().bootstrapServers(),
                                windowsTopic,
                                options,
                                System.currentTimeMillis());
        progress.accept("They have %.0f bytes in the mean".formatted(written.bytesPerWindow()));
        List<BenchRun> runs = new ArrayList<>();
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
            boolean recorded = repetition == options.repetitions();
            BenchRun job = generation(repetition, recorded);
            progress.accept(line(repetition, "generation", job));
            // It is given the size that the deltas have.
            BenchRun passThrough =
                    passThrough(Math.round(job.valueBytesPerRecord()), repetition, recorded);
            progress.accept(line(repetition, "pass-through", passThrough));
            runs.add(job);
            runs.add(passThrough);
        }
        return BenchReport.of(options, written.bytesPerWindow(), runs);
    }

    private String line(int repetition, String name, BenchRun run) {
        return "%d of %d, %s: %,.0f windows/s, %,.0f records/s of %.0f bytes, %.1f %% coalesced"
                .formatted(
                        repetition,
                        options.repetitions(),
                        name,
                        run.windowsPerSecond(),
                        run.recordsPerSecond(),
                        run.bytesPerRecord(),
                        100 * run.coalesced());
    }

    private BenchRun generation(int repetition, boolean recorded) {
        List<String> arguments =
                List.of("--bundle", bundle.directory().toAbsolutePath().normalize().toString());
        RecordDecoder<WeightDelta> decoder = Records.deltaDecoder();
        return run(
                MeasuredJob.GENERATION,
                null,
                arguments,
                repetition,
                recorded,
                (record, answers) -> {
                    try {
                        answers.add(
                                record.timestamp(),
                                decoder.decode(record.value()).getAnsweredWindows(),
                                record.key().length,
                                record.value().length);
                    } catch (MalformedRecordException e) {
                        throw new IllegalStateException("the job wrote no delta", e);
                    }
                });
    }

    private BenchRun passThrough(long recordBytes, int repetition, boolean recorded) {
        return run(
                MeasuredJob.PASS_THROUGH,
                PassThroughJob.class.getName(),
                List.of(PassThroughJob.RECORD_BYTES, Long.toString(recordBytes)),
                repetition,
                recorded,
                (record, answers) ->
                        answers.add(
                                record.timestamp(), 1, record.key().length, record.value().length));
    }

    private BenchRun run(
            MeasuredJob kind,
            String entryClass,
            List<String> ownArguments,
            int repetition,
            boolean recorded,
            BiConsumer<ConsumerRecord<byte[], byte[]>, Answers> counter) {
        String name = kind.key() + "-" + repetition;
        String output = topics.traffic(name);
        List<String> arguments = new ArrayList<>(commonArguments);
        arguments.addAll(
                List.of("--topic.deltas", output, "--group-id", topics.group("group-" + name)));
        arguments.addAll(ownArguments);
        arguments.addAll(jobOptions);
        start(new JobSubmission(entryClass, arguments, 0, null));
        SteadyPart steady;
        try {
            steady = steadyPart(output, recorded);
            awaitEnd(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        Answers answers = read(output, counter);
        topics.delete(output);
        if (answers.windows() != written.windows()) {
            throw new IllegalStateException(
                    "%,d windows were answered, there are %,d"
                            .formatted(answers.windows(), written.windows()));
        }
        double windows = steady.records() / (1 - answers.coalescedShare());
        double perSecond = answers.perSecond(STEADY_FROM, STEADY_TO);
        return new BenchRun(
                kind,
                perSecond,
                perSecond * (1 - answers.coalescedShare()),
                answers.perSecond(0, 1),
                answers.coalescedShare(),
                answers.bytesPerRecord(),
                answers.valueBytesPerRecord(),
                microsPerWindow(steady.processSeconds(), windows),
                steady.partSeconds() == null
                        ? null
                        : microsPerWindow(steady.partSeconds(), windows));
    }

    private static Map<String, Double> microsPerWindow(
            Map<String, Double> seconds, double windows) {
        Map<String, Double> micros = new LinkedHashMap<>(seconds);
        micros.replaceAll((name, value) -> windows == 0 ? 0 : MICROS * value / windows);
        return micros;
    }

    private synchronized void start(JobSubmission submission) {
        runningJob = submission.to(cluster);
    }

    private synchronized Optional<String> runningJob() {
        return Optional.ofNullable(runningJob);
    }

    /**
     * What the processors did in the steady part of a run.
     *
     * @param records records that were written meanwhile
     * @param processSeconds processor time by kind of process
     * @param partSeconds processor time of the TaskManagers by part; null where it was not recorded
     */
    private record SteadyPart(
            long records, Map<String, Double> processSeconds, Map<String, Double> partSeconds) {}

    private SteadyPart steadyPart(String output, boolean recorded) throws IOException {
        awaitRecords(output, Math.round(STEADY_FROM * options.windows()));
        Path directory = Files.createTempDirectory("duet-bench-");
        try {
            Map<String, FlightRecording> recordings = new TreeMap<>();
            if (recorded) {
                for (ClusterProcess process : cluster.running()) {
                    if (isTaskManager(process.name())) {
                        recordings.put(process.name(), FlightRecording.start(process, directory));
                    }
                }
            }
            long from = topics.records(output);
            Map<String, ProcessorTime> before = processorTimes();
            awaitRecords(output, Math.round(STEADY_TO * options.windows()));
            Map<String, ProcessorTime> after = processorTimes();
            long to = topics.records(output);
            Map<String, Double> processes = new TreeMap<>();
            Map<String, Double> parts = recorded ? new LinkedHashMap<>() : null;
            for (Map.Entry<String, ProcessorTime> process : after.entrySet()) {
                ProcessorTime used = process.getValue().since(before.get(process.getKey()));
                processes.merge(kind(process.getKey()), used.seconds(), Double::sum);
                FlightRecording recording = recordings.get(process.getKey());
                if (recording != null) {
                    Attribution.of(recording.stop(), used)
                            .forEach(
                                    (part, seconds) ->
                                            parts.merge(part.key(), seconds, Double::sum));
                }
            }
            return new SteadyPart(to - from, processes, parts);
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private Map<String, ProcessorTime> processorTimes() throws IOException {
        Map<String, ProcessorTime> times = new TreeMap<>();
        for (ClusterProcess process : cluster.running()) {
            times.put(process.name(), ProcessorTime.of(process.pid()));
        }
        return times;
    }

    private static boolean isTaskManager(String process) {
        return process.startsWith("taskmanager");
    }

    private static String kind(String process) {
        return isTaskManager(process)
                ? "taskManagers"
                : process.startsWith("kafka") ? "brokers" : "others";
    }

    /** Waits for a number of records, or the end of the job, which may coalesce more than is left. */
    private void awaitRecords(String output, long number) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long seen = 0;
        while (true) {
            long now = topics.records(output);
            if (now >= number || ended()) {
                return;
            }
            if (now > seen) {
                seen = now;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw stuck(now);
            }
            Waiting.until(() -> false, Duration.ofMillis(100));
        }
    }

    private void awaitEnd(String output) throws IOException {
        awaitRecords(output, Long.MAX_VALUE);
        synchronized (this) {
            runningJob = null;
        }
    }

    private IllegalStateException stuck(long records) {
        return new IllegalStateException(
                "the job wrote nothing for %d s after %,d records%s"
                        .formatted(
                                PATIENCE.toSeconds(),
                                records,
                                runningJob()
                                        .flatMap(cluster.flink()::failure)
                                        .map(reason -> ": " + reason)
                                        .orElse("")));
    }

    /** Whether the job has read everything. */
    private boolean ended() {
        String id = runningJob().orElseThrow();
        Optional<FlinkRest.Job> job = cluster.flink().job(id).filter(FlinkRest.Job::ended);
        if (job.isPresent() && !job.get().state().equals("FINISHED")) {
            throw new IllegalStateException(
                    "the job ended as %s: %s"
                            .formatted(job.get().state(), cluster.flink().failure(id).orElse("")));
        }
        return job.isPresent();
    }

    private Answers read(
            String topic, BiConsumer<ConsumerRecord<byte[], byte[]>, Answers> counter) {
        Answers answers = new Answers();
        long deadline = System.nanoTime() + LONGEST_RUN.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                cluster.shape().bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = BenchTopics.partitions(topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("topic %s cannot be read".formatted(topic));
                }
                consumer.poll(POLL).forEach(record -> counter.accept(record, answers));
            }
        }
        return answers;
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
