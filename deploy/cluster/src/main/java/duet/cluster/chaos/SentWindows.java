package duet.cluster.chaos;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wraps a workload and remembers what it gave out, in its order. */
final class SentWindows implements Workload {

    private final Workload workload;
    private final int capacity;
    private final List<ScheduledWindow> given = new ArrayList<>();

    /**
     * Makes a workload that remembers what this one gives out.
     *
     * @param capacity interactions of each device that the job keeps
     */
    SentWindows(Workload workload, int capacity) {
        this.workload = workload;
        this.capacity = capacity;
    }

    /**
     * Returns what the job should know of each device once it has read the first windows, by the
     * device's index; null of a device that is not among them.
     *
     * @param windows how many windows were sent: one that was given out last may not have been
     */
    synchronized @Nullable DeviceHistory[] histories(int windows) {
        @Nullable DeviceHistory[] histories = new DeviceHistory[workload.devices()];
        for (ScheduledWindow window : given.subList(0, windows)) {
            DeviceHistory before = histories[window.device()];
            histories[window.device()] =
                    (before == null ? DeviceHistory.empty() : before)
                            .merge(window.firstSequence(), new ItemIds(window.items()), capacity)
                            .history();
        }
        return histories;
    }

    /** Returns the window at that place of those given out. */
    synchronized ScheduledWindow given(int index) {
        return given.get(index);
    }

    private synchronized void remember(ScheduledWindow window) {
        given.add(window);
    }

    @Override
    public Iterator<ScheduledWindow> windows() {
        Iterator<ScheduledWindow> windows = workload.windows();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return windows.hasNext();
            }

            @Override
            public ScheduledWindow next() {
                ScheduledWindow window = windows.next();
                remember(window);
                return window;
            }
        };
    }

    @Override
    public String name() {
        return workload.name();
    }

    @Override
    public long seed() {
        return workload.seed();
    }

    @Override
    public int devices() {
        return workload.devices();
    }

    @Override
    public String deviceId(int device) {
        return workload.deviceId(device);
    }

    @Override
    public int indexOf(String deviceId) {
        return workload.indexOf(deviceId);
    }

    @Override
    public Arrivals arrivals() {
        return workload.arrivals();
    }

    @Override
    public long expectedWindows() {
        return workload.expectedWindows();
    }

    @Override
    public Duration duration() {
        return workload.duration();
    }

    @Override
    public Optional<RankingTask> finalTask(int device) {
        return workload.finalTask(device);
    }
}
