package duet.studies.experiment.report;

import duet.studies.experiment.cell.CellRankings;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * This record holds what there is of a plan.
 *
 * @param contents what it spans
 * @param cells results of finished cells, in its order
 * @param groups the same, those of different seeds together
 * @param rankings for each user, of the cells that kept them
 */
record PlanResults(
        Contents contents,
        List<CellResult> cells,
        List<Group> groups,
        Map<CellResult.Origin, CellRankings> rankings) {

    static PlanResults of(ResultDirectory directory) {
        Contents contents = directory.contents();
        List<CellResult> cells = new ArrayList<>();
        Map<CellResult.Origin, CellRankings> rankings = new HashMap<>();
        for (Contents.Cell cell : contents.cells()) {
            directory
                    .result(cell)
                    .ifPresent(
                            result -> {
                                cells.add(result);
                                directory
                                        .rankings(cell)
                                        .ifPresent(kept -> rankings.put(result.origin(), kept));
                            });
        }
        return new PlanResults(contents, cells, Group.of(contents, cells), rankings);
    }

    /** Returns what the plan says of a group's variant. */
    Contents.VariantEntry variant(Group group) {
        return contents.variants().stream()
                .filter(variant -> variant.name().equals(group.variant()))
                .findFirst()
                .orElseGet(() -> new Contents.VariantEntry(group.variant(), ""));
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
