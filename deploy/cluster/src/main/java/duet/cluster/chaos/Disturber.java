package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.cluster.ClusterProcess;
import duet.cluster.ClusterShape;
import duet.cluster.FlinkRest;
import duet.cluster.Waiting;
import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** Makes faults, and tells where one had no effect: a round without a fault proves nothing. */
final class Disturber {

    private static final int POISON_RECORDS = 2_000;
    private static final int LARGEST_POISON = 400;
    private static final int HOT_WINDOWS = 20_000;
    private static final int HOT_WINDOW = 5;
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    /** The second job writes there: devices take orders from one job. */
    private static final String SECOND_DELTAS = "chaos.deltas";

    private static final String SECOND_DEAD_LETTERS = "chaos.dead-letters";

    private final Cluster cluster;
    private final GenerationJob job;
    private final ModelBundle bundle;

    Disturber(Cluster cluster, GenerationJob job, ModelBundle bundle) {
        this.cluster = cluster;
        this.job = job;
        this.bundle = bundle;
    }

    /**
     * Makes a fault.
     *
     * @param round number of the round
     * @param random decides on the target
     */
    Disturbance disturb(Fault fault, int round, RandomGenerator random) {
        return switch (fault) {
            case KILL_TASK_MANAGER -> killed(busyTaskManager(random));
            case KILL_JOB_MANAGER -> killedJobManager();
            case KILL_BROKER ->
                    killed(ClusterLayout.broker(1 + random.nextInt(ClusterShape.BROKERS)));
            case KILL_DELTAS_LEADER -> killed(leaderOfDeltas(random));
            case PAUSE_TASK_MANAGER -> paused(busyTaskManager(random));
            case CHECKPOINTS_UNWRITABLE -> withoutCheckpoints();
            case POISON_BURST -> poisoned(random);
            case HOT_DEVICE -> flooded("hot-device-" + round + "-" + random.nextInt(1 << 20));
            case RESTART_FROM_SAVEPOINT -> {
                job.restartFromSavepoint();
                yield Disturbance.over("job");
            }
            case SAME_JOB_TWICE -> twice(round);
        };
    }

    /**
     * Names a TaskManager that runs tasks of the job.
     *
     * @param name its name
     * @param tasks tasks that it runs
     * @param all tasks of the job
     * @param lastRestart when the job had begun to restart last
     */
    private record Busy(String name, int tasks, int all, long lastRestart) {
        String described() {
            return String.format(Locale.ROOT, "%s with %d of %d tasks", name, tasks, all);
        }
    }

    /**
     * Picks a TaskManager that runs tasks: after a failover one may run all of them, and another
     * one none.
     */
    private Busy busyTaskManager(RandomGenerator random) {
        SortedMap<String, Integer> tasks =
                answer(() -> cluster.flink().tasksByTaskManager(job.id()), Map::isEmpty);
        String name = List.copyOf(tasks.keySet()).get(random.nextInt(tasks.size()));
        return new Busy(
                name,
                tasks.get(name),
                tasks.values().stream().mapToInt(Integer::intValue).sum(),
                answer(() -> cluster.flink().lastRestart(job.id()), time -> false));
    }

    /**
     * Returns empty if the job has restarted since, because its tasks on that TaskManager were
     * lost, and otherwise what is wrong.
     */
    private Optional<String> restartedSince(Busy busy) {
        return comesTrue(() -> cluster.flink().lastRestart(job.id()) > busy.lastRestart())
                ? Optional.empty()
                : Optional.of("the job did not restart when it lost " + busy.described());
    }

    private Disturbance killed(Busy busy) {
        cluster.killAndRestart(busy.name());
        return new Disturbance() {
            @Override
            public String target() {
                return busy.described();
            }

            @Override
            public Optional<String> problem() {
                return restartedSince(busy);
            }
        };
    }

