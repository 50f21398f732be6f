package duet.studies.experiment.report;

import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultDirectory;
import java.util.List;
import java.util.Locale;

/**
 * This record holds what there is of a plan.
 *
 * @param contents what it spans
 * @param cells results of finished cells, in its order
 * @param groups the same, those of different seeds together
 */
record PlanResults(Contents contents, List<CellResult> cells, List<Group> groups) {

    static PlanResults of(ResultDirectory directory) {
        Contents contents = directory.contents();
        List<CellResult> cells = directory.results(contents);
        return new PlanResults(contents, cells, Group.of(contents, cells));
    }

    String caption() {
        return String.format(
                Locale.ROOT,
                "Plan `%s`, seeds %s",
                contents.planFile(),
                String.join(
                        ", ",
                        cells.stream()
                                .map(cell -> cell.origin().seed())
                                .distinct()
                                .sorted()
                                .map(String::valueOf)
                                .toList()));
    }
}
