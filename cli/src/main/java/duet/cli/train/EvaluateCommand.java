package duet.cli.train;

import duet.cli.launch.Launch;
import duet.cli.option.JsonFile;
import duet.cli.option.MetricsTable;
import duet.cli.option.Numbers;
import duet.cli.option.Ranges;
import duet.cli.option.RankingOptions;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.model.data.EvaluationSplit;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.FineTuningBaseline;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.OfflineEvaluation;
import duet.schemas.bundle.ModelBundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet evaluate} measures the ranking quality of a model without a stream. */
@Launch(modules = Launch.DUCKDB)
@Command(
        name = "evaluate",
        description =
                "Measures how well a model ranks each user's last item, with the global weights and"
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
        ModelBundle model = ranking.bundle();
        EvaluationSplit split = ranking.split(terminal, model);
        List<EvaluationTask> tasks = EvaluationTask.of(split, ranking.candidates(split, model));
        if (fineTune != null) {
            // Said now, not after the ranking.
            Ranges.require("--fine-tune", fineTune, 1, tasks.size());
        }
        OfflineEvaluation.Result result;
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(model);
                Progress progress = terminal.progress("Evaluating", tasks.size(), "users")) {
            result =
                    evaluation.evaluate(
                            tasks,
                            ages == null ? List.of(0) : ages,
                            (done, total) -> progress.update(done, ""));
        }

        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Model %s, %s users of %s",
                        model.modelVersion(),
                        Numbers.count(tasks.size()),
                        split.log().source()));
        terminal.table(MetricsTable.of(result.global(), result.personalized()));
        if (ages != null) {
            terminal.line("Personalized, by the age of the weights in interactions:");
            terminal.table(byAge(result));
        }
        FineTuningQuality fineTuning = fineTune == null ? null : fineTuning(model, split, tasks);
        if (fineTuning != null) {
            show(fineTuning);
        }
        json.write(document(result, fineTuning, model));
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
                        "%s users, fine-tuned in %d epochs with batches of %d and learning rate"
                                + " %s:",
                        Numbers.count(tuning.users()),
                        tuning.setting().epochs(),
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
                                row[i + 1] =
                                        Numbers.metric(
                                                MetricsTable.METRICS
                                                        .get(names.get(i))
                                                        .applyAsDouble(metrics));
                            }
                            table.row(row);
                        });
        return table;
    }

    private Map<String, Object> document(
            OfflineEvaluation.Result result,
            @Nullable FineTuningQuality fineTuning,
            ModelBundle model) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("modelVersion", model.modelVersion());
        document.put("global", result.global());
        document.put("personalized", result.personalized());
        if (ages != null) {
            document.put("personalizedByAge", result.personalizedByAge());
        }
        if (fineTuning != null) {
            document.put("fineTuned", fineTuning.fineTuned());
            document.put("fineTuning", details(fineTuning));
        }
        return document;
    }

    /** Returns how it was done, and the other models on the same users. */
    private Map<String, Object> details(FineTuningQuality tuning) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("users", tuning.users());
        details.put("seed", seed);
        details.put("epochs", tuning.setting().epochs());
        details.put("batch", tuning.setting().batch());
        details.put("learningRate", tuning.setting().learningRate());
        details.put("secondsPerUser", tuning.secondsPerUser());
        details.put("secondsPerGeneration", tuning.secondsPerGeneration());
        details.put("global", tuning.global());
        details.put("personalized", tuning.personalized());
        return details;
    }
}
