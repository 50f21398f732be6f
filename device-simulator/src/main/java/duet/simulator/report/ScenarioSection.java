package duet.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import duet.schemas.InvalidInputException;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioExplanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the scenario on the report: what it means, and what was given.
 *
 * @param explanation in the words of a dry run; null for one that this version does not know, as in
 *     a report that another version wrote
 * @param given the keys of the scenario
 */
record ScenarioSection(@Nullable ScenarioExplanation explanation, List<ReportPage.Fact> given) {
    static ScenarioSection of(JsonNode scenario) {
        return new ScenarioSection(explanation(scenario), ScenarioRows.of(scenario));
    }

    private static @Nullable ScenarioExplanation explanation(JsonNode scenario) {
        try {
            return ScenarioExplanation.of(Scenario.fromJson(scenario));
        } catch (InvalidInputException e) {
            return null;
        }
    }
}
