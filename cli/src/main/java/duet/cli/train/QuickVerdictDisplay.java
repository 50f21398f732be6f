package duet.cli.train;

import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.interactions.inspection.LogInspection;
import duet.interactions.inspection.Needs;
import duet.model.data.InteractionLog;
import duet.model.evaluation.MetricIntervals;
import duet.model.evaluation.OfflineEvaluation;
import duet.model.network.Backbone;
import duet.model.statistics.MeanInterval;
import duet.model.training.TrainingListener;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.model.verdict.QuickVerdict;
import duet.schemas.Quantity;
import duet.schemas.evaluation.RankingMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows a verdict that is come to by a short training. */
final class QuickVerdictDisplay {
    /** Whoever asks may take any backbone; the recommendation is of this one. */
    private static final Backbone BACKBONE = Backbone.SASREC;

    /** Validation and ranking take about half as long again as the steps. */
    private static final double BESIDE_STEPS = 1.5;

    private static final int MODELS = 2;

    private QuickVerdictDisplay() {}

    /** Says that there is a verdict to be had, and how long it takes. */
    static String offer(InteractionLog log, LogInspection found) {
        return String.format(
                Locale.ROOT,
                "Whether to personalize, and against a device that keeps its items: duet inspect"
                        + " --verdict trains for about %s and says it",
                Numbers.seconds(reckoned(QuickVerdict.setting(log, whole(found)), found)));
    }

    private static TrainingOptions whole(LogInspection found) {
        return found.recommendation().options(BACKBONE);
    }

    private static Duration reckoned(QuickVerdict.Setting setting, LogInspection found) {
        TrainingOptions options = setting.options();
        long samples = samples(setting, options.network());
        if (!options.joint()) {
            samples += samples(setting, options.generator());
        }
        double seconds =
                Needs.seconds(
                        samples, found.sizes().kept().items(), options.sizes().device().width());
        return Duration.ofSeconds((long) Math.ceil(5 + MODELS * BESIDE_STEPS * seconds));
    }

    private static long samples(QuickVerdict.Setting setting, PhaseOptions phase) {
        return phase.epochs() * Math.min(setting.interactions(), (long) phase.samples());
    }

    /** Trains, shows how it goes on, and says what it comes to. */
    static QuickVerdict of(Terminal terminal, InteractionLog log, LogInspection found) {
        QuickVerdict.Setting setting = QuickVerdict.setting(log, whole(found));
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "A short training on %s, twice, about %s:",
                        users(setting, log),
                        Numbers.seconds(reckoned(setting, found))));
        QuickVerdict quick;
        try (Displays displays = new Displays(terminal)) {
            quick = QuickVerdict.of(log, whole(found), displays::of);
        }
        QuickVerdict.Figures figures = quick.figures();
        if (figures != null) {
            terminal.table(table(figures));
        }
        terminal.line("Verdict: " + quick.verdict().line());
        if (figures != null) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "It comes from at most %s of %s, and a whole training gives other"
                                    + " figures. To be surer: train with the options above, once"
                                    + " more with --device-memory %s, and duet evaluate --bundle"
                                    + " FIRST --control SECOND",
                            Quantity.of(setting.options().network().epochs(), "epoch"),
                            users(setting, log),
                            decays()));
        }
        return quick;
    }

    private static String users(QuickVerdict.Setting setting, InteractionLog log) {
        return setting.users() == log.users().size()
                ? Quantity.of(setting.users(), "user")
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d users, drawn with a fixed seed,",
                        setting.users(),
                        log.users().size());
    }

    private static String decays() {
        return String.join(",", ModelSizes.MEMORY_DECAYS.stream().map(String::valueOf).toList());
    }

    private static Table table(QuickVerdict.Figures figures) {
        OfflineEvaluation.Result model = figures.model();
        OfflineEvaluation.Result control = figures.control().control();
        Table table = new Table("each user's test item", "userAuc", "ndcg10");
        row(table, "global", model.global(), model.intervals().global());
        model.personalizedByAge()
                .forEach(
                        (age, metrics) ->
                                row(
                                        table,
                                        "personalized, deltas of age " + Numbers.count(age),
                                        metrics,
                                        model.intervals().personalizedByAge().get(age)));
        row(table, "a device that keeps its items", control.global(), control.intervals().global());
        row(
                table,
                "the same, personalized",
                control.personalized(),
                control.intervals().personalizedByAge().get(0));
        return table;
    }

    private static void row(
            Table table, String name, RankingMetrics metrics, MetricIntervals intervals) {
        table.row(
                name,
                cell(metrics.userAuc(), intervals.of("userAuc")),
                cell(metrics.ndcg10(), intervals.of("ndcg10")));
    }

    private static String cell(double mean, MeanInterval interval) {
        return Numbers.metric(mean)
                + (Double.isNaN(mean) || Double.isNaN(interval.halfWidth())
                        ? ""
                        : " ± " + Numbers.metric(interval.halfWidth()));
    }

    /** Returns a verdict for JSON, with how it was come to. */
    static Map<String, @Nullable Object> asMap(QuickVerdict quick, InteractionLog log) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>(quick.verdict().asMap());
        Map<String, @Nullable Object> training = new LinkedHashMap<>();
        training.put("backbone", BACKBONE.id());
        training.put("users", quick.setting().users());
        training.put("ofUsers", log.users().size());
        training.put("interactions", quick.setting().interactions());
        training.put("epochs", quick.setting().options().network().epochs());
        map.put("training", training);
        QuickVerdict.Figures figures = quick.figures();
        if (figures != null) {
            map.put("global", figures.model().global());
            map.put("personalizedByAge", figures.model().personalizedByAge());
            map.put("onDevice", figures.control().control().global());
            map.put("both", figures.control().control().personalized());
        }
        return map;
    }

    /** Shows one training after the other. */
    private static final class Displays implements AutoCloseable {
        private final Terminal terminal;
        private @Nullable TrainingDisplay shown;

        Displays(Terminal terminal) {
            this.terminal = terminal;
        }

        TrainingListener of(QuickVerdict.Part part) {
            close();
            terminal.line(
                    switch (part) {
                        case MODEL -> "First a model, for the global weights and for deltas:";
                        case CONTROL -> "Then the control, whose device keeps its items:";
                    });
            shown = new TrainingDisplay(terminal);
            return shown;
        }

        @Override
        public void close() {
            if (shown != null) {
                shown.close();
            }
        }
    }
}
