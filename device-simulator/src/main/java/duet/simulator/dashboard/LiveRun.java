package duet.simulator.dashboard;

import duet.simulator.fleet.account.DeviceEntry;
import duet.simulator.fleet.account.DeviceLens;
import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.measurement.TimelineBucket;
import java.util.List;
import java.util.Optional;

/** A live run is what a page may ask of a run while it lasts. Any thread may ask, at any time. */
public interface LiveRun {
    /** Returns what does not change while the run lasts. */
    RunHeader header();

    /** Returns how far the run is. */
    FleetProgress progress();

    /** Returns what the run has shown so far, in slices of equal length. */
    List<TimelineBucket> timeline();

    /**
     * Finds devices whose id contains this text, those that hold a delta first.
     *
     * @param limit most to be listed
     */
    List<DeviceEntry> devices(String text, int limit);

    /** Looks at one device; empty if it is not of this run. */
    Optional<DeviceLens> lens(String deviceId);

    /** Returns a run of a fleet as a page may ask it. */
    static LiveRun of(FleetRun run, RunHeader header) {
        return new LiveRun() {
            @Override
            public RunHeader header() {
                return header;
            }

            @Override
            public FleetProgress progress() {
                return run.progress();
            }

            @Override
            public List<TimelineBucket> timeline() {
                return run.timeline();
            }

            @Override
            public List<DeviceEntry> devices(String text, int limit) {
                return run.devices(text, limit);
            }

            @Override
            public Optional<DeviceLens> lens(String deviceId) {
                return run.lens(deviceId);
            }
        };
    }
}
