package duet.bench.measurement;

import duet.bench.profile.Attribution;
import duet.bench.profile.FlightRecording;
import duet.bench.profile.ProcessorTime;
import duet.operations.broker.KafkaClients;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Watches a job that reads windows written before from the first to the last: when it answered
 * them, by the brokers' clocks, and what the processors did in the steady part.
 */
public final class DrainMeasurement {
    /** A job that answers nothing for so long is stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration LONGEST_READ = Duration.ofHours(1);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LOOK_MILLIS = 20;
    private static final double MICROS = 1e6;

    private final String bootstrapServers;
    private final BenchTopics topics;
    private final long windows;
    private final Supplier<List<MeasuredProcess>> processes;

    /**
     * Prepares the measurement of jobs that read the same windows.
     *
     * @param topics counts what is written
     * @param windows windows that a job is given
     * @param processes the processes that do the work; asked once a run
     */
    public DrainMeasurement(
            String bootstrapServers,
            BenchTopics topics,
            long windows,
            Supplier<List<MeasuredProcess>> processes) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.windows = windows;
        this.processes = processes;
    }

    /**
     * Follows a job to its end.
     *
     * @param kind which one
     * @param job it, already running
     * @param output topic of traffic that it writes to
     * @param recorded whether the flight recorder runs in the steady part
     * @throws IllegalStateException if it fails, gets stuck or does not answer all windows
     */
    public BenchRun measure(MeasuredJob kind, RunningJob job, String output, boolean recorded) {
        SteadyPart steady;
        try {
            steady = steadyPart(job, output, recorded);
            awaitRecords(job, output, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        Answers answers = read(output, counter(kind));
        if (answers.windows() != windows) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%,d windows were answered, there are %,d",
                            answers.windows(),
                            windows));
        }
        double answered = steady.records() / (1 - answers.coalescedShare());
        double perSecond = answers.perSecond(Answers.STEADY_FROM, Answers.STEADY_TO);
        return new BenchRun(
                kind,
                new BenchRun.Rates(
                        perSecond,
                        perSecond * (1 - answers.coalescedShare()),
                        answers.perSecond(0, 1)),
                answers.coalescedShare(),
                new BenchRun.Sizes(answers.bytesPerRecord(), answers.valueBytesPerRecord()),
                new BenchRun.Processor(
                        microsPerWindow(steady.processSeconds(), answered),
                        steady.partSeconds() == null
                                ? null
                                : microsPerWindow(steady.partSeconds(), answered)));
    }

    private static BiConsumer<ConsumerRecord<byte[], byte[]>, Answers> counter(MeasuredJob kind) {
        if (kind == MeasuredJob.PASS_THROUGH) {
            return (record, answers) ->
                    answers.add(record.timestamp(), 1, record.key().length, record.value().length);
        }
        RecordDecoder<WeightDelta> decoder = Records.deltaDecoder();
        return (record, answers) -> {
            try {
                answers.add(
                        record.timestamp(),
                        decoder.decode(record.value()).getAnsweredWindows(),
                        record.key().length,
                        record.value().length);
            } catch (MalformedRecordException e) {
                throw new IllegalStateException("the job wrote no delta", e);
            }
        };
    }

    private static Map<String, Double> microsPerWindow(
            Map<String, Double> seconds, double windows) {
        Map<String, Double> micros = new LinkedHashMap<>(seconds);
        micros.replaceAll((name, value) -> windows == 0 ? 0 : MICROS * value / windows);
        return micros;
    }

    /**
     * Tells what the processors did in the steady part of a run.
     *
     * @param records records that were written meanwhile
     * @param processSeconds processor time by kind of process
     * @param partSeconds processor time of the profiled processes by part; null where it was not
     *     recorded
     */
    private record SteadyPart(
            long records,
            Map<String, Double> processSeconds,
            @Nullable Map<String, Double> partSeconds) {}

    private SteadyPart steadyPart(RunningJob job, String output, boolean recorded)
            throws IOException {
        List<MeasuredProcess> measured = processes.get();
        Path directory = Files.createTempDirectory("duet-bench-");
        try {
            // It takes a while to start, which would be most of the steady part of a fast job.
            Map<Long, FlightRecording> recordings = new HashMap<>();
            for (MeasuredProcess process : measured) {
                if (recorded && process.profiled()) {
                    recordings.put(process.pid(), FlightRecording.start(process.pid(), directory));
                }
            }
            Moment begin = await(job, output, Answers.STEADY_FROM, measured);
            Moment end = await(job, output, Answers.STEADY_TO, measured);
            Map<String, Double> kinds = new TreeMap<>();
            Map<String, Double> parts = recorded ? new LinkedHashMap<>() : null;
            for (MeasuredProcess process : measured) {
                ProcessorTime used =
                        end.times().get(process.pid()).since(begin.times().get(process.pid()));
                kinds.merge(process.kind(), used.seconds(), Double::sum);
                FlightRecording recording = recordings.get(process.pid());
                if (recording != null) {
                    Attribution.of(recording.stop(begin.at(), end.at()), used)
                            .forEach(
                                    (part, seconds) ->
                                            parts.merge(part.key(), seconds, Double::sum));
                }
            }
            return new SteadyPart(end.records() - begin.records(), kinds, parts);
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /**
     * Tells what was reached at a moment of a run.
     *
     * @param records records written
     * @param times processor time that each process has used
     */
    private record Moment(Instant at, long records, Map<Long, ProcessorTime> times) {}

    /** Waits until a share of all windows is answered. */
    private Moment await(
            RunningJob job, String output, double share, List<MeasuredProcess> measured)
            throws IOException {
        awaitRecords(job, output, Math.round(share * windows));
        long records = topics.records(output);
        Map<Long, ProcessorTime> times = new HashMap<>();
        for (MeasuredProcess process : measured) {
            times.put(process.pid(), ProcessorTime.of(process.pid()));
        }
        return new Moment(Instant.now(), records, times);
    }

    /**
     * Waits for a number of records, or the end of the job, which may coalesce more than is left.
     */
    private void awaitRecords(RunningJob job, String output, long number) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long seen = 0;
        while (true) {
            long now = topics.records(output);
            if (now >= number || job.ended()) {
                return;
            }
            if (now > seen) {
                seen = now;
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        String.format(
                                Locale.ROOT,
                                "the job wrote nothing for %d s after %,d records%s",
                                PATIENCE.toSeconds(),
                                now,
                                job.trouble().isEmpty() ? "" : ": " + job.trouble()));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private Answers read(
            String topic, BiConsumer<ConsumerRecord<byte[], byte[]>, Answers> counter) {
        Answers answers = new Answers();
        long deadline = System.nanoTime() + LONGEST_READ.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(bootstrapServers)) {
            List<TopicPartition> partitions = topics.partitions(topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("topic " + topic + " cannot be read");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.value() != null) { // the job has forgotten a device otherwise
                        counter.accept(record, answers);
                    }
                }
            }
        }
        return answers;
    }
}
