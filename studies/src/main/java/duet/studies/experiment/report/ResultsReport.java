package duet.studies.experiment.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import duet.model.data.SkippedUsers;
import duet.studies.chart.ChartStyle;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.cell.ResultFiles;
import duet.studies.experiment.report.Section.Picture;
import duet.studies.page.PageTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The report is the page with the results of one or several plans: a Markdown file, and beside it a
 * folder of the same name with charts (PNG), all numbers (CSV) and all means (JSON).
 */
public final class ResultsReport {
    private static final String TEMPLATE = "results.md.mustache";

    private ResultsReport() {}

    /**
     * Writes page and folder, replacing older ones.
     *
     * @param page the Markdown file; its name ends with {@code .md}
     * @param directories results of the plans, in the order in which they are shown
     * @return what a person should know about it, a line each
     * @throws duet.schemas.InvalidInputException if a directory holds no results
     */
    public static List<String> write(Path page, List<ResultDirectory> directories) {
        List<PlanResults> plans = directories.stream().map(PlanResults::of).toList();
        String name = page.getFileName().toString().replaceAll("\\.md$", "");
        Path folder = page.toAbsolutePath().resolveSibling(name);
        String prefix = name + "/";
        Optional<String> obstacle = ChartStyle.obstacle();
        List<Charts> charts =
                obstacle.isPresent()
                        ? List.of()
                        : plans.stream().map(plan -> new Charts(plan, folder, prefix)).toList();
        List<SummaryRow> summary = Summary.of(plans, SummaryMetric.USER_AUC);
        ResultFiles.write(
                page.toAbsolutePath(),
                PageTemplate.fill(
                        ResultsReport.class,
                        TEMPLATE,
                        new Page(
                                prefix,
                                !summary.isEmpty(),
                                SummaryTables.first(summary).lines(),
                                SummaryTables.missingShares(summary),
                                obstacle.isPresent()
                                        ? List.of()
                                        : ShareChart.write(summary, folder, prefix).stream()
                                                .toList(),
                                plans.stream().map(ResultsReport::note).toList(),
                                sections(plans, summary, charts))));
        List<SummaryRow> numbers =
                Arrays.stream(SummaryMetric.values())
                        .flatMap(metric -> Summary.of(plans, metric).stream())
                        .toList();
        ResultFiles.write(
                folder.resolve("results.json"),
                new ResultNumbers.Document(numbers, ResultNumbers.means(plans)));
        ResultFiles.write(folder.resolve("results.csv"), csv(plans, numbers));
        return obstacle.map(List::of).orElse(List.of());
    }

    /**
     * The template fills in what this record holds.
     *
     * @param prefix path of the folder with charts and numbers, with a slash at its end
     * @param summarised whether there is a first screen, behind which the rest is folded
     * @param summary lines of its table
     * @param missing why shares are missing from it
     * @param shares its chart, if there is something to draw
     * @param plans what the plans are
     * @param sections the rest
     */
    record Page(
            String prefix,
            boolean summarised,
            List<String> summary,
            List<String> missing,
            List<Section.Picture> shares,
            List<PlanNote> plans,
            List<Section> sections) {}

    /** A note says what a plan is, in short. */
    record PlanNote(
            String title,
            String file,
            int cells,
            int finished,
            List<String> facts,
            String description,
            List<Contents.VariantEntry> variants) {}

    private static PlanNote note(PlanResults plan) {
        List<String> facts =
                plan.cells().stream()
                        .map(
                                cell ->
                                        String.format(
                                                Locale.ROOT,
                                                "%s has %s users, %s items and %s interactions.",
                                                cell.origin().data(),
                                                ResultFormat.count(cell.dataFacts().users()),
                                                ResultFormat.count(cell.dataFacts().items()),
                                                ResultFormat.count(
                                                        cell.dataFacts().interactions())))
                        .distinct()
                        .collect(Collectors.toCollection(ArrayList::new));
        plan.contents().leftOut().stream()
                .map(name -> "The data set " + name + " was not there at the last run.")
                .forEach(facts::add);
        plan.cells().stream()
                .flatMap(cell -> skipped(cell).stream())
                .distinct()
                .forEach(facts::add);
        plan.cells().stream().flatMap(ResultsReport::diverged).forEach(facts::add);
        return new PlanNote(
                plan.contents().title(),
                plan.contents().planFile(),
                plan.contents().cells().size(),
                plan.cells().size(),
                facts,
                plan.contents().description(),
                plan.contents().variants().stream()
                        .filter(variant -> !variant.about().isEmpty())
                        .toList());
    }

