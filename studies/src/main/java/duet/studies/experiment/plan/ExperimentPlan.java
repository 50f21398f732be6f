package duet.studies.experiment.plan;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan is a grid of trainings and evaluations: every data set with every backbone, variant and
 * seed.
 *
 * @param name in file names, and in tables to say where a number comes from
 * @param title for people
 * @param description for people, in Markdown; empty for none
 * @param data data sets
 * @param backbones names of the backbones
 * @param variants ways to train and measure
 */
public record ExperimentPlan(
        String name,
        String title,
        String description,
        List<DataSource> data,
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
                        settings.seeds()
                                .forEach(
                                        seed ->
                                                cells.add(
                                                        cell(
                                                                source, backbone, variant, settings,
                                                                seed)));
                    }
                }
            }
        }
        return cells;
    }

    /**
     * Returns this plan with the logs that it makes standing in a folder.
     *
     * @see #writeMadeLogs
     */
    public ExperimentPlan in(Path folder) {
        return with(data.stream().map(source -> source.in(folder)).toList());
    }

    /**
     * Writes the logs that the plan makes into a folder, where they do not stand there.
     *
     * @throws duet.schemas.InvalidInputException if one cannot be written
     */
    public void writeMadeLogs(Path folder) {
        for (DataSource source : data) {
            if (source.made() != null) {
                source.made().write(folder);
            }
        }
    }

    /**
     * Returns this plan without the data sets that are missing and that it can do without.
     *
     * @throws InvalidInputException if another one is missing, or nothing is left
     */
    public ExperimentPlan present() {
        List<DataSource> there = new ArrayList<>();
        for (DataSource source : data) {
            Optional<String> missing = source.missing();
            if (missing.isPresent() && !source.optional()) {
                throw new InvalidInputException(missing.get());
            }
            if (missing.isEmpty()) {
                there.add(source);
            }
        }
        if (there.isEmpty()) {
            throw new InvalidInputException(
                    "none of the data sets of the plan '" + name + "' is there");
        }
        return with(there);
    }

    /** Returns the names of what {@link #present} leaves out, each with the reason. */
    public SortedMap<String, String> leftOut() {
        SortedMap<String, String> leftOut = new TreeMap<>();
        data.forEach(source -> reason(source).ifPresent(why -> leftOut.put(source.name(), why)));
        return leftOut;
    }

    private static Optional<String> reason(DataSource source) {
        return source.optional() ? source.missing() : Optional.empty();
    }

    private ExperimentPlan with(List<DataSource> others) {
        return new ExperimentPlan(name, title, description, others, backbones, variants);
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
