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
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Runs one phase: steps of Adam over shuffled samples, validation of the averaged weights after
 * every epoch, early stop, best weights. It knows neither networks nor data.
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
     * @param epochs every epoch's metrics
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
     * @param trained the parameters
     * @param averaged a copy of each of {@code trained}, which validation reads
     * @param learners over replicas of {@code trained}, which say what is trainable; each computes
     *     its part of every batch on a thread of its own
     * @throws TrainingDivergedException if the loss is no longer a number
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
                double loss = steps.epoch(epochs.size() + 1);
                Validation validation = validator.validate();
                boolean better = validation.selection() > bestSelection(epochs);
                if (better) {
                    best = averaged.stream().map(ParameterSet::tensors).toList();
                }
                EpochMetrics metrics =
                        new EpochMetrics(
                                phase,
                                epochs.size() + 1,
                                loss,
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

        /** Returns the mean loss. */
        double epoch(int epoch) {
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
                    throw new TrainingDivergedException(
                            String.format(
                                    Locale.ROOT,
                                    "the loss is %s in step %d of epoch %d (%s); a lower learning"
                                            + " rate may help",
                                    loss,
                                    batch,
                                    epoch,
                                    phase));
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
            return lossSum / samples.length;
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
