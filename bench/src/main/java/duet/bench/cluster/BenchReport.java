package duet.bench.cluster;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.MeasuredJob;
import duet.model.evaluation.Median;
import java.util.List;
import java.util.Optional;

/**
 * Compares the generation job with the pass-through job. Figures are medians over the runs.
 *
 * @param backlog what each run reads
 * @param throughput of both jobs
 * @param bytesPerRecord mean bytes of what both write, with its key: the pass-through job's are
 *     made as large as deltas are
 * @param coalesced share of the windows that the generation job answered along with a later one of
 *     their device
 * @param runs all runs in their order but the recorded ones
 * @param recordedRuns one further run of each job with the flight recorder, which costs time: they
 *     tell the parts alone
 */
public record BenchReport(
        @JsonUnwrapped Backlog backlog,
        @JsonUnwrapped Throughput throughput,
        double bytesPerRecord,
        double coalesced,
        List<BenchRun> runs,
        List<BenchRun> recordedRuns) {

    /**
     * Describes what each run reads.
     *
     * @param devices devices that the windows are of
     * @param windows how many there are
     * @param bytesPerWindow mean bytes of a window with its key
     */
    public record Backlog(int devices, long windows, double bytesPerWindow) {}

    /**
     * Tells what the jobs do in a second.
     *
     * @param passThroughPerSecond windows of the pass-through job
     * @param jobPerSecond windows of the generation job
     * @param jobDeltasPerSecond deltas of the generation job
     * @param ratio the second to the first
     */
    public record Throughput(
            double passThroughPerSecond,
            double jobPerSecond,
            double jobDeltasPerSecond,
            double ratio) {}

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
                Median.of(
                        of(runs, MeasuredJob.PASS_THROUGH), run -> run.rates().windowsPerSecond());
        List<BenchRun> job = of(runs, MeasuredJob.GENERATION);
        double generation = Median.of(job, run -> run.rates().windowsPerSecond());
        return new BenchReport(
                new BenchReport.Backlog(options.devices(), options.windows(), bytesPerWindow),
                new BenchReport.Throughput(
                        passThrough,
                        generation,
                        Median.of(job, run -> run.rates().recordsPerSecond()),
                        passThrough == 0 ? 0 : generation / passThrough),
                Median.of(job, run -> run.sizes().bytesPerRecord()),
                Median.of(job, BenchRun::coalesced),
                runs,
                recordedRuns);
    }

    /** Returns the run of a job in which its TaskManagers were recorded. */
    public Optional<BenchRun> recorded(MeasuredJob job) {
        return of(recordedRuns, job).stream().findFirst();
    }

    private static List<BenchRun> of(List<BenchRun> runs, MeasuredJob job) {
        return runs.stream().filter(run -> run.job() == job).toList();
    }
}
