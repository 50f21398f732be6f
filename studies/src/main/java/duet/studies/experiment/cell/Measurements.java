package duet.studies.experiment.cell;

import duet.model.data.EvaluationSplit;
import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.FineTuningBaseline;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.OfflineEvaluation;
import duet.model.evaluation.RankingListener;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;
import duet.studies.experiment.cell.CellResult.Cost;
import duet.studies.experiment.cell.CellResult.Quality;
import duet.studies.experiment.plan.EvaluationParts;
import duet.studies.experiment.plan.PlannedCell;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** This class measures what a variant wants to have measured of a model. */
final class Measurements {
    private static final int GENERATION_BATCH = 64;

    private final ModelBundle bundle;
    private final EvaluationSplit split;
    private final Logs.Ranked ranked;
    private final List<EvaluationTask> tasks;
    private final CellListener listener;
    private final LongSupplier nanoClock;
    private final CellRankings.Collector rankings;

    Measurements(
            ModelBundle bundle,
            EvaluationSplit split,
            Logs.Ranked ranked,
            CellListener listener,
            LongSupplier nanoClock) {
        this.bundle = bundle;
        this.split = split;
        this.ranked = ranked;
        this.tasks = ranked.tasks();
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.rankings = new CellRankings.Collector(tasks);
    }

    /**
     * This record holds what was measured.
     *
     * @param rankings where each user's positive stood
     */
    record Measured(Quality quality, Cost cost, CellRankings.Collector rankings) {}

    Measured measure(PlannedCell cell) {
        EvaluationParts parts = cell.evaluation();
        Dimensions dimensions = bundle.dimensions();
        long deviceBytes =
                bundle.storedTensors(ModelBundle.DEVICE_WEIGHTS).values().stream()
                        .mapToLong(StoredTensor::byteCount)
                        .sum();
        Double deviceMillis = null;
        if (parts.deviceTime()) {
            listener.measures("timing the device");
            deviceMillis = DeviceTime.millisPerRanking(bundle, tasks, nanoClock);
        }
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(bundle)) {
            boolean generated = cell.variant().generator();
            Quality quality =
                    generated ? personalized(evaluation, parts, cell) : global(evaluation);
            if (parts.validation()) {
                listener.measures("ranking validation items");
                validate(evaluation, generated);
            }
            return new Measured(
                    quality.ofListsOf(ranked.medianLength()),
                    new Cost(
                            dimensions.width(),
                            deviceBytes,
                            generated ? dimensions.generatedSize() * dimensions.dynamicLayers() : 0,
                            deviceMillis,
                            generated && parts.deviceTime()
                                    ? evaluation.microsPerGeneration(
                                            tasks, GENERATION_BATCH, nanoClock)
                                    : null,
                            generated ? deltaBytes(dimensions) : 0,
                            historyBytes(dimensions)),
                    rankings);
        }
    }

    /** Returns what own layers take in memory, whatever the rank in which they came. */
    private static long deltaBytes(Dimensions dimensions) {
        return (long) Float.BYTES * dimensions.dynamicLayers() * dimensions.layerSize();
    }

    private static long historyBytes(Dimensions dimensions) {
        boolean remembers = !dimensions.deviceMemoryDecays().isEmpty();
        return (long) Long.BYTES * (remembers ? dimensions.history() : dimensions.window());
    }

    /** Ranks every user's last training item, which no training scored, among drawn negatives. */
    private void validate(OfflineEvaluation evaluation, boolean generated) {
        List<EvaluationTask> items = Logs.validation(split, bundle.vocabulary());
        if (items.isEmpty()) {
            return;
        }
        if (generated) {
            OfflineEvaluation.Result result = evaluation.evaluate(items);
            rankings.validated(RankingListener.GLOBAL, result.global().userAuc());
            rankings.validated(RankingListener.age(0), result.personalized().userAuc());
        } else {
            rankings.validated(
                    RankingListener.GLOBAL, evaluation.evaluateGlobally(items).userAuc());
        }
    }

    private Quality global(OfflineEvaluation evaluation) {
        listener.measures("ranking");
        RankingMetrics global = evaluation.evaluateGlobally(tasks, rankings);
        return new Quality(
                global, new TreeMap<>(), List.of(), null, List.of(), null, null, ranked.users());
    }

    private Quality personalized(
            OfflineEvaluation evaluation, EvaluationParts parts, PlannedCell cell) {
        OfflineEvaluation.Result byAge =
                evaluation.evaluate(
                        tasks,
                        parts.ages(),
                        (done, total) ->
                                listener.measures("ranking " + done + "/" + total + " users"),
                        rankings);
        SortedMap<Integer, RankingMetrics> ages = byAge.personalizedByAge();
        listener.measures("history lengths and controls");
        List<CodecQuality> codecs = new ArrayList<>();
        for (Encoding encoding : parts.encodings()) {
            listener.measures("codec " + encoding);
            codecs.add(evaluation.throughCodec(tasks, encoding, nanoClock));
        }
        return new Quality(
                byAge.global(),
                ages,
                parts.historyLengths().isEmpty()
                        ? List.of()
                        : evaluation.byHistoryLength(tasks, parts.historyLengths()),
                parts.controls() ? evaluation.controls(tasks, rankings) : null,
                codecs,
                parts.oscillation() > 0 ? evaluation.oscillation(tasks, parts.oscillation()) : null,
                fineTuning(parts.fineTune(), cell.options().seed()),
                ranked.users());
    }

    private @Nullable FineTuningQuality fineTuning(int users, long seed) {
        if (users == 0) {
            return null;
        }
        return FineTuningBaseline.measure(
                bundle,
                split,
                tasks,
                users,
                seed,
                (done, total) -> listener.measures("fine-tuning " + done + "/" + total + " users"));
    }
}
