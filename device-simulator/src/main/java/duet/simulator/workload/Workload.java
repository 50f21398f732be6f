package duet.simulator.workload;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;

/** A workload is a population of devices and the windows they send. */
public interface Workload {
    /** Returns a short name for reports, for example {@code replay}. */
    String name();

    /** Returns the seed that every choice follows from. */
    long seed();

    /** Returns the number of devices; they are addressed by index from 0. */
    int devices();

    /** Returns the identity of a device, as in records. */
    String deviceId(int device);

    /** Returns the index of the device of that identity; -1 where it is none of this workload's. */
    int indexOf(String deviceId);

    /** Returns the arrival process of the windows, at the mean rate of the whole workload. */
    Arrivals arrivals();

    /**
     * Returns the windows in order of their intended send time, made while they are taken. Every
     * call starts the same sequence anew.
     */
    Iterator<ScheduledWindow> windows();

    /**
     * Returns those of {@link #windows} that are of certain devices, at the same times: what one of
     * several processes sends that share a fleet.
     */
    default Iterator<ScheduledWindow> windows(IntPredicate devices) {
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(windows(), Spliterator.ORDERED), false)
                .filter(window -> devices.test(window.device()))
                .iterator();
    }

    /**
     * Returns how many windows may be in flight; empty where windows leave at their times however
     * fast they are answered.
     */
    default Optional<ClosedLoop> closedLoop() {
        return Optional.empty();
    }

    /**
     * Returns windows for a {@link #closedLoop}, without end: each belongs to the moment at which
     * it is taken.
     *
     * @param devices those that send
     * @param elapsedMicros microseconds since the start of the stream
     * @throws UnsupportedOperationException if the workload decides when windows leave
     */
    default Iterator<ScheduledWindow> windows(IntPredicate devices, LongSupplier elapsedMicros) {
        throw new UnsupportedOperationException(
                "the windows of the workload '" + name() + "' have their times");
    }

    /** Returns the parts of the workload in their order, without gaps; empty where it is one. */
    default List<StageSpan> stages() {
        return List.of();
    }

    /** Returns the part a moment belongs to: the last where it is later than all of them. */
    default Optional<StageSpan> stageAt(long offsetMicros) {
        Duration at = Duration.of(offsetMicros, ChronoUnit.MICROS);
        List<StageSpan> stages = stages();
        return stages.stream()
                .filter(stage -> at.compareTo(stage.to()) < 0)
                .findFirst()
                .or(
                        () ->
                                stages.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(stages.get(stages.size() - 1)));
    }

    /**
     * Returns the number of windows that {@link #windows} gives; an estimate where {@link
     * #duration} decides.
     */
    long expectedWindows();

    /**
     * Returns the time from the first to the last intended send; an estimate where the number of
     * windows decides.
     */
    Duration duration();

    /**
     * Returns what a device ranks when everything was sent and answered; empty where the workload
     * has no held-out item.
     */
    Optional<RankingTask> finalTask(int device);
}
