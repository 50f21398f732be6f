package duet.simulator.workload;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/** A population of devices and the windows they send. */
public interface Workload {
    /** A short name for reports, for example {@code replay}. */
    String name();

    /** The seed that every choice follows from. */
    long seed();

    /** Number of devices; they are addressed by index from 0. */
    int devices();

    /** Identity of a device, as in records. */
    String deviceId(int device);

    /** Arrival process of the windows. */
    Arrivals arrivals();

    /**
     * The windows in order of their intended send time, made while they are taken. Every call starts the same sequence
     * anew.
     */
    Iterator<ScheduledWindow> windows();

    /** Number of windows that {@link #windows} gives; an estimate where {@link #duration} decides. */
    long expectedWindows();

    /** Time from the first to the last intended send; an estimate where the number of windows decides. */
    Duration duration();

    /** What a device ranks when everything was sent and answered; empty where the workload has no held-out item. */
    Optional<RankingTask> finalTask(int device);
}
