package duet.cli.train;

import duet.cli.launch.Launch;
import duet.cli.option.ItemModel;
import duet.cli.option.JsonFile;
import duet.cli.option.MetricsTable;
import duet.cli.option.Numbers;
import duet.cli.option.Ranges;
import duet.cli.option.RankedLog;
import duet.cli.option.RankingOptions;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.TrainingCounts;
import duet.model.evaluation.CatalogueTask;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.FineTuningBaseline;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.MetricIntervals;
import duet.model.evaluation.OfflineEvaluation;
import duet.model.evaluation.PopularityBaseline;
import duet.model.statistics.MeanInterval;
import duet.model.verdict.ControlComparison;
import duet.model.verdict.Verdict;
import duet.schemas.InvalidInputException;
import duet.schemas.Quantity;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet evaluate} measures the ranking quality of a model without a stream. */
@Launch(modules = Launch.DUCKDB)
@Command(
        name = "evaluate",
        description =
                "Measures how well a model ranks each user's test item, with the global weights and"
                        + " with the weights generated from the user's history.")
public final class EvaluateCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private RankingOptions ranking;

    @Option(
            names = "--ages",
            paramLabel = "N",
            split = ",",
            description =
                    "Measure weights that were generated so many interactions before the end, too,"
                            + " as in 0,5,10.")
    private @Nullable List<Integer> ages;

    @Option(
            names = "--control",
            paramLabel = "BUNDLE",
            description =
                    "Compare, user by user, with the global model of this bundle, too: what a"
                            + " device gets without a cloud, as one of the same log that was"
                            + " trained with --device-memory and reads the items it keeps itself.")
    private @Nullable Path control;

    @Launch(modules = {Launch.PYTORCH, Launch.DUCKDB})
    @Option(
            names = "--fine-tune",
            paramLabel = "N",
            description =
                    "Fine-tune the global model for N users, too, and compare; epochs, batch size"
                            + " and learning rate are chosen on their validation items.")
    private @Nullable Integer fineTune;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description =
                    "Seed of which users are fine-tuned for, and how (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin private JsonFile json;

    public EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (ages != null) {
            ages.forEach(age -> Ranges.require("--ages", age, 0, 100_000));
        }
        json.check();
        Optional<ModelBundle> other = Optional.ofNullable(control).map(ItemModel::open);
        RankedLog ranked = ranking.readAny(terminal);
        other.ifPresent(bundle -> ControlComparison.requireFit(ranked.model(), bundle));
        CandidateLists lists = ranked.candidates();
        CandidateLists.Lengths lengths = lists.lengths(ranked.split(), ranked.model().vocabulary());
        List<EvaluationTask> tasks =
                lists.kind() == CandidateLists.Kind.ALL
                        ? List.of()
                        : EvaluationTask.of(ranked.split(), lists);
        if (fineTune != null) {
            // Said now, not after the ranking.
            if (lists.kind() == CandidateLists.Kind.ALL) {
                throw new InvalidInputException(
                        "--fine-tune ranks lists of candidates, not --candidates all");
            }
            int tunable = FineTuningBaseline.tunableUsers(ranked.model(), ranked.split(), tasks);
            if (tunable == 0) {
                throw new InvalidInputException(
                        "--fine-tune: no user ranked for has a validation item that the model"
                                + " knows");
            }
            Ranges.require("--fine-tune", fineTune, 1, tunable);
        }
        OfflineEvaluation.Result result =
                measure("Evaluating", ranked.model(), ages(), ranked, tasks)
                        .ofListsOf(lengths.median());
        Optional<ControlComparison> comparison =
                other.map(bundle -> compare(result, bundle, ranked, tasks, lengths.median()));

        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Model %s, %s of %s",
                        ranked.model().modelVersion(),
                        Quantity.of(lists.byUser().size(), "user"),
                        ranked.split().log().source()));
        ranked.notes().forEach(terminal::line);
        other.ifPresent(
                bundle ->
                        ranking.notes(bundle)
                                .forEach(note -> terminal.line("Note, of the control: " + note)));
        terminal.line(inWords(lengths));
        OfflineEvaluation.Intervals intervals = result.intervals();
        terminal.table(
                MetricsTable.of(
                        result.global(),
                        result.personalized(),
                        intervals.global(),
                        intervals.personalizedByAge().get(0),
                        intervals.differenceByAge().get(0)));
        terminal.line("± is half of a 95 % interval over users.");
        if (Double.isNaN(result.global().hr20())) {
            terminal.line("–: within as many as a list holds, the positive always stands.");
        }
        if (Double.isNaN(result.global().auc())) {
            terminal.line("–: auc pools all scores, which are too many to be kept.");
        }
        intervals.differenceByAge().forEach((age, difference) -> conclude(age, difference));
        RankingMetrics popularity = popularity(ranked, tasks).ofListsOf(lengths.median());
        terminal.line(inWords(popularity, intervals.personalizedByAge().get(0)));
        if (ages != null) {
            terminal.line("Personalized, by the age of the weights in interactions:");
            terminal.table(byAge(result));
        }
        comparison.ifPresent(compared -> show(compared, other.orElseThrow()));
        EvaluationDocument document = new EvaluationDocument(ranked, lengths);
        document.add(result, ages != null, new EvaluationDocument.MetricsShown(lengths.median()));
        document.addPopularity(popularity);
        Verdict verdict = ControlComparison.verdict(result, comparison.orElse(null));
        document.add(verdict);
        comparison.ifPresent(
                compared ->
                        document.add(
                                compared,
                                other.orElseThrow(),
                                new EvaluationDocument.MetricsShown(lengths.median())));
        if (fineTune != null) {
            FineTuningQuality fineTuning =
                    fineTuning(ranked.model(), ranked.split(), tasks).ofListsOf(lengths.median());
            show(fineTuning);
            document.add(fineTuning, seed);
        }
        // What it all comes to stands last, where it is looked for.
        terminal.line("Verdict: " + verdict.line());
        json.write(document.document());
    }

    private List<Integer> ages() {
        return ages == null ? List.of(0) : ages;
    }

    private ControlComparison compare(
            OfflineEvaluation.Result result,
            ModelBundle bundle,
            RankedLog ranked,
            List<EvaluationTask> tasks,
            int length) {
        return ControlComparison.of(
                result,
                measure("Evaluating the control", bundle, List.of(0), ranked, tasks)
                        .ofListsOf(length),
                bundle.dimensions());
    }

    private OfflineEvaluation.Result measure(
            String title,
            ModelBundle model,
            List<Integer> measured,
            RankedLog ranked,
            List<EvaluationTask> tasks) {
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(model);
                Progress progress =
                        terminal.progress(title, ranked.candidates().byUser().size(), "users")) {
            OfflineEvaluation.Progress told = (done, total) -> progress.update(done, "");
            return ranked.candidates().kind() == CandidateLists.Kind.ALL
                    ? evaluation.evaluateCatalogue(
                            CatalogueTask.of(ranked.split(), ranked.candidates()), measured, told)
                    : evaluation.evaluate(tasks, measured, told);
        }
    }

    /** Shows the control beside the model. */
    private void show(ControlComparison compared, ModelBundle bundle) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Control %s, %s:",
                        bundle.modelVersion(),
                        compared.keeps() == null
                                ? "a device that reads its window of "
                                        + Quantity.of(bundle.dimensions().window(), "item")
                                : "a device that keeps " + Quantity.of(compared.keeps(), "item")));
        OfflineEvaluation.Result control = compared.control();
        Table table = new Table("", "control", "with a delta", "− global", "personalized −");
        MetricsTable.METRICS.forEach(
                (name, metric) ->
                        table.row(
                                name,
                                Numbers.metric(metric.applyAsDouble(control.global())),
                                Numbers.metric(metric.applyAsDouble(control.personalized())),
                                difference(compared.minusGlobal().of(name)),
                                difference(compared.personalizedMinus().of(name))));
        terminal.table(table);
    }

    private static String difference(@Nullable MeanInterval interval) {
        return interval == null
                ? "–"
                : Numbers.difference(interval.mean())
                        + (Double.isNaN(interval.halfWidth())
                                ? ""
                                : " ± " + Numbers.metric(interval.halfWidth()));
    }

    private static RankingMetrics popularity(RankedLog ranked, List<EvaluationTask> tasks) {
        Vocabulary items = ranked.model().vocabulary();
        PopularityBaseline popularity =
                new PopularityBaseline(TrainingCounts.of(ranked.split(), items));
        return ranked.candidates().kind() == CandidateLists.Kind.ALL
                ? popularity.measureCatalogue(
                        CatalogueTask.of(ranked.split(), ranked.candidates()), items)
                : popularity.measure(tasks);
    }

    /**
     * Says how well popularity ranks, and where the model is surely below it.
     *
     * @param model intervals of the personalized model over the same users
     */
    static String inWords(RankingMetrics popularity, MetricIntervals model) {
        List<String> values = new ArrayList<>();
        List<String> below = new ArrayList<>();
        for (String name : List.of("userAuc", "ndcg10")) {
            double value = MetricsTable.METRICS.get(name).applyAsDouble(popularity);
            if (!Double.isNaN(value)) {
                values.add(name + " " + Numbers.metric(value));
                if (model.of(name).high() < value) {
                    below.add(name);
                }
            }
        }
        return "popularity alone: "
                + String.join(", ", values)
                + (below.isEmpty()
                        ? ""
                        : below.size() == values.size()
                                ? "; the model is below it"
                                : "; the model's " + below.get(0) + " is below it");
    }

    private static String inWords(CandidateLists.Lengths lengths) {
        String size =
                lengths.min() == lengths.max()
                        ? Numbers.count(lengths.max())
                        : String.format(
                                Locale.ROOT,
                                "%,d to %,d (median %,d)",
                                lengths.min(),
                                lengths.max(),
                                lengths.median());
        return String.format(
                Locale.ROOT,
                "Each ranks %s candidates, %s",
                size,
                switch (lengths.kind()) {
                    case UNIFORM ->
                            "the others drawn from all items it never touched"
                                    + (lengths.min() > CandidateLists.NEGATIVES
                                            ? ""
                                            : ": all of them where they are fewer than "
                                                    + CandidateLists.NEGATIVES);
                    case POPULAR -> "the others drawn by popularity" + popularity(lengths);
                    case FILE -> "as the file says";
                    case ALL -> "all that it never touched";
                });
    }

    /**
     * Says why lists are shorter than those of another log, whose metrics they do not compare to.
     */
    private static String popularity(CandidateLists.Lengths lengths) {
        return lengths.min() > CandidateLists.NEGATIVES
                ? ""
                : String.format(
                        Locale.ROOT,
                        ": fewer than %d where the users of this log trained on no more that one"
                                + " never touched; more users, or --candidates FILE, give longer"
                                + " lists",
                        CandidateLists.NEGATIVES);
    }

    private void conclude(int age, MetricIntervals differences) {
        MeanInterval gain = differences.of("userAuc");
        if (Double.isNaN(gain.halfWidth())) {
            return;
        }
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "personalized − global%s: userAuc %s [%s, %s]%s",
                        age == 0 ? "" : " at age " + age,
                        Numbers.difference(gain.mean()),
                        Numbers.difference(gain.low()),
                        Numbers.difference(gain.high()),
                        judged(gain)));
    }

    /** Says how surely a difference is known; empty where it is. */
    static String judged(MeanInterval gain) {
        if (gain.low() == 0 && gain.high() == 0) {
            return ": both rank alike for every user";
        }
        return gain.isApartFromZero() ? "" : ": the interval holds 0, it may be noise";
    }

    private FineTuningQuality fineTuning(
            ModelBundle model, EvaluationSplit split, List<EvaluationTask> tasks) {
        try (Progress progress = terminal.progress("Fine-tuning", fineTune, "users")) {
            return FineTuningBaseline.measure(
                    model,
                    split,
                    tasks,
                    fineTune,
                    seed,
                    (done, total) -> progress.update(done, ""));
        }
    }

    private void show(FineTuningQuality tuning) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%s, fine-tuned in %s with batches of %d and learning rate %s:",
                        Quantity.of(tuning.users(), "user"),
                        Quantity.of(tuning.setting().epochs(), "epoch"),
                        tuning.setting().batch(),
                        tuning.setting().learningRate()));
        Table table = new Table("", "global", "generated", "fine-tuned");
        MetricsTable.METRICS.forEach(
                (name, metric) ->
                        table.row(
                                name,
                                Numbers.metric(metric.applyAsDouble(tuning.global())),
                                Numbers.metric(metric.applyAsDouble(tuning.personalized())),
                                Numbers.metric(metric.applyAsDouble(tuning.fineTuned()))));
        terminal.table(table);
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Fine-tuning takes %s a user, generating %s: %s times as long",
                        Numbers.millis(1e3 * tuning.secondsPerUser()),
                        Numbers.micros(1e6 * tuning.secondsPerGeneration()),
                        Numbers.count(tuning.secondsPerUser() / tuning.secondsPerGeneration())));
    }

    private static Table byAge(OfflineEvaluation.Result result) {
        List<String> names = List.copyOf(MetricsTable.METRICS.keySet());
        String[] header = new String[names.size() + 1];
        header[0] = "age";
        for (int i = 0; i < names.size(); i++) {
            header[i + 1] = names.get(i);
        }
        Table table = new Table(header);
        result.personalizedByAge()
                .forEach(
                        (age, metrics) -> {
                            String[] row = new String[names.size() + 1];
                            row[0] = String.valueOf(age);
                            for (int i = 0; i < names.size(); i++) {
                                double mean =
                                        MetricsTable.METRICS
                                                .get(names.get(i))
                                                .applyAsDouble(metrics);
                                row[i + 1] = Numbers.metric(mean);
                            }
                            table.row(row);
                        });
        return table;
    }
}
