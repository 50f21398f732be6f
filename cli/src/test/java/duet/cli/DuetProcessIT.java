package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.FreePorts;
import duet.testkit.Eventually;
import duet.testkit.OwnLines;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees: the streams of a real process, with whatever libraries log into them. */
@DisplayName("duet in a process of its own")
class DuetProcessIT {

    @TempDir private Path directory;

    @Test
    @DisplayName("prints its version")
    void version() throws Exception {
        CommandLineRun run = duet("--version");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("duet ");
        assertThat(run.err()).isEmpty();
    }

    /** In Turkish an i has another capital, in Egypt numbers have other digits. */
    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG"})
    @DisplayName("runs a demo without a word on standard error, and leaves no files")
    void demo(String locale) throws Exception {
        Path bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        CommandLineRun run =
                duet(
                        Locale.forLanguageTag(locale),
                        "demo",
                        "--bundle",
                        bundle.toString(),
                        "--devices",
                        "10",
                        "--duration",
                        "2s",
                        "--rate",
                        "20");
        assertThat(OwnLines.of(run.err())).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("10 of 10");
        try (var left = Files.list(temporary())) {
            assertThat(left.map(path -> path.getFileName().toString()).toList())
                    .noneMatch(name -> name.startsWith("duet-"));
        }
    }

    @Test
    @DisplayName("says in one line that no broker answers")
    void noBroker() throws Exception {
        int port = FreePorts.find(1).get(0);
        assertThat(simulate("127.0.0.1:" + port).failedWith(1)).contains("127.0.0.1:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "no.such.host.invalid:9092"})
    @DisplayName("says in one line that an address is none")
    void badAddress(String address) throws Exception {
        CommandLineRun run = simulate(address);
        assertThat(run.failedWith(run.exitCode())).contains(address);
    }

    private CommandLineRun simulate(String bootstrapServers) throws Exception {
        Path bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        return duet(
                "simulate", "--bootstrap-servers", bootstrapServers, "--bundle", bundle.toString());
    }

    private CommandLineRun duet(String... args) throws IOException, InterruptedException {
        return duet(Locale.ENGLISH, args);
    }

    private CommandLineRun duet(Locale locale, String... args)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElse("java"));
        line.addAll(quietly(Runtime.version().feature()));
        line.addAll(
                List.of(
                        "-Xmx1g",
                        "-Duser.language=" + locale.getLanguage(),
                        "-Duser.country=" + locale.getCountry(),
                        "-Dai.djl.offline=true",
                        "-Djava.io.tmpdir=" + temporary(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Duet.class.getName()));
        line.addAll(List.of(args));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                new ProcessBuilder(line)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        int exitCode = Eventually.exitCode("the end of duet", process);
        return new CommandLineRun(exitCode, Files.readString(out), Files.readString(err));
    }

    /** What the launcher gives newer JVMs, which would warn about native libraries and Unsafe. */
    private static List<String> quietly(int version) {
        List<String> options = new ArrayList<>();
        if (version >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        if (version >= 23) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        return options;
    }

    private Path temporary() throws IOException {
        return Files.createDirectories(directory.resolve("tmp"));
    }
}