    private Disturbance killedJobManager() {
        boolean checkpointed = checkpoints().latest() != null;
        cluster.killAndRestart(ClusterLayout.JOB_MANAGER);
        return new Disturbance() {
            @Override
            public String target() {
                return ClusterLayout.JOB_MANAGER;
            }

            @Override
            public Optional<String> problem() {
                return !checkpointed
                                || comesTrue(
                                        () -> cluster.flink().checkpoints(job.id()).restored() > 0)
                        ? Optional.empty()
                        : Optional.of("the next JobManager did not go on from a checkpoint");
            }
        };
    }

    private FlinkRest.Checkpoints checkpoints() {
        return answer(() -> cluster.flink().checkpoints(job.id()), found -> false);
    }

    /** A question is what Flink is asked, which may not answer for some time. */
    private interface Question<T> {
        T ask() throws IOException;
    }

    /** Returns the first answer that says something. */
    private static <T> T answer(Question<T> question, Predicate<T> saysNothing) {
        AtomicReference<T> answer = new AtomicReference<>();
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        boolean answered =
                Waiting.until(
                        () -> {
                            try {
                                answer.set(question.ask());
                                return !saysNothing.test(answer.get());
                            } catch (IOException e) {
                                failure.set(e);
                                return false;
                            }
                        },
                        ANSWER_TIMEOUT);
        if (!answered) {
            throw new IllegalStateException(
                    "Flink says nothing of the job for " + ANSWER_TIMEOUT.toSeconds() + " s",
                    failure.get());
        }
        return answer.get();
    }

    /** Returns whether Flink says so in time. */
    private static boolean comesTrue(Question<Boolean> question) {
        return Waiting.until(
                () -> {
                    try {
                        return question.ask();
                    } catch (IOException e) {
                        return false;
                    }
                },
                ANSWER_TIMEOUT);
    }

    private Disturbance killed(String process) {
        cluster.killAndRestart(process);
        return Disturbance.over(process);
    }

    private String leaderOfDeltas(RandomGenerator random) {
        try (Admin admin = cluster.admin()) {
            TopicDescription topic =
                    admin.describeTopics(List.of(Topics.DELTAS))
                            .allTopicNames()
                            .get()
                            .get(Topics.DELTAS);
            int partition = random.nextInt(topic.partitions().size());
            return ClusterLayout.broker(topic.partitions().get(partition).leader().id());
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "no leader of " + Topics.DELTAS + " is known: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Disturbance paused(Busy busy) {
        ClusterProcess process =
                cluster.process(busy.name())
                        .orElseThrow(
                                () -> new IllegalStateException(busy.name() + " does not run"));
        process.pause();
        return new Disturbance() {
            @Override
            public String target() {
                return busy.described();
            }

            @Override
            public void lift() {
                process.resume();
            }

            @Override
            public Optional<String> problem() {
                return restartedSince(busy);
            }
        };
    }

    private Disturbance withoutCheckpoints() {
        Path directory = cluster.layout().checkpoints();
        Path away = directory.resolveSibling("checkpoints.away");
        long failed = checkpoints().failed();
        try {
            Files.move(directory, away, StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(directory, "in the way\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + directory, e);
        }
        return new Disturbance() {
            private boolean failing;

            @Override
            public String target() {
                return "checkpoints";
            }

            @Override
            public void lift() {
                failing = comesTrue(() -> cluster.flink().checkpoints(job.id()).failed() > failed);
                try {
                    Files.delete(directory);
                    Files.move(away, directory, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot move " + directory + " back", e);
                }
            }

            @Override
            public Optional<String> problem() {
                return failing ? Optional.empty() : Optional.of("no checkpoint failed");
            }
        };
    }

    private Disturbance poisoned(RandomGenerator random) {
        long before = records(Topics.DEAD_LETTERS);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < POISON_RECORDS; i++) {
                byte[] value = new byte[1 + random.nextInt(LARGEST_POISON)];
                random.nextBytes(value);
                byte[] key = ("poison-" + i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(Topics.WINDOWS, key, value));
            }
        }
        return new Disturbance() {
            @Override
            public String target() {
                return String.format(Locale.ROOT, "%,d records", POISON_RECORDS);
            }

            @Override
            public Optional<String> problem() {
                return Waiting.until(
                                () -> records(Topics.DEAD_LETTERS) - before >= POISON_RECORDS,
                                ANSWER_TIMEOUT)
                        ? Optional.empty()
                        : Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "of %,d records that are no windows %,d are among the dead"
                                                + " letters",
                                        POISON_RECORDS,
                                        records(Topics.DEAD_LETTERS) - before));
            }
        };
    }

