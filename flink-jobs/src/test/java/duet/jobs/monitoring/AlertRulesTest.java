package duet.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import duet.jobs.config.MetricNames;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.DefaultCheckpointStatsTracker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The alert rules")
class AlertRulesTest {

    private static final Path ROOT = Path.of("..");
    private static final Path RUNBOOK = ROOT.resolve("docs/operate/runbook");
    private static final Pattern METRIC =
            Pattern.compile("flink_(?:jobmanager_job|taskmanager_job_task_operator)_(\\w+)");

    private AlertRules rules;

    @BeforeEach
    void read() throws IOException {
        rules = AlertRules.read();
    }

    @Test
    @DisplayName("say how bad it is, what it is, and where to read on")
    void everyAlertIsComplete() {
        assertThat(rules.alerts()).hasSizeGreaterThanOrEqualTo(9);
        for (JsonNode alert : rules.alerts()) {
            String name = alert.get("alert").asText();
            assertThat(alert.at("/labels/severity").asText())
                    .as("severity of %s", name)
                    .isIn("warning", "critical");
            assertThat(alert.at("/annotations/summary").asText())
                    .as("summary of %s", name)
                    .isNotBlank();
            assertThat(alert.at("/annotations/runbook").asText())
                    .as("runbook of %s", name)
                    .isEqualTo("docs/operate/runbook/" + name + ".md");
        }
    }

    @Test
    @DisplayName("have a runbook page each, and no page is left over")
    void everyAlertHasItsPage() throws IOException {
        List<String> pages;
        try (Stream<Path> files = Files.list(RUNBOOK)) {
            pages =
                    files.map(file -> file.getFileName().toString())
                            .filter(file -> !file.equals("README.md"))
                            .toList();
        }
        assertThat(pages)
                .containsExactlyInAnyOrderElementsOf(
                        rules.alerts().stream()
                                .map(alert -> alert.get("alert").asText() + ".md")
                                .toList());
        String index = Files.readString(RUNBOOK.resolve("README.md"));
        for (String page : pages) {
            assertThat(Files.readString(RUNBOOK.resolve(page)))
                    .as(page)
                    .startsWith("# " + page.replace(".md", "") + "\n")
                    .contains("## Meaning\n", "## Impact\n", "## Look\n", "## Do\n");
            assertThat(index).contains("(" + page + ")");
        }
    }

    @Test
    @DisplayName("name metrics only that the job or Flink has")
    void everyMetricIsKnown() throws IllegalAccessException {
        Set<String> known = new HashSet<>(constants(MetricNames.class));
        known.addAll(constants(org.apache.flink.runtime.metrics.MetricNames.class));
        known.addAll(constants(DefaultCheckpointStatsTracker.class));

        assertThat(rules.selectors()).isNotEmpty();
        for (AlertRules.Selector selector : rules.selectors()) {
            Matcher metric = METRIC.matcher(selector.metric());
            assertThat(metric.matches()).as("scope of %s", selector.metric()).isTrue();
            assertThat(known).contains(metric.group(1));
        }
    }

    @Test
    @DisplayName("read nothing that no rule before them records")
    void recordedNamesExist() {
        assertThat(rules.readBeforeRecorded()).isEmpty();
    }

    private static Set<String> constants(Class<?> type) throws IllegalAccessException {
        Set<String> values = new HashSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == String.class) {
                field.setAccessible(true);
                values.add((String) field.get(null));
            }
        }
        return values;
    }
}