    /** Says whom a cell does not rank for; empty where that is nobody, or not known. */
    private static Optional<String> skipped(CellResult cell) {
        CellResult.RankedUsers users = cell.quality().users();
        return users == null || users.skipped().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "Of %s, %s of %s users are ranked for, the others not: %s.",
                                cell.origin().data(),
                                ResultFormat.count(users.ranked()),
                                ResultFormat.count(users.total()),
                                SkippedUsers.inWords(users.skipped())));
    }

    /** Says which phases of a cell's training ended because numbers were no longer finite. */
    private static Stream<String> diverged(CellResult cell) {
        return cell.training().epochs().stream()
                .filter(epoch -> epoch.divergence() != null)
                .map(
                        epoch ->
                                String.format(
                                        Locale.ROOT,
                                        "%s, %s, %s, seed %d: %s, so epoch %d was kept.",
                                        cell.origin().data(),
                                        cell.origin().backbone(),
                                        cell.origin().variant(),
                                        cell.origin().seed(),
                                        Objects.requireNonNull(epoch.divergence()).line(),
                                        epoch.epoch()));
    }

    private static List<Section> sections(
            List<PlanResults> plans, List<SummaryRow> summary, List<Charts> charts) {
        List<Section> sections = new ArrayList<>();
        if (!summary.isEmpty()) {
            sections.add(
                    new Section(
                            "Behind the summary",
                            "What else could be done on a device, with differences to the global"
                                + " model; what that takes there (tensors as they are stored, own"
                                + " layers as float32, 8 bytes for each item that is kept; the"
                                + " budget of the bigger device is the default, its delta, and the"
                                + " history that a device with memory keeps); and how many"
                                + " trainings are behind each figure, and which variant was chosen"
                                + " by its validation items.",
                            Stream.of(
                                            SummaryTables.controls(summary),
                                            SummaryTables.bytes(summary),
                                            SummaryTables.trainings(summary))
                                    .filter(MarkdownTable::hasRows)
                                    .toList(),
                            List.of()));
        }
        add(
                sections,
                "Accuracy with fresh deltas",
                "The global model against the same model with the layers generated from each"
                        + " device's whole history (age 0).",
                plans,
                List.of(ResultTables::accuracy),
                charts,
                Charts::none);
        add(
                sections,
                "Age of the delta",
                "userAuc when the delta was made so many interactions before the ranking.",
                plans,
                List.of(ResultTables::ages, ResultTables::gainByAge),
                charts,
                Charts::ages);
        add(
                sections,
                "Cold start",
                "userAuc of the same users when cloud and device know only the newest of their"
                        + " interactions.",
                plans,
                List.of(ResultTables::historyLengths),
                charts,
                Charts::historyLengths);
        add(
                sections,
                "Size of a delta",
                "Bytes of a delta record with its key, as Kafka gets it, and what ranking loses by"
                        + " the encoding.",
                plans,
                List.of(ResultTables::codecs),
                charts,
                Charts::codecs);
        add(
                sections,
                "Size of the device model",
                "All tensors on the device as they are stored, and the median time of ranking 100"
                        + " candidates with the device runtime. The last column is the smallest"
                        + " difference to the global model over all ages measured.",
                plans,
                List.of(ResultTables::devices),
                charts,
                Charts::devices);
        add(
                sections,
                "Controls",
                "userAuc with deltas that are not the device's own.",
                plans,
                List.of(ResultTables::controls),
                charts,
                Charts::none);
        add(
                sections,
                "Decoders and oscillation",
                "How much a delta differs from the one an interaction earlier: norm of the"
                        + " difference over the norm of the delta, and share of the ten best of the"
                        + " candidates that changes while the window stays the same.",
                plans,
                List.of(ResultTables::oscillation),
                charts,
                Charts::none);
        add(
                sections,
                "Fine-tuning each user's model",
                "The global model fine-tuned on each user's history, with epochs, batch size and"
                    + " learning rate chosen on the validation items of the same users; times are"
                    + " of one user without that choice, and of one generation in batches of 64.",
                plans,
                List.of(ResultTables::fineTuning),
                charts,
                Charts::none);
        add(
                sections,
                "Training",
                "Time of the trainings, on the machine and beside the load it had. Cells that"
                        + " differ in the generator only share a network.",
                plans,
                List.of(ResultTables::training),
                charts,
                Charts::convergence);
        return sections;
    }

    private static void add(
            List<Section> sections,
            String title,
            String about,
            List<PlanResults> plans,
            List<Function<ResultTables, MarkdownTable>> tables,
            List<Charts> charts,
            Function<Charts, List<Picture>> pictures) {
        List<MarkdownTable> filled =
                plans.stream()
                        .map(ResultTables::new)
                        .flatMap(plan -> tables.stream().map(table -> table.apply(plan)))
                        .filter(MarkdownTable::hasRows)
                        .toList();
        if (!filled.isEmpty()) {
            sections.add(
                    new Section(
                            title,
                            about,
                            filled,
                            charts.stream()
                                    .flatMap(plan -> pictures.apply(plan).stream())
                                    .toList()));
        }
    }

    private static String csv(List<PlanResults> plans, List<SummaryRow> summary) {
        CsvMapper mapper =
                CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();
        try {
            return mapper.writer(mapper.schemaFor(ResultNumbers.Row.class).withHeader())
                    .writeValueAsString(ResultNumbers.rows(plans, summary));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers are always CSV", e);
        }
    }
}
