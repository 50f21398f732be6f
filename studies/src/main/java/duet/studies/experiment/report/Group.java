package duet.studies.experiment.report;

import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A group holds the cells that differ in their seed only.
 *
 * @param plan name of their plan
 * @param data name of the data set
 * @param backbone name of the backbone
 * @param variant name of the variant
 * @param cells one a seed, at least one
 */
record Group(String plan, String data, String backbone, String variant, List<CellResult> cells) {

    /**
     * Returns the groups of a plan's results, by data set, backbone and variant in the order of the
     * plan.
     */
    static List<Group> of(Contents contents, List<CellResult> results) {
        Map<List<String>, List<CellResult>> byKey = new LinkedHashMap<>();
        for (CellResult result : results) {
            byKey.computeIfAbsent(
                            List.of(
                                    result.origin().data(),
                                    result.origin().backbone(),
                                    result.origin().variant()),
                            key -> new ArrayList<>())
                    .add(result);
        }
        return byKey.entrySet().stream()
                .map(
                        entry ->
                                new Group(
                                        contents.plan(),
                                        entry.getKey().get(0),
                                        entry.getKey().get(1),
                                        entry.getKey().get(2),
                                        entry.getValue()))
                .toList();
    }

    /**
     * Returns the spread of a number over the seeds that have it; empty if none has. What is not a
     * number could not be said.
     */
    Optional<Spread> spread(Function<CellResult, @Nullable Double> number) {
        List<Double> values =
                cells.stream()
                        .map(number)
                        .filter(Objects::nonNull)
                        .filter(value -> !value.isNaN())
                        .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** Returns any of the cells, for what does not depend on the seed. */
    CellResult first() {
        return cells.get(0);
    }
}
