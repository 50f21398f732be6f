package duet.cluster.bench;

import duet.embedded.bench.BenchRun;
import duet.embedded.bench.MeasuredJob;
import duet.model.evaluation.Median;
import java.util.List;
import java.util.Optional;

/**
 * The generation job against the pass-through job. Figures are medians over the runs.
 *
 * @param devices devices that the windows are of
 * @param windows windows that each run reads
 * @param bytesPerWindow mean bytes of a window with its key
 * @param passThroughPerSecond windows a second of the pass-through job
 * @param jobPerSecond windows a second of the generation job
 * @param jobDeltasPerSecond deltas a second of the generation job
 * @param ratio the second to the first
 * @param bytesPerRecord mean bytes of what both write, with its key: the pass-through job's are made as large as deltas are
 * @param coalesced share of the windows that the generation job answered along with a later one of their device
 * @param runs all runs in their order but the recorded ones
 * @param recordedRuns one further run of each job with the flight recorder, which costs time: they tell the parts alone
 */
public record BenchReport(
        int devices,
        long windows,
        double bytesPerWindow,
        double passThroughPerSecond,
        double jobPerSecond,
        double jobDeltasPerSecond,
        double ratio,
        double bytesPerRecord,
        double coalesced,
        List<BenchRun> runs,
        List<BenchRun> recordedRuns) {

    public BenchReport {
        runs = List.copyOf(runs);
        recordedRuns = List.copyOf(recordedRuns);
    }

    static BenchReport of(
            BenchOptions options,
            double bytesPerWindow,
            List<BenchRun> runs,
            List<BenchRun> recordedRuns) {
        double passThrough =
                Median.of(of(runs, MeasuredJob.PASS_THROUGH), BenchRun::windowsPerSecond);
        List<BenchRun> job = of(runs, MeasuredJob.GENERATION);
        double generation = Median.of(job, BenchRun::windowsPerSecond);
        return new BenchReport(
                options.devices(),
                options.windows(),
                bytesPerWindow,
                passThrough,
                generation,
                Median.of(job, BenchRun::recordsPerSecond),
                passThrough == 0 ? 0 : generation / passThrough,
                Median.of(job, BenchRun::bytesPerRecord),
                Median.of(job, BenchRun::coalesced),
                runs,
                recordedRuns);
    }

    /** The run of a job in which its TaskManagers were recorded. */
    public Optional<BenchRun> recorded(MeasuredJob job) {
        return of(recordedRuns, job).stream().findFirst();
    }

    private static List<BenchRun> of(List<BenchRun> runs, MeasuredJob job) {
        return runs.stream().filter(run -> run.job() == job).toList();
    }
}
