package duet.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows a scenario as given, as a table of its keys: one row for a block, one for each entry of a
 * list.
 */
final class ScenarioRows {
    private final List<ReportPage.Fact> rows = new ArrayList<>();

    private ScenarioRows() {}

    /** Returns the rows of a scenario; none without a scenario. */
    static List<ReportPage.Fact> of(@Nullable JsonNode scenario) {
        ScenarioRows scenarioRows = new ScenarioRows();
        if (scenario != null) {
            for (Map.Entry<String, JsonNode> block : scenario.properties()) {
                scenarioRows.block(block.getKey(), block.getValue());
            }
        }
        return scenarioRows.rows;
    }

    private void block(String name, JsonNode value) {
        if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
            for (int i = 0; i < value.size(); i++) {
                rows.add(new ReportPage.Fact(name + " " + (i + 1), text(value.get(i)), ""));
            }
        } else {
            rows.add(new ReportPage.Fact(name, text(value), ""));
        }
    }

    private static String text(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(
                            entry ->
                                    entry.getValue().isContainerNode()
                                            ? entry.getKey() + " (" + text(entry.getValue()) + ")"
                                            : entry.getKey() + " " + text(entry.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value.isArray() && value.isEmpty()) {
            return "none";
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(ScenarioRows::text)
                    .collect(Collectors.joining("; "));
        }
        return value.asText();
    }
}
