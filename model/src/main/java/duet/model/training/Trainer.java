package duet.model.training;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.network.Dropout;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Trains a universal meta network and a parameter generator on an interaction log: the network first, then the generator
 * on top of the frozen network; or both together. The same data, options and machine give the same bits, as long as the
 * engine runs on one thread ({@code ai.djl.pytorch.num_threads=1}).
 *
 * <p>Needs DJL's PyTorch engine on the class path. The engine's random generator and its gradient collector are the
 * JVM's: one training at a time.
 */
public final class Trainer {
    private static final String ENGINE = "PyTorch";
    private static final int STATES_AT_ONCE = 2048;

    /** Ages at which a generator is validated; their mean selects it. */
    private static final int[] VALIDATED_AGES = {0, 10};

    private final LongSupplier nanoClock;

    public Trainer() {
        this(System::nanoTime);
    }

    /**
     * A trainer with its own clock, which only the progress depends on.
     *
     * @param nanoClock elapsed nanoseconds
     */
    public Trainer(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Trains a model.
     *
     * @throws duet.schemas.InvalidInputException if the log has a single user, a single item or nothing to rank against
     * @throws TrainingDivergedException if the loss is no longer a number
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public TrainedModel train(
            InteractionLog log, TrainingOptions options, TrainingListener listener) {
        EvaluationSplit split = EvaluationSplit.forTraining(log);
        Vocabulary vocabulary = Vocabulary.of(log.items());
        Dimensions dimensions = options.sizes().dimensions(vocabulary.size());
        SplittableRandom random = new SplittableRandom(options.seed());
        TrainingSet set = new TrainingSet(split, vocabulary, dimensions.window());
        ValidationSet validation =
                new ValidationSet(
                        split,
                        set,
                        vocabulary,
                        dimensions,
                        options.validationNegatives(),
                        random.split());
        Engine engine = engine();
        engine.setRandomSeed(random.nextInt());
        try (NDManager manager = engine.newBaseManager()) {
            Run run = new Run(manager, options, dimensions, set, validation, listener, random);
            return run.train(vocabulary);
        }
    }

    private static Engine engine() {
        if (!Engine.hasEngine(ENGINE)) {
            throw new IllegalStateException(
                    "training needs DJL's PyTorch engine, which is not on the class path");
        }
        try {
            return Engine.getEngine(ENGINE);
        } catch (EngineException e) {
            throw new IllegalStateException("DJL's PyTorch engine cannot be loaded", e);
        }
    }

    /** One training: networks, data and randomness. */
    private final class Run {
        private final NDManager manager;
        private final TrainingOptions options;
        private final Dimensions dimensions;
        private final TrainingSet set;
        private final ValidationSet validation;
        private final TrainingListener listener;
        private final SplittableRandom random;
        private final Objectives objectives;
        private final List<EpochMetrics> epochs = new ArrayList<>();

        Run(
                NDManager manager,
                TrainingOptions options,
                Dimensions dimensions,
                TrainingSet set,
                ValidationSet validation,
                TrainingListener listener,
                SplittableRandom random) {
            this.manager = manager;
            this.options = options;
            this.dimensions = dimensions;
            this.set = set;
            this.validation = validation;
            this.listener = listener;
            this.random = random;
            this.objectives =
                    new Objectives(
                            set,
                            new NegativeSampler(set, dimensions.items()),
                            options,
                            dimensions.window());
        }

        TrainedModel train(Vocabulary vocabulary) {
            Map<String, Tensor> network = initialNetwork();
            Map<String, Tensor> generator = initialGenerator();
            if (options.joint()) {
                List<Map<String, Tensor>> best = trainJointly(network, generator);
                network = best.get(0);
                generator = best.get(1);
            } else {
                network = trainNetwork(network);
                generator = trainGenerator(network, generator);
            }
            try (NDManager measuring = manager.newSubManager()) {
                UniversalMetaNetwork best = network(measuring, network);
                RankingMetrics global = validation.global(measuring, best);
                RankingMetrics personalized =
                        validation.personalized(
                                measuring, best, generator(measuring, generator), 0);
                return new TrainedModel(
                        options,
                        dimensions,
                        vocabulary,
                        network,
                        generator,
                        List.copyOf(epochs),
                        global,
                        personalized);
            }
        }

        private Map<String, Tensor> initialNetwork() {
            try (NDManager scratch = manager.newSubManager()) {
                ParameterSet parameters = new ParameterSet(scratch);
                UniversalMetaNetwork.initialise(dimensions, parameters, random.split());
                return parameters.tensors();
            }
        }

        private Map<String, Tensor> initialGenerator() {
            try (NDManager scratch = manager.newSubManager()) {
                ParameterSet parameters = new ParameterSet(scratch);
                ParameterGenerator.initialise(dimensions, parameters, random.split());
                return parameters.tensors();
            }
        }

        private Map<String, Tensor> trainNetwork(Map<String, Tensor> initial) {
            try (NDManager phase = manager.newSubManager()) {
                UniversalMetaNetwork trained = network(phase, initial);
                UniversalMetaNetwork averaged = network(phase, initial);
                return run(
                                TrainingPhase.NETWORK,
                                options.network(),
                                phase,
                                List.of(trained.parameters()),
                                List.of(averaged.parameters()),
                                objectives.network(trained),
                                () -> {
                                    RankingMetrics metrics = validation.global(phase, averaged);
                                    return new PhaseRunner.Validation(metrics, metrics.userAuc());
                                })
                        .get(0);
            }
        }

        private Map<String, Tensor> trainGenerator(
                Map<String, Tensor> frozen, Map<String, Tensor> initial) {
            try (NDManager phase = manager.newSubManager()) {
                UniversalMetaNetwork network = network(phase, frozen);
                ParameterGenerator trained = generator(phase, initial);
                ParameterGenerator averaged = generator(phase, initial);
                return run(
                                TrainingPhase.GENERATOR,
                                options.generator(),
                                phase,
                                List.of(trained.parameters()),
                                List.of(averaged.parameters()),
                                objectives.generator(network, trained, states(phase, network)),
                                () -> validate(phase, network, averaged))
                        .get(0);
            }
        }

        private List<Map<String, Tensor>> trainJointly(
                Map<String, Tensor> initialNetwork, Map<String, Tensor> initialGenerator) {
            try (NDManager phase = manager.newSubManager()) {
                UniversalMetaNetwork network = network(phase, initialNetwork);
                UniversalMetaNetwork averagedNetwork = network(phase, initialNetwork);
                ParameterGenerator generator = generator(phase, initialGenerator);
                ParameterGenerator averagedGenerator = generator(phase, initialGenerator);
                return run(
                        TrainingPhase.JOINT,
                        options.network(),
                        phase,
                        List.of(network.parameters(), generator.parameters()),
                        List.of(averagedNetwork.parameters(), averagedGenerator.parameters()),
                        objectives.joint(network, generator),
                        () -> validate(phase, averagedNetwork, averagedGenerator));
            }
        }

        private List<Map<String, Tensor>> run(
                TrainingPhase phase,
                PhaseOptions phaseOptions,
                NDManager owner,
                List<ParameterSet> trained,
                List<ParameterSet> averaged,
                PhaseRunner.Objective objective,
                PhaseRunner.Validator validator) {
            PhaseRunner.Outcome outcome =
                    new PhaseRunner(phase, phaseOptions, listener, nanoClock)
                            .run(
                                    owner,
                                    trained,
                                    averaged,
                                    UniversalMetaNetwork::isTrainable,
                                    objective,
                                    validator,
                                    random.split());
            epochs.addAll(outcome.epochs());
            return outcome.best();
        }

        private UniversalMetaNetwork network(NDManager owner, Map<String, Tensor> tensors) {
            return new UniversalMetaNetwork(dimensions, ParameterSet.of(owner, tensors));
        }

        private ParameterGenerator generator(NDManager owner, Map<String, Tensor> tensors) {
            return new ParameterGenerator(dimensions, ParameterSet.of(owner, tensors));
        }

        private PhaseRunner.Validation validate(
                NDManager parent, UniversalMetaNetwork network, ParameterGenerator generator) {
            RankingMetrics fresh = null;
            double sum = 0;
            for (int age : VALIDATED_AGES) {
                RankingMetrics metrics = validation.personalized(parent, network, generator, age);
                fresh = fresh == null ? metrics : fresh;
                sum += metrics.userAuc();
            }
            return new PhaseRunner.Validation(fresh, sum / VALIDATED_AGES.length);
        }

        /** User states of all samples, [samples, d]. */
        private NDArray states(NDManager owner, UniversalMetaNetwork network) {
            int width = dimensions.width();
            float[] states = new float[Math.multiplyExact(set.samples(), width)];
            for (int from = 0; from < set.samples(); from += STATES_AT_ONCE) {
                int[] samples =
                        IntStream.range(from, Math.min(set.samples(), from + STATES_AT_ONCE))
                                .toArray();
                try (NDManager step = owner.newSubManager()) {
                    network.parameters().lendTo(step);
                    NDArray windows =
                            step.create(
                                    set.windows(samples),
                                    new Shape(samples.length, dimensions.window()));
                    float[] part = network.state(windows, Dropout.NONE).toFloatArray();
                    System.arraycopy(part, 0, states, from * width, part.length);
                }
            }
            return owner.create(states, new Shape(set.samples(), width));
        }
    }
}
