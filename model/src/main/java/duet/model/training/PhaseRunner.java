package duet.model.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.model.training.options.PhaseOptions;
import duet.model.training.sample.Preparation;
import duet.model.training.step.Learner;
import duet.model.training.step.Objective;
import duet.model.training.step.ParameterUpdate;
import duet.model.training.step.Workers;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.NotANumberException;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs one phase: steps of Adam over shuffled samples, validation of the averaged weights after
 * every epoch, early stop, best weights. A phase whose numbers are no longer finite ends there. It
 * knows neither networks nor data.
 */
public final class PhaseRunner {
    private static final double NANOS = 1e9;

    /** Holds what an epoch is selected by. */
    public record Validation(RankingMetrics metrics, double selection) {}

    /** Measures the averaged weights. */
    public interface Validator {
        Validation validate();
    }

    /**
     * Holds what a phase gave.
     *
     * @param epochs every epoch's metrics; the last says why no other came where numbers were no
     *     longer finite
     * @param best the best epoch's averaged weights, in the order of the sets that were trained
     */
    public record Outcome(List<EpochMetrics> epochs, List<Map<String, Tensor>> best) {}

    private final TrainingPhase phase;
    private final PhaseOptions options;
    private final TrainingListener listener;
    private final LongSupplier nanoClock;
    private final PhaseMemory memory;

    public PhaseRunner(
            TrainingPhase phase,
            PhaseOptions options,
            TrainingListener listener,
            LongSupplier nanoClock) {
        this(phase, options, listener, nanoClock, PhaseMemory.NONE);
    }

    /**
     * Makes a runner that keeps where it stands after every epoch.
     *
     * @param memory where a phase that was interrupted goes on from, with the same learners,
     *     options and random as before
     */
    public PhaseRunner(
            TrainingPhase phase,
            PhaseOptions options,
            TrainingListener listener,
            LongSupplier nanoClock,
            PhaseMemory memory) {
        this.phase = phase;
        this.options = options;
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.memory = memory;
    }

    /**
     * Trains until the last epoch or until patience ends.
     *
     * @param manager owner of everything that lives as long as the phase
     * @param trained the parameters; the penalty of large values is of the first set
     * @param averaged a copy of each of {@code trained}, which validation reads
     * @param learners over replicas of {@code trained}, which say what is trainable; each computes
     *     its part of every batch on a thread of its own
     * @throws TrainingDivergedException if loss, weights or validation are not finite in the first
     *     epoch; later on the phase ends with what its best epoch gave
     */
    public Outcome run(
            NDManager manager,
            List<ParameterSet> trained,
            List<ParameterSet> averaged,
            List<Learner> learners,
            Validator validator,
            SplittableRandom random) {
        try (Workers workers = new Workers(learners.size())) {
            Steps steps = new Steps(manager, trained, averaged, learners, workers, random);
            List<EpochMetrics> epochs = new ArrayList<>();
            List<Map<String, Tensor>> best = List.of();
            Optional<PhaseState> recalled = memory.recall(phase);
            if (recalled.isPresent()) {
                recalled.get().requireFit(phase, trained, learners.size());
                epochs.addAll(recalled.get().epochs());
                best = recalled.get().best();
                if (goesOn(epochs)) {
                    steps.restore(recalled.get());
                }
            }
            while (goesOn(epochs)) {
                int epoch = epochs.size() + 1;
                Attempt attempt = attempt(epoch, steps, averaged, validator);
                if (attempt.divergence() != null) {
                    end(epochs, attempt.divergence());
                    break;
                }
                Validation validation = attempt.validation();
                boolean better = validation.selection() > bestSelection(epochs);
                if (better) {
                    best = attempt.weights();
                }
                EpochMetrics metrics =
                        new EpochMetrics(
                                phase,
                                epoch,
                                attempt.loss(),
                                validation.metrics(),
                                validation.selection(),
                                better);
                epochs.add(metrics);
                if (memory != PhaseMemory.NONE) {
                    memory.keep(phase, steps.state(List.copyOf(epochs), best));
                }
                listener.onEpoch(metrics);
            }
            return new Outcome(epochs, best);
        }
    }

