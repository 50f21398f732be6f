package duet.studies.experiment.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A plan is a grid of trainings and evaluations: every data set with every backbone, variant and
 * seed.
 *
 * @param name in file names, and in tables to say where a number comes from
 * @param title for people
 * @param description for people, in Markdown; empty for none
 * @param data data sets
 * @param seeds seeds of the trainings
 * @param backbones names of the backbones
 * @param variants ways to train and measure
 */
public record ExperimentPlan(
        String name,
        String title,
        String description,
        List<DataSource> data,
        List<Long> seeds,
        List<String> backbones,
        List<Variant> variants) {

    /** Returns all cells, variant by variant: what a plan names first is complete first. */
    public List<PlannedCell> cells() {
        List<PlannedCell> cells = new ArrayList<>();
        for (DataSource source : data) {
            for (Variant variant : variants) {
                for (String backbone : backbones) {
                    Variant.Settings settings = variant.settings().get(backbone);
                    if (settings != null) {
                        seeds.forEach(
                                seed -> cells.add(cell(source, backbone, variant, settings, seed)));
                    }
                }
            }
        }
        return cells;
    }

    private static PlannedCell cell(
            DataSource source,
            String backbone,
            Variant variant,
            Variant.Settings settings,
            long seed) {
        return new PlannedCell(
                source,
                backbone,
                variant,
                TrainingOptionTree.with(
                                settings.options(), settings.options().backbone().name(), seed)
                        .withSplit(source.split()),
                settings.evaluation());
    }
}
