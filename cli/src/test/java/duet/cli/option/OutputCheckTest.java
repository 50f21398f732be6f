package duet.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import duet.cli.DuetCommands;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

@DisplayName("What a command writes")
class OutputCheckTest {

    @TempDir private Path directory;

    private Path log;
    private Path bundle;

    @BeforeEach
    void files() throws IOException {
        log = Files.writeString(directory.resolve("log.csv"), "user,item,timestamp\n1,2,3\n");
        bundle = Files.createDirectory(directory.resolve("model"));
        Files.writeString(bundle.resolve(ModelBundle.MANIFEST), "{}");
        Files.writeString(bundle.resolve(ModelBundle.MANIFEST_HASH), "0");
    }

    /** Asserts that it was refused with both names, and that nothing is altered. */
    private void refused(Path output, Path hit, String... args) throws IOException {
        String line = CommandLineRun.duet(args).refused();
        assertThat(line).contains(output.toString(), hit.toString(), "name another place");
        assertThat(log).hasContent("user,item,timestamp\n1,2,3\n");
        assertThat(bundle.resolve(ModelBundle.MANIFEST)).hasContent("{}");
        try (Stream<Path> left = Files.list(bundle)) {
            assertThat(left).hasSize(2);
        }
    }

    @Nested
    @DisplayName("is never")
    class Never {

        @Test
        @DisplayName("the log, by its own name, another, a link or a pattern")
        void log() throws IOException {
            Path other = directory.resolve("model/../log.csv");
            Path link = Files.createSymbolicLink(directory.resolve("link.csv"), log);
            Path hard = Files.createLink(directory.resolve("hard.csv"), log);
            for (Path output : List.of(log, other, link, hard)) {
                refused(output, log, "inspect", "--data", log + "", "--json", output + "");
            }
            refused(log, link, "inspect", "--data", link + "", "--json", log + "");
            refused(
                    log,
                    log,
                    "evaluate",
                    "--bundle",
                    bundle + "",
                    "--data",
                    directory + "/*g.csv",
                    "--json",
                    log + "");
        }

        @Test
        @DisplayName("the candidates or the plan")
        void candidates() throws IOException {
            Path file = Files.writeString(directory.resolve("candidates.md"), "1\t2\t3\n");
            refused(
                    file,
                    file,
                    "evaluate",
                    "--bundle",
                    bundle + "",
                    "--data",
                    log + "",
                    "--candidates",
                    file + "",
                    "--json",
                    file + "");
            refused(file, file, "experiment", "--plan", file + "", "--report", file + "");
        }

        @ParameterizedTest
        @ValueSource(strings = {"manifest.json", "figures.json"})
        @DisplayName("in the bundle")
        void inTheBundle(String name) throws IOException {
            Path output = bundle.resolve(name);
            refused(
                    output,
                    bundle,
                    "evaluate",
                    "--bundle",
                    bundle + "",
                    "--data",
                    log + "",
                    "--json",
                    output + "");
        }

        @Test
        @DisplayName("in any bundle")
        void inAnyBundle() throws IOException {
            Path output = bundle.resolve("manifest.json");
            refused(output, bundle, "inspect", "--data", log + "", "--json", output + "");
            refused(output, bundle, "bench", "--json", output + "");
            refused(output, bundle, "cluster", "bench", "--json", output + "");
            refused(output, bundle, "cluster", "chaos", "--json", output + "");
            refused(output, bundle, "synthesize", "--out", output + "");
            refused(output, bundle, "glyphs", "--out", directory + "/g", "--json", output + "");
            refused(output, bundle, "glyphs", "--out", directory + "/g", "--report", output + "");
        }

        @Test
        @DisplayName("a report among the files of the bundle")
        void report() throws IOException {
            refused(bundle, bundle, "demo", "--bundle", bundle + "", "--report", bundle + "");
            refused(bundle, bundle, "demo", "--report", bundle + "");
            Path inside = bundle.resolve("report");
            refused(
                    inside,
                    bundle,
                    "replay",
                    "--bundle",
                    bundle + "",
                    "--data",
                    log + "",
                    "--report",
                    inside + "");
            // Its folder of charts is the bundle's directory.
            refused(
                    bundle,
                    bundle,
                    "gating",
                    "--bundle",
                    bundle + "",
                    "--data",
                    log + "",
                    "--name",
                    "manifest",
                    "--report",
                    bundle + ".md");
        }

        @Test
        @DisplayName("a bundle in whose place the log lies")
        void aroundTheLog() throws IOException {
            Path out = Files.createDirectory(directory.resolve("out"));
            Path probe = Files.copy(log, out.resolve("probe.json"));
            refused(
                    out,
                    probe,
                    "train",
                    "--backbone",
                    "sasrec",
                    "--data",
                    probe + "",
                    "--out",
                    out + "");
            assertThat(probe).exists();
        }

        @Test
        @DisplayName("a report of which it is made")
        void merged() throws IOException {
            Path part = Files.createDirectory(directory.resolve("part"));
            refused(part, part, "report", "merge", part + "", "--out", part + "");
        }

        @Test
        @DisplayName("two files of one name")
        void twice() throws IOException {
            Path file = directory.resolve("figures");
            refused(
                    file,
                    file,
                    "glyphs",
                    "--out",
                    directory + "/g",
                    "--report",
                    file + "",
                    "--json",
                    file + "");
        }

        @Test
        @DisplayName("a log of the plan")
        void plan() throws IOException {
            Path page = Files.copy(log, directory.resolve("page.md"));
            Path plan =
                    Files.writeString(
                            directory.resolve("plan.yaml"),
                            "name: p\ntitle: t\ndescription: d\n"
                                    + "data:\n  - name: one\n    file: "
                                    + page
                                    + "\nbackbones: [sasrec]\nseeds: [1]\n"
                                    + "variants:\n  - name: v\n    about: a\n");
            refused(
                    page,
                    page,
                    "experiment",
                    "--plan",
                    plan + "",
                    "--out",
                    directory + "/results",
                    "--report",
                    page + "");
        }
    }

    @Nested
    @DisplayName("replaces a file")
    class Replaces {

        @Test
        @DisplayName("at once: what fails on the way leaves the old one")
        void atOnce() throws IOException {
            Path file = Files.writeString(directory.resolve("figures.json"), "old");
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () ->
                                    WrittenFile.replace(
                                            file,
                                            out -> {
                                                out.write('n');
                                                throw new IOException("disk full");
                                            }))
                    .hasMessage("disk full");
            assertThat(file).hasContent("old");
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).hasSize(3);
            }
        }

        @Test
        @DisplayName("of which it is a link, and leaves the link")
        void link() throws IOException {
            Path file = Files.writeString(directory.resolve("figures.json"), "old");
            Path link = Files.createSymbolicLink(directory.resolve("link"), file);
            WrittenFile.replace(link, out -> out.write('n'));
            assertThat(link).isSymbolicLink();
            assertThat(file).hasContent("n");
        }
    }

    @Test
    @DisplayName("is known of every command: its option says so")
    void everyCommand() {
        List<CommandLine> commands = new ArrayList<>(DuetCommands.all());
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
        }
        List<String> unsaid = new ArrayList<>();
        for (CommandLine command : commands) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                boolean writes =
                        !Collections.disjoint(
                                Set.of(option.names()), Set.of("--json", "--out", "--report"));
                if (writes
                        && option.type() == Path.class
                        && ((AnnotatedElement) option.userObject()).getAnnotation(Output.class)
                                == null) {
                    unsaid.add(command.getCommandName() + " " + option.longestName());
                }
            }
        }
        assertThat(unsaid).isEmpty();
    }
}
