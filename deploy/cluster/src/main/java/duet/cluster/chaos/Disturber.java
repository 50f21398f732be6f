package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.cluster.ClusterProcess;
import duet.cluster.ClusterShape;
import duet.cluster.FlinkRest;
import duet.cluster.Waiting;
import duet.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/** Makes faults, and tells where one had no effect: a round without a fault proves nothing. */
final class Disturber {

    private final Cluster cluster;
    private final GenerationJob job;
    private final StreamFaults stream;

    Disturber(Cluster cluster, GenerationJob job, StreamFaults stream) {
        this.cluster = cluster;
        this.job = job;
        this.stream = stream;
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
            case POISON_BURST -> stream.poisoned(random);
            case HOT_DEVICE ->
                    stream.flooded("hot-device-" + round + "-" + random.nextInt(1 << 20));
            case RESTART_FROM_SAVEPOINT -> {
                job.restartFromSavepoint();
                yield Disturbance.over("job");
            }
            case SAME_JOB_TWICE -> stream.twice(round);
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
                        Disturbance.EFFECT_TIMEOUT);
        if (!answered) {
            throw new IllegalStateException(
                    "Flink says nothing of the job for "
                            + Disturbance.EFFECT_TIMEOUT.toSeconds()
                            + " s",
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
                Disturbance.EFFECT_TIMEOUT);
    }

    private Disturbance killed(String process) {
        cluster.killAndRestart(process);
        return Disturbance.over(process);
    }

    private String leaderOfDeltas(RandomGenerator random) {
        try (Admin admin = cluster.brokers().admin()) {
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

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
