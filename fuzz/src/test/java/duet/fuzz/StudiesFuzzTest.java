package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.schemas.InvalidInputException;
import duet.studies.experiment.cell.CellRankings;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultFiles;
import duet.studies.experiment.plan.PlanReader;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, studies read as they promise")
class StudiesFuzzTest {
    static final FuzzTarget<Path> PLANS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("plan.yaml"),
                    PlanReader::read,
                    2048,
                    1 << 20,
                    InvalidInputException.class);

    static final FuzzTarget<Path> CONTENTS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("contents.json"),
                    file -> ResultFiles.read(file, Contents.class),
                    256,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> CELL_RESULTS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("cell.json"),
                    file -> ResultFiles.read(file, CellResult.class),
                    256,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> RANKINGS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("cell.json"),
                    file -> ResultFiles.read(file, CellRankings.class),
                    256,
                    256 << 10,
                    InvalidInputException.class);

    @FuzzTest
    void plans(byte[] input) {
        PLANS.check(input);
    }

    @FuzzTest
    void contents(byte[] input) {
        CONTENTS.check(input);
    }

    @FuzzTest
    void cellResults(byte[] input) {
        CELL_RESULTS.check(input);
    }

    @FuzzTest
    void rankings(byte[] input) {
        RANKINGS.check(input);
    }
}
