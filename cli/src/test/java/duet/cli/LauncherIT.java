package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.testkit.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The {@code duet} script in a checkout of its own, with the shells and tools of several machines.
 * Maven is played: it notes that it was called and lends the class path of this test.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
@DisplayName("The duet script")
class LauncherIT {

    /** A bash to test with, 3.2 say, as macOS has it. */
    private static final String OTHER_BASH = "DUET_TEST_BASH";

    private static final String BUILT = "cli/target/launcher/built";

    /** What a machine runs the script with. */
    enum Machine {
        /** The shell and the tools of this machine. */
        THIS(List.of("bash"), false),
        /** The same shell, as strict as POSIX. */
        POSIX(List.of("bash", "--posix"), false),
        /** No tool but busybox's, which has no option of GNU's that is not everywhere. */
        BUSYBOX(List.of("bash", "--posix"), true),
        /** An older shell, where one is given. */
        OTHER(List.of(System.getenv().getOrDefault(OTHER_BASH, "")), true);

        private final List<String> shell;
        private final boolean busybox;

        Machine(List<String> shell, boolean busybox) {
            this.shell = shell;
            this.busybox = busybox;
        }
    }

    @Parameter private Machine machine;

    @TempDir private Path directory;

    private Path tools;
    private Path checkout;
    private String path;
    private List<String> locale = List.of("", "", "C.UTF-8");

    @BeforeEach
    void layOut() throws IOException {
        assumeThat(machine.shell.get(0))
                .as("no bash was given by the environment's " + OTHER_BASH)
                .isNotEmpty();
        tools = Files.createDirectories(directory.resolve("tools"));
        if (machine.busybox) {
            linkBusybox();
            path = tools.toString();
        } else {
            path = tools + File.pathSeparator + System.getenv("PATH");
        }
        Files.createSymbolicLink(tools.resolve("java"), java());
        checkout = directory.resolve("a checkout");
        Path source = checkout.resolve("cli/src/main/java/Command.java");
        Files.createDirectories(source.getParent());
        Files.createFile(source);
        Files.createFile(checkout.resolve("pom.xml"));
        Files.createFile(checkout.resolve("cli/pom.xml"));
        Files.copy(
                Path.of("..", "duet"),
                checkout.resolve("duet"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(directory.resolve("class-path"), System.getProperty("java.class.path"));
        mvn(
                """
                for module in cli deploy/dist/pytorch-lib; do
                    launcher="$HOME/a checkout/$module/target/launcher"
                    [ ! -d "$launcher" ] || cp "$HOME/class-path" "$launcher"
                done
                """);
    }

    @Test
    @DisplayName("builds what is missing, once")
    void once() throws Exception {
        CommandLineRun first = duet("--version");
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).startsWith("Building Duet (first run").contains("\nduet ");
        CommandLineRun second = duet("--help");
        assertThat(second.err()).isEmpty();
        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).startsWith("Usage: duet").contains("replay");
        assertThat(builds()).hasSize(1).allMatch(build -> build.contains(" -pl cli "));
    }

