package duet.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionTableTest {
    private static List<ConfigOption<?>> declared() throws IllegalAccessException {
        List<ConfigOption<?>> options = new ArrayList<>();
        for (var field : DuetOptions.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                options.add((ConfigOption<?>) field.get(null));
            }
        }
        return options;
    }

    @Test
    void hasEveryOptionThereIs() throws IllegalAccessException {
        assertThat(DuetOptions.ALL).containsExactlyElementsOf(declared());
        assertThat(OptionTable.markdown().lines()).hasSize(declared().size() + 2);
    }

    @Test
    void everyOptionIsDescribedAndBelongsToDuet() {
        assertThat(DuetOptions.ALL)
                .allSatisfy(option -> assertThat(option.key()).startsWith(DuetOptions.PREFIX));
        assertThat(OptionTable.markdown().lines().skip(2))
                .allSatisfy(
                        row -> assertThat(row).matches("\\| `duet\\.\\S+` \\| .*\\| .+\\. \\|"));
    }

    @Test
    void showsDefaultsWithTheirUnits() {
        assertThat(OptionTable.markdown())
                .contains("| `duet.batch.max-delay` | 5 ms |")
                .contains("| `duet.producer.batch-size` | 256 kb |")
                .contains("| `duet.encoding` | int4 |")
                .contains("| `duet.bundle` |  |");
    }

    @Test
    void isReplacedInADocument(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("options.md");
        Files.writeString(
                file, "before\n" + OptionTable.BEGIN + "\nold\n" + OptionTable.END + "\nafter\n");

        OptionTable.main(new String[] {file.toString()});

        assertThat(file)
                .hasContent(
                        "before\n"
                                + OptionTable.BEGIN
                                + "\n"
                                + OptionTable.markdown()
                                + "\n"
                                + OptionTable.END
                                + "\nafter\n");
    }

    @Test
    void saysWhereADocumentHasNoPlaceForIt() {
        assertThatThrownBy(() -> OptionTable.replaceIn("nothing"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("options:begin");
    }

    @Test
    void isTheOneInTheDocumentation() throws IOException {
        Path documentation = Path.of("..", "docs", "operate", "options.md");
        assertThat(documentation).as("documentation of the options").exists();

        String text = Files.readString(documentation);
        if (Boolean.getBoolean("duet.write")) {
            OptionTable.main(new String[] {documentation.toString()});
        }

        assertThat(OptionTable.replaceIn(text))
                .as("option table; this test with -Dduet.write=true makes it anew")
                .isEqualTo(text);
    }
}
