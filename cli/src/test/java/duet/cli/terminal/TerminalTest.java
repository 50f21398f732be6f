package duet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A terminal")
class TerminalTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    @DisplayName("shows progress as whole lines where nothing can be drawn over")
    void lines() {
        try (Progress progress = new Terminal(out, false, 100).progress("Training", 200, "steps")) {
            progress.update(200, "loss 0.25");
        }
        assertThat(text()).doesNotContain("\r", "\u001b").endsWith("\n");
        assertThat(text().lines().toList())
                .last()
                .asString()
                .contains("Training", "200/200 steps", "loss 0.25");
        assertThat(text().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    @DisplayName("ends at all there was where it was guessed before")
    void finish() {
        try (Progress progress =
                new Terminal(out, false, 100).progress("Streaming", 200, "windows")) {
            progress.finish(190, "done");
        }
        assertThat(text().lines().toList())
                .last()
                .asString()
                .contains("100%", "190/190 windows", "done");
    }

    @Test
    @DisplayName("draws progress over itself on a terminal")
    void bar() {
        try (Progress progress = new Terminal(out, true, 80).progress("Training", 200, "steps")) {
            progress.update(200, "loss 0.25");
        }
        assertThat(text()).contains("\r").contains("200/200 steps");
    }

    @Test
    @DisplayName("aligns numbers to the right")
    void table() {
        new Terminal(out, false, 80)
                .table(
                        new Table("", "global", "personalized")
                                .row("auc", "0.9", "0.95")
                                .row("hr10", "1", "0.75"));
        assertThat(text().lines().toList())
                .containsExactly(
                        "+------+--------+--------------+",
                        "|      | global | personalized |",
                        "+------+--------+--------------+",
                        "| auc  |    0.9 |         0.95 |",
                        "| hr10 |      1 |         0.75 |",
                        "+------+--------+--------------+");
    }

    @Test
    @DisplayName("aligns text to the left, over as many lines as it takes")
    void tableOfText() {
        new Terminal(out, false, 80)
                .table(
                        Table.ofText("letter", "reason")
                                .row("0@17", "word ".repeat(20).strip())
                                .row("0@18", "cut"));
        assertThat(text().lines().toList())
                .containsExactly(
                        "+--------+" + "-".repeat(80) + "+",
                        "| letter | reason" + " ".repeat(72) + " |",
                        "+--------+" + "-".repeat(80) + "+",
                        "| 0@17   | " + "word ".repeat(15) + "    |",
                        "|        | " + "word ".repeat(5) + " ".repeat(54) + "|",
                        "| 0@18   | cut" + " ".repeat(76) + "|",
                        "+--------+" + "-".repeat(80) + "+");
    }

    @Test
    @DisplayName("shows text from outside without what would control it")
    void textFromOutside() {
        String hostile = "d\u001b[2J\u009b1m\u202e\n\u2028x";
        Terminal terminal = new Terminal(out, false, 80);
        terminal.table(Table.ofText("device", "").row(hostile, "é"));
        assertThat(text()).contains("| d?[2J?1m???x | é |");
        written.reset();
        terminal.line("user " + hostile + "\tof\u0007 é");
        assertThat(text()).isEqualToIgnoringNewLines("user d?[2J?1m???x    of? é");
        written.reset();
        terminal.table(new Table("\u001b[1m"));
        assertThat(text()).contains("| ?[1m |");
        written.reset();
        try (Progress progress = terminal.progress(hostile, 2, hostile)) {
            progress.update(2, hostile);
        }
        assertThat(text()).contains("d?[2J").doesNotContain("\u001b", "\u009b", "\u202e", "\u2028");
        written.reset();
        terminal.json(List.of(hostile));
        assertThat(text())
                .isEqualToIgnoringNewLines("[ \"d\\u001B[2J\\u009B1m\\u202E\\n\\u2028x\" ]");
    }

    @Test
    @DisplayName("refuses a row that does not fit its table")
    void wrongRow() {
        assertThatThrownBy(() -> new Table("a", "b").row("1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row of 1 values in a table of 2 columns");
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