    @Test
    @DisplayName("says once that it builds, where it does not know yet what the command needs")
    void saidOnce() throws Exception {
        layOutLibraries();

        CommandLineRun train = duet("train", "--data", "none");

        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.out().lines().filter(line -> line.startsWith("Building Duet")))
                .singleElement()
                .asString()
                .contains("(first run, takes a minute or a few)");
        assertThat(builds()).hasSize(2);
    }

    private void layOutLibraries() throws IOException {
        for (String name : List.of("deploy/dist/pytorch-lib", "deploy/dist/duckdb-lib")) {
            Path module = Files.createDirectories(checkout.resolve(name));
            Files.createFile(module.resolve("pom.xml"));
        }
    }

    @Test
    @DisplayName("builds what a command needs besides when it is given")
    void more() throws Exception {
        layOutLibraries();
        duet("--version");
        CommandLineRun train = duet("train", "--data", "none");
        assertThat(train.exitCode()).isEqualTo(2);
        assertThat(train.out()).startsWith("Building Duet (first run of this command)");
        assertThat(builds())
                .hasSize(2)
                .last()
                .matches(
                        build ->
                                build.contains(
                                        " -pl cli,deploy/dist/pytorch-lib,deploy/dist/duckdb-lib"
                                                + " "));
    }

    @Test
    @DisplayName("builds again after a change, and after nothing else")
    void changed() throws Exception {
        duet("--version");
        age();
        int builds = 1;
        for (String file :
                List.of("cli/src/main/java/Command.java", "cli/src/main/java", "cli/pom.xml")) {
            assertThat(duet("--version").out()).startsWith("duet ");
            Files.setLastModifiedTime(checkout.resolve(file), FileTime.from(Instant.now()));
            assertThat(duet("--version").out())
                    .as(file)
                    .startsWith("Building Duet (sources have changed)");
            builds++;
            assertThat(builds()).hasSize(builds);
            age();
        }
    }

    @Test
    @DisplayName("finds its checkout through links")
    void links() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("first"), Path.of("../a checkout/duet"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), bin.resolve("first"));
        CommandLineRun run = run(second, "--version");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("\nduet ");
    }

    @Test
    @DisplayName("shows why a build failed")
    void failedBuild() throws Exception {
        mvn("echo '[ERROR] no such symbol'; exit 1");
        CommandLineRun run = duet("--version");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("[ERROR] no such symbol\nduet: the build failed");
    }

    @Test
    @DisplayName("says so when java is there and runs none, as on a fresh macOS")
    void noJava() throws Exception {
        Files.delete(tools.resolve("java"));
        script(tools.resolve("java"), "echo 'Unable to locate a Java Runtime.' >&2; exit 1");
        assertThat(duet("--version").failedWith(1))
                .contains("java is Java of an unknown version: Duet needs 17 or newer");
    }

    @Test
    @DisplayName("lets names of files be UTF-8 where the locale is C, and no other")
    void locale() throws Exception {
        Files.delete(tools.resolve("java"));
        script(
                tools.resolve("java"),
                "echo \"${LC_ALL-}|${LC_CTYPE-}|${LANG-}\" > \"$HOME/locale\"; exec \""
                        + java()
                        + "\" \"$@\"");
        duet("--version");
        for (List<String> given :
                List.of(
                        List.of("C", "", "", "C.UTF-8|C.UTF-8|"),
                        List.of("", "", "", "|C.UTF-8|"),
                        List.of("", "POSIX", "de_DE.UTF-8", "|C.UTF-8|de_DE.UTF-8"),
                        List.of("", "", "C.UTF-8", "||C.UTF-8"),
                        List.of("C.UTF-8", "C", "", "C.UTF-8|C|"))) {
            locale = given;
            CommandLineRun run = duet("--version");
            assertThat(run.err()).isEmpty();
            assertThat(Files.readString(directory.resolve("locale")))
                    .as("LC_ALL, LC_CTYPE and LANG, given %s", given)
                    .isEqualTo(given.get(3) + "\n");
        }
    }

    @Test
    @DisplayName("builds once when it is started twice")
    void locked() throws Exception {
        assumeThat(Path.of("/proc/self/fd")).as("it tells which files are open").isDirectory();
        if (machine.busybox) {
            // as on macOS: no flock, but perl
            Files.deleteIfExists(tools.resolve("flock"));
            Files.createSymbolicLink(tools.resolve("perl"), onPath("perl"));
        }
        mvn(
                """
                until [ -e "$HOME/go on" ]; do sleep 0.1; done
                cp "$HOME/class-path" "$HOME/a checkout/cli/target/launcher"
                """);
        Process first = start(checkout.resolve("duet"), "first", "--version");
        Eventually.until("a build", () -> Files.exists(directory.resolve("builds")));
        Process second = start(checkout.resolve("duet"), "second", "--version");
        Path lock = Path.of("/proc", Long.toString(second.pid()), "fd", "9");
        Eventually.until("the other at the lock", () -> Files.exists(lock));
        Files.createFile(directory.resolve("go on"));
        assertThat(ended(first, "first").out()).contains("\nduet ");
        assertThat(ended(second, "second").out()).startsWith("duet ");
        assertThat(builds()).hasSize(1);
    }

    private CommandLineRun duet(String... args) throws IOException, InterruptedException {
        return run(checkout.resolve("duet"), args);
    }

    private CommandLineRun run(Path script, String... args)
            throws IOException, InterruptedException {
        return ended(start(script, "run", args), "run");
    }

    private Process start(Path script, String name, String... args) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(onPath(machine.shell.get(0)).toString());
        line.addAll(machine.shell.subList(1, machine.shell.size()));
        line.add(script.toString());
        Collections.addAll(line, args);
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(directory.toFile())
                        .redirectOutput(directory.resolve(name + ".out").toFile())
                        .redirectError(directory.resolve(name + ".err").toFile());
        Map<String, String> environment = builder.environment();
        environment.remove("JAVA_HOME");
        environment.put("PATH", path);
        environment.put("LC_ALL", locale.get(0));
        environment.put("LC_CTYPE", locale.get(1));
        environment.put("LANG", locale.get(2));
        environment.put("HOME", directory.toString());
        environment.put("DUET_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Duser.language=en");
        return builder.start();
    }

    private CommandLineRun ended(Process process, String name)
            throws IOException, InterruptedException {
        int exitCode = Eventually.exitCode("the end of the script", process);
        return new CommandLineRun(
                exitCode,
                Files.readString(directory.resolve(name + ".out")),
                Files.readString(directory.resolve(name + ".err")));
    }

    /** How Maven was called. */
    private List<String> builds() throws IOException {
        return Files.readAllLines(directory.resolve("builds"));
    }

    /** Has Maven do this. */
    private void mvn(String body) throws IOException {
        script(tools.resolve("mvn"), "echo \"$@\" >> \"$HOME/builds\"\n" + body);
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void linkBusybox() throws IOException {
        Optional<Path> busybox = found("busybox");
        assumeThat(busybox).as("busybox is not installed").isPresent();
        Process list = new ProcessBuilder(busybox.get().toString(), "--list").start();
        String applets = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String applet : applets.lines().toList()) {
            Files.createSymbolicLink(tools.resolve(applet), busybox.get());
        }
    }

    /** Makes all files older, what was built by an hour less than what it was built from. */
    private void age() throws IOException {
        Instant now = Instant.now();
        Path stamp = checkout.resolve(BUILT);
        try (Stream<Path> files = Files.walk(checkout)) {
            for (Path file : files.toList()) {
                int hours = file.equals(stamp) ? 1 : 2;
                Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofHours(hours))));
            }
        }
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static Path onPath(String tool) {
        Optional<Path> file = found(tool);
        assumeThat(file).as(tool + " is not installed").isPresent();
        return file.get();
    }

    private static Optional<Path> found(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder).resolve(tool))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