    private Disturbance flooded(String device) {
        Map<TopicPartition, Long> before = ends(Topics.DELTAS);
        long[] items = bundle.vocabulary().ids();
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            byte[] key = device.getBytes(StandardCharsets.UTF_8);
            for (int first = 0; first < HOT_WINDOWS; first++) {
                long now = System.currentTimeMillis();
                List<Interaction> interactions = new ArrayList<>();
                for (int i = first; i < first + HOT_WINDOW; i++) {
                    interactions.add(Interactions.ofItem(items[i % items.length], now));
                }
                InteractionWindow window =
                        new InteractionWindow(
                                device,
                                bundle.modelVersion(),
                                (long) first,
                                interactions,
                                now * 1000);
                producer.send(new ProducerRecord<>(Topics.WINDOWS, key, encoder.encode(window)));
            }
        }
        return new Disturbance() {
            @Override
            public String target() {
                return String.format(Locale.ROOT, "%,d windows of %s", HOT_WINDOWS, device);
            }

            @Override
            public Optional<String> problem() {
                long last = HOT_WINDOWS + HOT_WINDOW - 2;
                return answered(device, last, before)
                        ? Optional.empty()
                        : Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "%s got no delta of its last interaction, %,d",
                                        device,
                                        last));
            }
        };
    }

    /**
     * Returns whether there is a delta of that interaction of the device, among those from these
     * offsets on.
     */
    private boolean answered(String device, long lastSequence, Map<TopicPartition, Long> from) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(cluster.shape().bootstrapServers())) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    if (device.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                        WeightDelta delta = Records.deltaDecoder().decode(record.value());
                        if (delta.getLastSequence() == lastSequence) {
                            return true;
                        }
                    }
                }
            }
            return false;
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a delta of " + device + ": " + e.getMessage(), e);
        }
    }

    private Disturbance twice(int round) {
        createSecondTopics();
        GenerationJob second =
                GenerationJob.start(
                        cluster,
                        bundle.directory(),
                        "--group-id",
                        "chaos-second-" + round,
                        "--start-offsets",
                        "latest",
                        "--topic.deltas",
                        SECOND_DELTAS,
                        "--topic.dead-letters",
                        SECOND_DEAD_LETTERS);
        long before = records(SECOND_DELTAS);
        return new Disturbance() {
            private boolean answered;

            @Override
            public String target() {
                return "job";
            }

            @Override
            public void lift() {
                try {
                    answered = Waiting.until(() -> records(SECOND_DELTAS) > before, ANSWER_TIMEOUT);
                } finally {
                    second.cancel();
                }
            }

            @Override
            public Optional<String> problem() {
                return answered
                        ? Optional.empty()
                        : Optional.of("the second job answered no window");
            }
        };
    }

    private void createSecondTopics() {
        try (Admin admin = cluster.admin()) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(SECOND_DELTAS, 2, (short) ClusterShape.BROKERS),
                                    new NewTopic(
                                            SECOND_DEAD_LETTERS, 1, (short) ClusterShape.BROKERS)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "cannot create topics: " + e.getCause().getMessage(), e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private long records(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(cluster.shape().bootstrapServers())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .collect(Collectors.toList());
            return new HashMap<>(consumer.endOffsets(partitions));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return KafkaClients.producer(
                Map.of("bootstrap.servers", cluster.shape().bootstrapServers(), "linger.ms", 5));
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
