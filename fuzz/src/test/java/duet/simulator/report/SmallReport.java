package duet.simulator.report;

import duet.simulator.measurement.CurvePoint;
import duet.simulator.measurement.RunHistograms;
import duet.simulator.summary.RunSummary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report of one of two parts of a made-up run, cut to two slices. */
public final class SmallReport {
    private static final int SLICES = 2;

    private SmallReport() {}

    /** Writes the report of part 1 or 2. */
    public static void write(int index, Path directory) {
        Report.write(cut(SampleRun.part(index, 2)), directory);
    }

    private static RunSummary cut(RunSummary run) {
        RunHistograms all = run.recording().histograms();
        Map<String, List<CurvePoint>> curves = new LinkedHashMap<>();
        run.recording().latencyCurves().forEach((k, v) -> curves.put(k, first(v)));
        return new RunSummary(
                run.verdict(),
                run.loadGenerator(),
                run.quality(),
                run.delivery(),
                run.measured(),
                run.run(),
                run.setting(),
                new RunSummary.Recording(
                        first(run.recording().timeline()),
                        curves,
                        new RunHistograms(
                                all.stages(), all.warmUp(), all.phases(), first(all.slices()))));
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(SLICES, all.size()));
    }
}
