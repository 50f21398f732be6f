package duet.simulator.dashboard;

import duet.simulator.fleet.run.FleetProgress;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.measurement.TimelineBucket;
import java.util.List;

/**
 * Holds what a page is told at once.
 *
 * @param progress how far the run is
 * @param from index of the first slice that follows; the page keeps those before
 * @param slices slices that are new or may have changed
 * @param quality ranking quality so far, all of it: what is new may move points that a page has
 */
record Snapshot(
        FleetProgress progress, int from, List<TimelineBucket> slices, QualityCurve quality) {}
