package duet.cli.fleet;

import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioExplanation;
import duet.simulator.scenario.ScenarioExplanation.Fact;
import duet.simulator.scenario.ScenarioExplanation.Grid;

/** Shows what a scenario means before it runs. */
final class ScenarioDisplay {
    private ScenarioDisplay() {}

    static void show(Scenario scenario, Terminal terminal) {
        ScenarioExplanation explanation = ScenarioExplanation.of(scenario);
        terminal.line(explanation.title());
        terminal.line("");
        terminal.table(table(explanation.stages()));
        for (Fact fact : explanation.facts()) {
            terminal.line(fact.about() + ": " + fact.text());
        }
        terminal.line("");
        terminal.line("The first windows:");
        terminal.table(table(ScenarioExplanation.firstWindows(scenario)));
    }

    private static Table table(Grid grid) {
        Table table = new Table(grid.header().toArray(String[]::new));
        grid.rows().forEach(row -> table.row(row.toArray(String[]::new)));
        return table;
    }
}
