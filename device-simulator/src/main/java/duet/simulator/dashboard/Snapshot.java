package duet.simulator.dashboard;

import duet.simulator.fleet.Progress;
import duet.simulator.measurement.TimelineBucket;
import java.util.List;

/**
 * What a page is told at once.
 *
 * @param progress how far the run is
 * @param from index of the first slice that follows; the page keeps those before
 * @param slices slices that are new or may have changed
 */
record Snapshot(Progress progress, int from, List<TimelineBucket> slices) {}
