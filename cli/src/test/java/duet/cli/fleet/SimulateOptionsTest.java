package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("duet simulate")
class SimulateOptionsTest {
    private static CommandLineRun simulate(String... args) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "simulate",
                                "--bootstrap-servers",
                                "127.0.0.1:1",
                                "--bundle",
                                "nowhere"));
        all.addAll(List.of(args));
        return CommandLineRun.duet(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"smoke", "chaos", "reconnect-storm"})
    @DisplayName("explains a scenario without brokers and without a model")
    void dryRun(String name) {
        CommandLineRun run = CommandLineRun.duet("simulate", "--scenario", name, "--dry-run");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith(name).contains("The first windows:");
    }

    @Test
    @DisplayName("explains the plain load of its options, too")
    void plainDryRun() {
        CommandLineRun run =
                CommandLineRun.duet("simulate", "--devices", "40", "--rate", "123", "--dry-run");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("123");
    }

    @ParameterizedTest
    @CsvSource({
        "--devices, 5",
        "--rate, 5",
        "--duration, 5s",
        "--warm-up, 5s",
        "--ranking-share, 0.5"
    })
    @DisplayName("refuses beside a scenario what the scenario says itself")
    void conflict(String option, String value) {
        assertThat(simulate("--scenario", "smoke", option, value).failedWith(2))
                .contains(option + " does not go with --scenario");
    }

    @Test
    @DisplayName("names a key file that is missing, and one that would ask for nothing")
    void keys() {
        assertThat(simulate("--release-public-key", "no-such-key.pem").failedWith(2))
                .contains("key file no-such-key.pem does not exist");
        assertThat(simulate("--rollout-public-key", "rollout.pem").failedWith(2))
                .contains(
                        "--rollout-public-key is rollout.pem, which asks for nothing without"
                                + " --release-public-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "https://user:secret@host/", "file:///a/../b/"})
    @DisplayName("refuses an address prefix that leaves doubts, and names it")
    void badPrefix(String prefix) {
        assertThat(simulate("--allow", "https://host/", "--allow", prefix).failedWith(2))
                .contains("--allow: the address prefix '" + prefix + "'");
    }

    @Test
    @DisplayName("names a scenario that is none, and what is wrong in one")
    void badScenario(@TempDir Path directory) throws IOException {
        assertThat(simulate("--scenario", "no-such").failedWith(2)).contains("no-such");
        Path file =
                Files.writeString(
                        directory.resolve("bad.yaml"),
                        "stages:\n  - {kind: hold, duration: 1s, rate: -5}\n");
        assertThat(simulate("--scenario", file.toString(), "--dry-run").failedWith(2))
                .contains("rate");
    }

    @Test
    @DisplayName("refuses what cannot be searched, and names it")
    void badSearch(@TempDir Path directory) throws IOException {
        assertThat(simulate("--find-rate", "p99 100").failedWith(2)).contains("p99 100");
        assertThat(simulate("--find-rate", "p99 < 1 s", "--from", "0").failedWith(2))
                .contains("--from");
        assertThat(simulate("--find-rate", "p99 < 1 s", "--to", "50").failedWith(2))
                .contains("--to");
        assertThat(simulate("--find-rate", "p98 < 1 s").failedWith(2)).contains("p98");
        assertThat(simulate("--find-rate", "p99 < 1 s", "--rate", "50").failedWith(2))
                .contains("--rate does not go with --find-rate");
        assertThat(simulate("--from", "50").failedWith(2)).contains("--from");
        assertThat(
                        simulate(
                                        "--find-rate",
                                        "p99 < 1 s",
                                        "--part",
                                        "1/2",
                                        "--fleet-id",
                                        "shared")
                                .failedWith(2))
                .contains("--part");
        Path closed =
                Files.writeString(
                        directory.resolve("closed.yaml"),
                        "name: closed\narrivals: {process: closed, inFlight: 5, thinkTime: 0s}\n"
                                + "stages:\n  - {kind: hold, duration: 5s}\n");
        assertThat(
                        simulate("--find-rate", "p99 < 1 s", "--scenario", closed.toString())
                                .failedWith(2))
                .contains("closed loop");
    }

    @ParameterizedTest
    @CsvSource({"--warm-up, 60s", "--ranking-share, 1.5"})
    @DisplayName("refuses a warm-up as long as the run, and a share that is none")
    void badValues(String option, String value) {
        assertThat(simulate("--duration", "10s", option, value).failedWith(2)).isNotBlank();
    }
}
