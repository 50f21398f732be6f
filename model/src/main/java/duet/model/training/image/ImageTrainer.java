package duet.model.training.image;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import duet.model.bundle.ModelTensors;
import duet.model.image.ImagePopulation;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.Chance;
import duet.model.training.EpochMetrics;
import duet.model.training.PhaseRunner;
import duet.model.training.Shrinkage;
import duet.model.training.TrainedModel;
import duet.model.training.Trainer;
import duet.model.training.TrainingDivergedException;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingPhase;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.model.training.step.Learner;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains the model of an image task: a perceptron on the labelled images of all training devices,
 * then the generator, which reads windows of that perceptron's features. With the option {@code
 * joint} both are trained together first, and then the generator goes on alone. Of the validation
 * devices labels are used to choose epochs and shrinkage. The same population, options and machine
 * give the same bits, under the conditions of {@link Trainer}.
 */
public final class ImageTrainer {
    private static final Set<String> RECORDED = Set.of("seed", "maxAge", "freshShare", "positions");

    private static final int[] VALIDATED_AGES = {0, 10, 30};
    private static final double[] SHRINKAGES = {0, 0.25, 0.5, 0.75, 1};

    private final LongSupplier nanoClock;

    public ImageTrainer() {
        this(System::nanoTime);
    }

