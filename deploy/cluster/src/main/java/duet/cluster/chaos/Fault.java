package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonValue;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Says what is done to a cluster while devices stream. A process that is killed is started again at
 * once, as a supervisor would.
 */
public enum Fault {
    /** One TaskManager that runs tasks of the job is killed with {@code kill -9}. */
    KILL_TASK_MANAGER(Duration.ZERO),

    /**
     * The JobManager is killed with {@code kill -9}; the next one takes the job over from
     * ZooKeeper.
     */
    KILL_JOB_MANAGER(Duration.ZERO),

    /** One broker is killed with {@code kill -9}. */
    KILL_BROKER(Duration.ZERO),

    /** The broker that leads a partition of the deltas is killed with {@code kill -9}. */
    KILL_DELTAS_LEADER(Duration.ZERO),

    /**
     * One TaskManager with tasks of the job is stopped with {@code kill -STOP} for 30 s: it does
     * not answer, and its connections stay open.
     */
    PAUSE_TASK_MANAGER(Duration.ofSeconds(30)),

    /**
     * Checkpoints cannot be written for 15 s, or until one has failed. A file stands where their
     * directory was. To a job this is a failed write, as on a full disk, and it works for a user
     * whom permissions do not stop.
     */
    CHECKPOINTS_UNWRITABLE(Duration.ofSeconds(15)),

    /**
     * A burst of records arrives that are no windows; each has to be found among the dead letters.
     */
    POISON_BURST(Duration.ZERO),

    /** One device sends thousands of windows as fast as it can. */
    HOT_DEVICE(Duration.ZERO),

    /** The job is stopped with a savepoint and goes on from it. */
    RESTART_FROM_SAVEPOINT(Duration.ZERO),

    /**
     * The same jar is submitted once more and cancelled again: its classes stand in a second class
     * loader, the natives do not.
     */
    SAME_JOB_TWICE(Duration.ofSeconds(5));

    private final Duration duration;

    Fault(Duration duration) {
        this.duration = duration;
    }

    /** Returns how long it lasts by itself. */
    public Duration duration() {
        return duration;
    }

    /** Returns its name as in options and reports. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the fault of that name.
     *
     * @throws InvalidInputException naming those there are
     */
    public static Fault of(String key) {
        return Arrays.stream(values())
                .filter(fault -> fault.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        String.format(
                                                Locale.ROOT,
                                                "there is no fault %s; there are %s",
                                                key,
                                                Arrays.stream(values())
                                                        .map(Fault::key)
                                                        .collect(Collectors.joining(", ")))));
    }
}