    /**
     * Holds what came of an epoch: all but the divergence, or only that.
     *
     * @param weights averaged ones, all finite
     */
    private record Attempt(
            double loss,
            @Nullable Validation validation,
            List<Map<String, Tensor>> weights,
            @Nullable Divergence divergence) {
        static Attempt diverged(int epoch, int step, String found) {
            return new Attempt(Double.NaN, null, List.of(), new Divergence(epoch, step, found));
        }
    }

    /** Takes the steps of an epoch and validates what they gave, as long as numbers are finite. */
    private Attempt attempt(
            int epoch, Steps steps, List<ParameterSet> averaged, Validator validator) {
        Steps.Taken taken = steps.epoch(epoch);
        if (!Double.isFinite(taken.loss())) {
            return Attempt.diverged(epoch, taken.steps(), "the loss is " + taken.loss());
        }
        // A step with a finite loss may still give weights that are not: its gradients overflow.
        List<Map<String, Tensor>> weights = averaged.stream().map(ParameterSet::tensors).toList();
        Optional<String> unsound = weights.stream().flatMap(PhaseRunner::unsound).findFirst();
        if (unsound.isPresent()) {
            return Attempt.diverged(
                    epoch, taken.steps(), "the weights " + unsound.get() + " are not finite");
        }
        try {
            Validation validation = validator.validate();
            return Double.isFinite(validation.selection())
                    ? new Attempt(taken.loss(), validation, weights, null)
                    : Attempt.diverged(
                            epoch, taken.steps(), "validation is " + validation.selection());
        } catch (NotANumberException e) {
            // Weights may be finite and so large that what they give is not.
            return Attempt.diverged(epoch, taken.steps(), "scores of validation are NaN");
        }
    }

