package duet.studies.experiment.run;

import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.Fingerprints;
import duet.studies.experiment.plan.ExperimentPlan;
import duet.studies.experiment.plan.PlannedCell;
import duet.studies.experiment.plan.Role;
import duet.studies.experiment.plan.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what a plan spans, for the directory of its results. */
public final class PlanContents {
    private PlanContents() {}

    /**
     * Returns the contents of a plan. Cells of data sets that are not there now keep the
     * fingerprints under which they were measured earlier, so that the page still shows them.
     *
     * @param file the plan's file
     * @param whole the plan
     * @param present the same without the data sets that are missing
     * @param earlier what the directory had before
     */
    public static Contents of(
            Path file,
            ExperimentPlan whole,
            ExperimentPlan present,
            Fingerprints fingerprints,
            Optional<Contents> earlier) {
        Map<String, Contents.Cell> known = new HashMap<>();
        earlier.ifPresent(before -> before.cells().forEach(cell -> known.put(cell.id(), cell)));
        Set<String> there = new HashSet<>();
        present.cells().forEach(cell -> there.add(cell.id()));
        List<Contents.Cell> cells = new ArrayList<>();
        for (PlannedCell cell : whole.cells()) {
            if (there.contains(cell.id())) {
                cells.add(fingerprints.entry(cell));
            } else if (known.containsKey(cell.id())) {
                cells.add(known.get(cell.id()));
            }
        }
        return new Contents(
                whole.name(),
                file.getFileName().toString(),
                whole.title(),
                whole.description(),
                whole.variants().stream().map(PlanContents::entry).toList(),
                cells,
                // The reason names a path of this machine, which is nothing for a page.
                List.copyOf(whole.leftOut().keySet()));
    }

    private static Contents.VariantEntry entry(Variant variant) {
        return new Contents.VariantEntry(
                variant.name(),
                variant.about(),
                variant.roles().stream().map(Role::id).toList(),
                variant.ofWidth());
    }
}
