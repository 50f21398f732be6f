package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the duet script has to know")
class LaunchPlanTest {

    @Test
    @DisplayName("says which commands train, and which option makes one train")
    void training() {
        assertThat(LaunchPlan.lines())
                .contains(
                        "train|deploy/dist/pytorch-lib deploy/dist/duckdb-lib|classes|",
                        "evaluate|deploy/dist/duckdb-lib|classes|",
                        "inspect|deploy/dist/duckdb-lib|classes|",
                        "inspect --verdict|deploy/dist/pytorch-lib"
                                + " deploy/dist/duckdb-lib|classes|",
                        "evaluate --fine-tune|deploy/dist/pytorch-lib"
                                + " deploy/dist/duckdb-lib|classes|")
                .noneMatch(line -> line.startsWith("demo|"));
    }

    @Test
    @DisplayName(
            "says which commands start processes from jars, and which need a JVM of their own kind")
    void others() {
        assertThat(LaunchPlan.lines())
                .contains(
                        "cluster|deploy/dist/job deploy/dist/flink-lib deploy/dist/kafka-lib|jars|",
                        "simulate||classes|-XX:+UseG1GC");
    }

    @Test
    @DisplayName("names modules that there are")
    void modules() {
        assertThat(LaunchPlan.lines())
                .allSatisfy(
                        line ->
                                assertThat(line.split("\\|")[1].split(" "))
                                        .filteredOn(module -> !module.isEmpty())
                                        .allMatch(
                                                module ->
                                                        Files.isRegularFile(
                                                                Path.of("..", module, "pom.xml"))));
    }

    @Test
    @DisplayName("is all that the script knows of commands")
    void script() throws Exception {
        String script = Files.readString(Path.of("..", "duet"));
        for (String line : LaunchPlan.lines()) {
            assertThat(script).doesNotContain(line.split("[ |]")[0] + ")");
        }
    }
}
