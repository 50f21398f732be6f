package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("duet train")
class TrainCommandTest {

    @TempDir private Path directory;
    private Path log;
    private Path out;

    @BeforeEach
    void writeLog() throws IOException {
        log = directory.resolve("log.csv");
        Files.writeString(log, "user,item,timestamp\n" + interactions(1) + interactions(2));
        out = directory.resolve("bundle");
    }

    @Nested
    @DisplayName("refuses, with one line and exit code 2, before it trains:")
    class Refuses {

        @Test
        @DisplayName("no data option at all")
        void nothing() {
            assertThat(CommandLineRun.duet("train").failedWith(2))
                    .contains("--data", "--out", "see duet train --help")
                    .doesNotContain("--backbone");
        }

        @Test
        @DisplayName("more threads than processors, or none")
        void threads() {
            int processors = Runtime.getRuntime().availableProcessors();
            for (int threads : new int[] {0, processors + 1}) {
                assertThat(train("--threads", Integer.toString(threads)).failedWith(2))
                        .contains("--threads " + threads + ": from 1 to")
                        .endsWith(Integer.toString(processors));
            }
        }

        @Test
        @DisplayName("to go on where nothing was interrupted")
        void resume() {
            assertThat(
                            CommandLineRun.duet(
                                            "train",
                                            "--data",
                                            log.toString(),
                                            "--format",
                                            "csv",
                                            "--backbone",
                                            "sasrec",
                                            "--out",
                                            out.toString(),
                                            "--resume")
                                    .failedWith(2))
                    .contains("bundle.training holds no interrupted training");
        }

        @Test
        @DisplayName("a file that is missing")
        void missingFile() {
            Path missing = directory.resolve("nowhere.csv");
            assertThat(train("--data", missing.toString()).failedWith(2))
                    .contains(missing.toString());
        }

        @Test
        @DisplayName("a directory in place of the file")
        void directory() {
            assertThat(train("--data", directory.toString()).failedWith(2))
                    .contains(directory.toString());
        }

        @Test
        @DisplayName("a format that the file does not have, with the line")
        void wrongFormat() {
            assertThat(train("--format", "ml-100k").failedWith(2))
                    .contains(log.toString(), "user,item,timestamp")
                    .containsAnyOf("line 1", ":1");
        }

        @Test
        @DisplayName("an unknown format, with the known ones")
        void unknownFormat() {
            assertThat(train("--format", "parquet").failedWith(2))
                    .contains("parquet", "ml-100k", "ml-1m", "sequence", "csv");
        }

        @Test
        @DisplayName("an unknown backbone, with the known ones")
        void unknownBackbone() {
            assertThat(train("--backbone", "lstm").failedWith(2)).contains("lstm", "sasrec");
        }

        @Test
        @DisplayName("a log without interactions")
        void emptyLog() throws IOException {
            Files.writeString(log, "");
            assertThat(train().failedWith(2)).contains(log.toString());
            Files.writeString(log, "user,item,timestamp\n");
            assertThat(train().failedWith(2)).contains(log.toString());
        }

        @Test
        @DisplayName("a log of a single user")
        void oneUser() throws IOException {
            Files.writeString(log, "user,item,timestamp\n" + interactions(1));
            assertThat(train().failedWith(2)).contains(log.toString(), "at least 2 users");
        }

        @Test
        @DisplayName("a target that is a file")
        void targetIsAFile() throws IOException {
            Files.writeString(out, "mine");
            assertThat(train().failedWith(2)).contains(out.toString());
            assertThat(out).hasContent("mine");
        }

        @Test
        @DisplayName("a target that holds somebody's files")
        void targetHoldsFiles() throws IOException {
            Files.createDirectory(out);
            Files.writeString(out.resolve("thesis.txt"), "mine");
            assertThat(train().failedWith(2)).contains(out.toString(), "thesis.txt");
        }

        @Test
        @DisplayName("a generator that reads nothing")
        void neitherMemoryNorEncoder() {
            assertThat(train("--memory", "none").failedWith(2)).contains("would read nothing");
        }

        @Test
        @DisplayName("a backbone that does not read items")
        void otherKindOfInput() {
            assertThat(train("--backbone", "perceptron").failedWith(2))
                    .contains(
                            "'perceptron' is no backbone that reads items, known: sasrec, gru4rec,"
                                    + " din");
        }

        @ParameterizedTest
        @CsvSource({
            "--epochs, 0",
            "--samples, 0",
            "--decoders, 0",
            "--width, -3",
            "--rank, -1",
            "--rank, 33",
            "--history, 12",
            "--memory, 1.5",
            "--memory, long",
            "--device-memory, '0.9,,0.5'",
            "--encoder, lstm",
            "--max-age, -2",
            "--seed, seven",
            "--epochs, 1e3"
        })
        @DisplayName("a number out of range or none")
        void numbers(String option, String value) {
            assertThat(train(option, value).failedWith(2)).contains(value);
        }
    }

    /**
     * Runs a valid command line, with these options added or put in the place of the valid ones.
     */
    private CommandLineRun train(String... options) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--data",
                                log.toString(),
                                "--format",
                                "csv",
                                "--backbone",
                                "sasrec",
                                "--out",
                                out.toString()));
        for (int i = 0; i < options.length; i += 2) {
            int at = line.indexOf(options[i]);
            if (at >= 0) {
                line.set(at + 1, options[i + 1]);
            } else {
                line.add(options[i]);
                line.add(options[i + 1]);
            }
        }
        return CommandLineRun.duet(line.toArray(String[]::new));
    }

    private static String interactions(int user) {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 8; i++) {
            lines.append(user)
                    .append(',')
                    .append(i * user)
                    .append(',')
                    .append(1000 + i)
                    .append('\n');
        }
        return lines.toString();
    }
}