    /**
     * Makes a trainer with its own clock, which only the progress depends on.
     *
     * @param nanoClock elapsed nanoseconds
     */
    public ImageTrainer(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Returns those of the options that matter to this training, by name, for a bundle's manifest.
     */
    public static SortedMap<String, Object> recorded(TrainingOptions options) {
        SortedMap<String, Object> recorded = new TreeMap<>(options.asMap());
        recorded.keySet()
                .removeIf(
                        name ->
                                !RECORDED.contains(name)
                                        && !(options.joint() && name.equals("joint"))
                                        && !name.startsWith("network.")
                                        && !name.startsWith("generator."));
        // Every class is a candidate.
        recorded.keySet().removeIf(name -> name.endsWith(".negatives"));
        return recorded;
    }

    /**
     * Trains a model.
     *
     * @throws duet.schemas.InvalidInputException if devices have too few samples
     * @throws TrainingDivergedException if numbers are not finite in the first epoch of a phase
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public TrainedModel train(
            ImagePopulation population, TrainingOptions options, TrainingListener listener) {
        Engine engine = Trainer.engine();
        ImageClassification task = new ImageClassification(population, options);
        Chance chance = new Chance(options.seed());
        MersenneTwister dropout = new MersenneTwister(chance.network().nextInt());
        try (NDManager manager = engine.newBaseManager()) {
            return new Run(manager, task, options, listener, dropout).train(chance);
        }
    }

    /** Runs one training, with everything native in one manager. */
    private final class Run {
        private final NDManager manager;
        private final ImageClassification task;
        private final TrainingOptions options;
        private final TrainingListener listener;
        private final MersenneTwister dropout;
        private final List<EpochMetrics> epochs = new ArrayList<>();

        Run(
                NDManager manager,
                ImageClassification task,
                TrainingOptions options,
                TrainingListener listener,
                MersenneTwister dropout) {
            this.manager = manager;
            this.task = task;
            this.options = options;
            this.listener = listener;
            this.dropout = dropout;
        }

        TrainedModel train(Chance chance) {
            if (options.joint()) {
                List<Map<String, Tensor>> together = joint(chance);
                Map<String, Tensor> device = together.get(0);
                return shrunk(device, generator(device, together.get(1), chance.generator()));
            }
            Map<String, Tensor> device = network(chance.network());
            return shrunk(device, generator(device, null, chance.generator()));
        }

        private Map<String, Tensor> network(SplittableRandom random) {
            try (NDManager phase = manager.newSubManager()) {
                ParameterSet initial = drawnNetwork(phase, random);
                ParameterSet learned = initial.replica(UniversalMetaNetwork::isTrainable);
                UniversalMetaNetwork averaged = network(phase, initial.tensors());
                return run(
                                TrainingPhase.NETWORK,
                                options.network(),
                                phase,
                                List.of(initial),
                                List.of(averaged.parameters()),
                                new Learner(
                                        List.of(learned),
                                        task.network(over(learned), dropout),
                                        dropout),
                                () -> {
                                    RankingMetrics metrics = task.global(phase, averaged);
                                    return new PhaseRunner.Validation(metrics, metrics.userAuc());
                                },
                                random)
                        .get(0);
            }
        }

        /** Returns the tensors of the device and those of the generator. */
        private List<Map<String, Tensor>> joint(Chance chance) {
            try (NDManager phase = manager.newSubManager()) {
                SplittableRandom random = chance.network();
                ParameterSet network = drawnNetwork(phase, random);
                ParameterSet generator =
                        drawnGenerator(phase, over(network), chance.generator().split());
                ParameterSet ofNetwork = network.replica(UniversalMetaNetwork::isTrainable);
                ParameterSet ofGenerator = generator.replica(UniversalMetaNetwork::isTrainable);
                UniversalMetaNetwork averagedNetwork = network(phase, network.tensors());
                ParameterGenerator averagedGenerator = generator(phase, generator.tensors());
                return run(
                        TrainingPhase.JOINT,
                        options.network(),
                        phase,
                        List.of(network, generator),
                        List.of(averagedNetwork.parameters(), averagedGenerator.parameters()),
                        new Learner(
                                List.of(ofNetwork, ofGenerator),
                                task.joint(
                                        phase,
                                        over(ofNetwork),
                                        new ParameterGenerator(task.dimensions(), ofGenerator),
                                        dropout),
                                dropout),
                        () -> validate(phase, averagedNetwork, averagedGenerator),
                        random);
            }
        }

        /**
         * Trains the generator alone.
         *
         * @param initial what it begins with; null to draw that
         */
        private Map<String, Tensor> generator(
                Map<String, Tensor> device,
                @Nullable Map<String, Tensor> initial,
                SplittableRandom random) {
            try (NDManager phase = manager.newSubManager()) {
                UniversalMetaNetwork frozen = network(phase, device);
                ParameterSet trained =
                        initial == null
                                ? drawnGenerator(phase, frozen, random.split())
                                : ParameterSet.of(phase, initial);
                ParameterSet learned = trained.replica(UniversalMetaNetwork::isTrainable);
                ParameterGenerator learner = new ParameterGenerator(task.dimensions(), learned);
                ParameterGenerator averaged = generator(phase, trained.tensors());
                return run(
                                TrainingPhase.GENERATOR,
                                options.generator(),
                                phase,
                                List.of(trained),
                                List.of(averaged.parameters()),
                                new Learner(
                                        List.of(learned),
                                        task.generator(phase, frozen, learner, dropout),
                                        dropout),
                                () -> validate(phase, frozen, averaged),
                                random)
                        .get(0);
            }
        }

        private ParameterSet drawnNetwork(NDManager owner, SplittableRandom random) {
            ParameterSet drawn = new ParameterSet(owner);
            UniversalMetaNetwork.initialise(
                    options.backbone(), task.dimensions(), drawn, random.split());
            return drawn;
        }

        private ParameterSet drawnGenerator(
                NDManager owner, UniversalMetaNetwork network, SplittableRandom random) {
            ParameterSet drawn = new ParameterSet(owner);
            task.standardise(
                    owner,
                    network,
                    ParameterGenerator.initialise(task.dimensions(), drawn, random));
            return drawn;
        }

        private PhaseRunner.Validation validate(
                NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
            SortedMap<Integer, RankingMetrics> byAge = byAge(owner, network, generator);
            return new PhaseRunner.Validation(byAge.get(0), mean(byAge));
        }

        private List<Map<String, Tensor>> run(
                TrainingPhase phase,
                PhaseOptions phaseOptions,
                NDManager owner,
                List<ParameterSet> trained,
                List<ParameterSet> averaged,
                Learner learner,
                PhaseRunner.Validator validator,
                SplittableRandom random) {
            PhaseRunner.Outcome outcome =
                    new PhaseRunner(phase, phaseOptions, listener, nanoClock)
                            .run(
                                    owner,
                                    trained,
                                    averaged,
                                    List.of(learner),
                                    validator,
                                    random.split());
            epochs.addAll(outcome.epochs());
            return outcome.best();
        }

        /**
         * Returns the model with the smallest residuals of those that classify best over all ages.
         */
        private TrainedModel shrunk(Map<String, Tensor> device, Map<String, Tensor> generator) {
            try (NDManager measuring = manager.newSubManager()) {
                UniversalMetaNetwork network = network(measuring, device);
                TrainedModel best = null;
                for (double factor : SHRINKAGES) {
                    Map<String, Tensor> folded =
                            Shrinkage.fold(generator, task.dimensions(), factor);
                    SortedMap<Integer, RankingMetrics> byAge =
                            byAge(measuring, network, generator(measuring, folded));
                    if (best == null || mean(byAge) > mean(best.personalizedByAge())) {
                        best =
                                new TrainedModel(
                                        options,
                                        task.dimensions(),
                                        task.vocabulary(),
                                        new ModelTensors(device, folded),
                                        List.copyOf(epochs),
                                        new TrainedModel.Validation(
                                                task.global(measuring, network),
                                                Collections.unmodifiableSortedMap(byAge),
                                                factor),
                                        Optional.empty());
                    }
                }
                return best;
            }
        }

        private SortedMap<Integer, RankingMetrics> byAge(
                NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
            SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
            for (int age : VALIDATED_AGES) {
                byAge.put(age, task.personalized(owner, network, generator, age));
            }
            return byAge;
        }

        private UniversalMetaNetwork over(ParameterSet parameters) {
            return new UniversalMetaNetwork(options.backbone(), task.dimensions(), parameters);
        }

        private UniversalMetaNetwork network(NDManager owner, Map<String, Tensor> tensors) {
            return over(ParameterSet.of(owner, tensors));
        }

        private ParameterGenerator generator(NDManager owner, Map<String, Tensor> tensors) {
            return new ParameterGenerator(task.dimensions(), ParameterSet.of(owner, tensors));
        }
    }

    private static double mean(SortedMap<Integer, RankingMetrics> byAge) {
        return byAge.values().stream().mapToDouble(RankingMetrics::userAuc).average().orElseThrow();
    }
}
