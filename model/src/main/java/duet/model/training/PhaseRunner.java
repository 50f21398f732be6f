package duet.model.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import duet.model.network.ParameterSet;
import duet.model.training.options.PhaseOptions;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Runs one phase: steps of Adam over shuffled samples, validation of the averaged weights after
 * every epoch, early stop, best weights. It knows neither networks nor data.
 */
public final class PhaseRunner {
    private static final double NANOS = 1e9;

    /** Says what is minimised. */
    public interface Objective {
        /** Returns the samples of an epoch, freshly drawn or shuffled. */
        int[] epoch(SplittableRandom random);

        /** Returns how many interactions are scored for one sample. */
        int scoredPerSample();

        /**
         * Returns the mean loss of a scored interaction over these samples, a scalar that belongs
         * to {@code step}.
         */
        NDArray loss(NDManager step, int[] samples, SplittableRandom random);
    }

    /** Holds what an epoch is selected by. */
    public record Validation(RankingMetrics metrics, double selection) {}

    /** Measures the averaged weights. */
    public interface Validator {
        Validation validate();
    }

    /**
     * Holds what a phase gave.
     *
     * @param epochs every epoch's metrics
     * @param best the best epoch's averaged weights, in the order of the sets that were trained
     */
    public record Outcome(List<EpochMetrics> epochs, List<Map<String, Tensor>> best) {}

    private final TrainingPhase phase;
    private final PhaseOptions options;
    private final TrainingListener listener;
    private final LongSupplier nanoClock;

    public PhaseRunner(
            TrainingPhase phase,
            PhaseOptions options,
            TrainingListener listener,
            LongSupplier nanoClock) {
        this.phase = phase;
        this.options = options;
        this.listener = listener;
        this.nanoClock = nanoClock;
    }

    /**
     * Trains until the last epoch or until patience ends.
     *
     * @param manager owner of everything that lives as long as the phase
     * @param trained the parameters
     * @param averaged a copy of each of {@code trained}, which validation reads
     * @param trainable which parameters change
     * @throws TrainingDivergedException if the loss is no longer a number
     */
    public Outcome run(
            NDManager manager,
            List<ParameterSet> trained,
            List<ParameterSet> averaged,
            Predicate<String> trainable,
            Objective objective,
            Validator validator,
            SplittableRandom random) {
        Map<String, NDArray> parameters = new HashMap<>();
        List<WeightAverage> averages = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            averages.add(new WeightAverage(trained.get(i), averaged.get(i), options.averaging()));
            trained.get(i)
                    .arrays()
                    .forEach(
                            (name, array) -> {
                                if (trainable.test(name)) {
                                    array.setRequiresGradient(true);
                                    parameters.put(name, array);
                                }
                            });
        }
        AdamOptimizer optimizer = new AdamOptimizer(manager, parameters, options.adam());
        List<EpochMetrics> epochs = new ArrayList<>();
        List<Map<String, Tensor>> best = List.of();
        double bestSelection = Double.NEGATIVE_INFINITY;
        int sinceBest = 0;
        for (int epoch = 1; epoch <= options.epochs() && sinceBest < options.patience(); epoch++) {
            double loss =
                    epoch(
                            manager, trained, averaged, averages, optimizer, objective, epoch,
                            random);
            Validation validation = validator.validate();
            boolean better = validation.selection() > bestSelection;
            if (better) {
                bestSelection = validation.selection();
                best = averaged.stream().map(ParameterSet::tensors).toList();
                sinceBest = 0;
            } else {
                sinceBest++;
            }
            EpochMetrics metrics =
                    new EpochMetrics(
                            phase,
                            epoch,
                            loss,
                            validation.metrics(),
                            validation.selection(),
                            better);
            epochs.add(metrics);
            listener.onEpoch(metrics);
        }
        return new Outcome(epochs, best);
    }

    private double epoch(
            NDManager manager,
            List<ParameterSet> trained,
            List<ParameterSet> averaged,
            List<WeightAverage> averages,
            AdamOptimizer optimizer,
            Objective objective,
            int epoch,
            SplittableRandom random) {
        int[] samples = objective.epoch(random);
        int batches = (samples.length + options.batch() - 1) / options.batch();
        double lossSum = 0;
        int done = 0;
        long start = nanoClock.getAsLong();
        for (int batch = 1; batch <= batches; batch++) {
            int size = Math.min(options.batch(), samples.length - done);
            int[] part = new int[size];
            System.arraycopy(samples, done, part, 0, size);
            try (NDManager step = manager.newSubManager()) {
                trained.forEach(set -> set.lendTo(step));
                averaged.forEach(set -> set.lendTo(step));
                try (GradientCollector collector =
                        Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
                    NDArray loss = objective.loss(step, part, random);
                    collector.backward(loss);
                    float value = loss.getFloat();
                    if (!Float.isFinite(value)) {
                        throw new TrainingDivergedException(
                                String.format(
                                        Locale.ROOT,
                                        "the loss is %s in step %d of epoch %d (%s); a lower"
                                                + " learning rate may help",
                                        value,
                                        batch,
                                        epoch,
                                        phase));
                    }
                    lossSum += (double) value * size;
                }
                optimizer.update(step);
                averages.forEach(WeightAverage::update);
            }
            done += size;
            double seconds = Math.max(1e-9, (nanoClock.getAsLong() - start) / NANOS);
            double perSecond = done / seconds;
            double left =
                    samples.length - done + (double) (options.epochs() - epoch) * samples.length;
            listener.onProgress(
                    new TrainingProgress(
                            phase,
                            epoch,
                            options.epochs(),
                            batch,
                            batches,
                            lossSum / done,
                            perSecond * objective.scoredPerSample(),
                            left / perSecond));
        }
        return lossSum / samples.length;
    }
}
