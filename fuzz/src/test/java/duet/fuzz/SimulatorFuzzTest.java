package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.schemas.InvalidInputException;
import duet.simulator.report.Report;
import duet.simulator.report.ReportMerge;
import duet.simulator.report.SmallReport;
import duet.simulator.scenario.Scenario;
import duet.simulator.threshold.Threshold;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, the simulator reads as it promises")
class SimulatorFuzzTest {
    static final FuzzTarget<Path> SCENARIOS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("scenario.yaml"),
                    Scenario::read,
                    1024,
                    1 << 20,
                    InvalidInputException.class);

    static final FuzzTarget<String> THRESHOLDS =
            new FuzzTarget<>(
                    input -> new String(input, StandardCharsets.UTF_8),
                    Threshold::parse,
                    64,
                    256 << 10,
                    InvalidInputException.class);

    /**
     * The histograms of both parts, some 190 KB each, are read and added up whatever the summary.
     */
    static final FuzzTarget<Path> SUMMARIES =
            new FuzzTarget<>(
                    part(1, Report.SUMMARY),
                    directory -> ReportMerge.merge(List.of(directory, other())),
                    512,
                    64 << 20,
                    InvalidInputException.class);

    /**
     * Sixty characters can be a histogram of 190 KB, or one of 49 MB of more digits than a run has,
     * which is refused when it has been read.
     */
    static final FuzzTarget<Path> HISTOGRAMS =
            new FuzzTarget<>(
                    part(1, Report.HISTOGRAMS),
                    Report::read,
                    4096,
                    64 << 20,
                    InvalidInputException.class);

    private static Function<byte[], Path> part(int index, String file) {
        String name = "report-" + file;
        SmallReport.write(index, Scratch.directory(name));
        return FuzzTarget.asFile(name + "/" + file).andThen(Path::getParent);
    }

    private static Path other() {
        return Other.DIRECTORY;
    }

    /** The other part of the run. */
    private static final class Other {
        static final Path DIRECTORY = Scratch.directory("report-2");

        static {
            SmallReport.write(2, DIRECTORY);
        }
    }

    @FuzzTest
    void scenarios(byte[] input) {
        SCENARIOS.check(input);
    }

    @FuzzTest
    void thresholds(byte[] input) {
        THRESHOLDS.check(input);
    }

    @FuzzTest
    void summaries(byte[] input) {
        SUMMARIES.check(input);
    }

    @FuzzTest
    void histograms(byte[] input) {
        HISTOGRAMS.check(input);
    }
}