    private static Stream<String> unsound(Map<String, Tensor> weights) {
        return weights.entrySet().stream()
                .filter(entry -> !isFinite(entry.getValue().values()))
                .map(Map.Entry::getKey);
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Ends a phase at its best epoch, where there is one. */
    private void end(List<EpochMetrics> epochs, Divergence divergence) {
        EpochMetrics kept =
                epochs.stream()
                        .filter(EpochMetrics::best)
                        .reduce((earlier, later) -> later)
                        .orElseThrow(() -> new TrainingDivergedException(phase, divergence));
        epochs.add(epochs.remove(epochs.size() - 1).before(divergence));
        listener.onDivergence(kept, divergence);
    }

    private boolean goesOn(List<EpochMetrics> epochs) {
        int sinceBest = 0;
        for (EpochMetrics epoch : epochs) {
            sinceBest = epoch.best() ? 0 : sinceBest + 1;
        }
        return epochs.size() < options.epochs() && sinceBest < options.patience();
    }

    private static double bestSelection(List<EpochMetrics> epochs) {
        return epochs.stream()
                .filter(EpochMetrics::best)
                .mapToDouble(EpochMetrics::selection)
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    /** Takes the steps of a phase. */
    private final class Steps {
        private final NDManager manager;
        private final List<ParameterSet> trained;
        private final List<ParameterSet> averaged;
        private final List<Learner> learners;
        private final Workers workers;
        private final SplittableRandom random;
        private final List<SplittableRandom> own = new ArrayList<>();
        private final ParameterUpdate update;

        Steps(
                NDManager manager,
                List<ParameterSet> trained,
                List<ParameterSet> averaged,
                List<Learner> learners,
                Workers workers,
                SplittableRandom random) {
            this.manager = manager;
            this.trained = trained;
            this.averaged = averaged;
            this.learners = learners;
            this.workers = workers;
            this.random = random;
            for (int i = 0; i < learners.size(); i++) {
                own.add(learners.size() == 1 ? random : random.split());
            }
            this.update =
                    new ParameterUpdate(
                            manager, trained, averaged, learners.get(0), options, workers);
        }

        /** Goes on where the phase stood: repeats what was drawn until then, and nothing else. */
        void restore(PhaseState state) {
            for (int i = 0; i < trained.size(); i++) {
                trained.get(i).restore(state.trained().get(i));
                averaged.get(i).restore(state.averaged().get(i));
            }
            update.optimizer().restore(state.means(), state.variances(), state.steps());
            for (int i = 0; i < learners.size(); i++) {
                learners.get(i).chance().restore(MersenneTwister.of(state.chances().get(i)));
            }
            // A splittable random tells nobody where it stands: what was drawn is drawn again.
            for (int epoch = 0; epoch < state.epochs().size(); epoch++) {
                int[] samples = learners.get(0).objective().epoch(random);
                for (int from = 0; from < samples.length; from += options.batch()) {
                    int[] part = batch(samples, from);
                    workers.run(parts(part), i -> draw(part, i));
                    told(epoch, from + part.length, samples.length, state.epochs().size());
                }
            }
        }

        private void told(int epoch, int done, int samples, int epochs) {
            // All of them may be more than an int holds.
            long unit = (long) epochs * samples / Integer.MAX_VALUE + 1;
            listener.onPreparation(
                    Preparation.DRAWS,
                    (int) (((long) epoch * samples + done) / unit),
                    (int) ((long) epochs * samples / unit));
        }

        PhaseState state(List<EpochMetrics> epochs, List<Map<String, Tensor>> best) {
            return new PhaseState(
                    epochs,
                    trained.stream().map(ParameterSet::tensors).toList(),
                    averaged.stream().map(ParameterSet::tensors).toList(),
                    best,
                    update.optimizer().means(),
                    update.optimizer().variances(),
                    update.optimizer().steps(),
                    learners.stream().map(learner -> learner.chance().state()).toList());
        }

        /**
         * Holds which steps were taken of an epoch.
         *
         * @param steps how many; the last one gave up where the loss is not finite
         * @param loss mean of all, or the first that is not finite
         */
        record Taken(int steps, double loss) {}

        /** Takes the steps of an epoch, up to the first whose loss is not finite. */
        Taken epoch(int epoch) {
            Objective objective = learners.get(0).objective();
            int[] samples = objective.epoch(random);
            int batches = (samples.length + options.batch() - 1) / options.batch();
            double lossSum = 0;
            int done = 0;
            long start = nanoClock.getAsLong();
            for (int batch = 1; batch <= batches; batch++) {
                int[] part = batch(samples, done);
                double loss = step(part);
                if (!Double.isFinite(loss)) {
                    return new Taken(batch, loss);
                }
                lossSum += loss * part.length;
                done += part.length;
                double seconds = Math.max(1e-9, (nanoClock.getAsLong() - start) / NANOS);
                double perSecond = done / seconds;
                double left =
                        samples.length
                                - done
                                + (double) (options.epochs() - epoch) * samples.length;
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
            return new Taken(batches, lossSum / samples.length);
        }

        /** Returns the mean loss before the step. */
        private double step(int[] batch) {
            try (NDManager step = manager.newSubManager()) {
                List<Learner.Lesson> lessons = new ArrayList<>();
                try (GradientCollector collector =
                        Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
                    int parts = parts(batch);
                    lessons.addAll(
                            workers.run(
                                    parts,
                                    i ->
                                            learners.get(i)
                                                    .learn(
                                                            step.newSubManager(),
                                                            draw(batch, i),
                                                            share(batch, i),
                                                            collector)));
                }
                double loss = lessons.stream().mapToDouble(Learner.Lesson::loss).sum();
                if (Double.isFinite(loss)) {
                    update.take(step, lessons.stream().map(Learner.Lesson::gradients).toList());
                }
                // Freeing what a graph was made of takes its time, too.
                workers.run(
                        lessons.size(),
                        i -> {
                            lessons.get(i).owner().close();
                            return i;
                        });
                return loss;
            }
        }

        private int[] batch(int[] samples, int from) {
            return Arrays.copyOfRange(
                    samples, from, Math.min(samples.length, from + options.batch()));
        }

        /** Returns how many learners get something of a batch. */
        private int parts(int[] batch) {
            return Math.min(learners.size(), batch.length);
        }

        private Objective.Draw draw(int[] batch, int learner) {
            int[] part = Arrays.copyOfRange(batch, from(batch, learner), from(batch, learner + 1));
            return learners.get(learner).objective().draw(part, own.get(learner));
        }

        private double share(int[] batch, int learner) {
            return (double) (from(batch, learner + 1) - from(batch, learner)) / batch.length;
        }

        private int from(int[] batch, int learner) {
            return (int) ((long) learner * batch.length / parts(batch));
        }
    }
}
