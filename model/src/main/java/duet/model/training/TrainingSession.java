package duet.model.training;

import ai.djl.ndarray.NDManager;
import duet.model.bundle.ModelTensors;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.statistics.MeanInterval;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.NegativeSampler;
import duet.model.training.sample.StateSource;
import duet.model.training.sample.ValidationSet;
import duet.model.training.start.SpectralItems;
import duet.model.training.step.Learner;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Runs the phases of a training on one log, with everything native in one manager. */
final class TrainingSession {
    /** A generator is validated at these ages; their mean selects it. */
    private static final int[] VALIDATED_AGES = {0, 10, 30, 50};

    /**
     * Validation chooses one of these factors for the residuals; the smallest of equally good ones.
     */
    private static final double[] SHRINKAGES = {0, 0.25, 0.5, 0.75, 1};

    private final NDManager manager;
    private final TrainingData data;
    private final Dimensions dimensions;
    private final TrainingOptions options;
    private final TrainingListener listener;
    private final LongSupplier nanoClock;
    private final TrainingRun run;
    private final int dropoutSeed;
    private final Objectives objectives;

    /**
     * Makes a session of one phase.
     *
     * @param dropoutSeed what the masks of dropout are drawn from
     */
    TrainingSession(
            NDManager manager,
            TrainingData data,
            TrainingOptions options,
            TrainingListener listener,
            LongSupplier nanoClock,
            TrainingRun run,
            int dropoutSeed) {
        this.manager = manager;
        this.data = data;
        this.dimensions = data.dimensions();
        this.options = options;
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.run = run;
        this.dropoutSeed = dropoutSeed;
        this.objectives =
                new Objectives(
                        data.set(),
                        data.inputs(),
                        new NegativeSampler(data.set(), dimensions.items()),
                        options);
    }

    TrainedNetwork network(Chance chance) {
        Map<String, Tensor> initial = initialNetwork(chance.network());
        try (NDManager phase = manager.newSubManager()) {
            ParameterSet trained = ParameterSet.of(phase, initial);
            UniversalMetaNetwork averaged = network(phase, initial);
            PhaseRunner.Outcome outcome =
                    run(
                            TrainingPhase.NETWORK,
                            options.network(),
                            phase,
                            List.of(trained),
                            List.of(averaged.parameters()),
                            dropout -> networkLearner(trained, dropout),
                            () -> {
                                RankingMetrics metrics = data.validation().global(phase, averaged);
                                return new PhaseRunner.Validation(metrics, metrics.userAuc());
                            },
                            chance.network());
            Map<String, Tensor> best = outcome.best().get(0);
            return new TrainedNetwork(
                    options.backbone(),
                    options.seed(),
                    options.network(),
                    dimensions,
                    data.vocabulary(),
                    best,
                    outcome.epochs(),
                    data.validation().global(phase, network(phase, best)));
        }
    }

    private Learner networkLearner(ParameterSet trained, MersenneTwister dropout) {
        ParameterSet replica = trained.replica(UniversalMetaNetwork::isTrainable);
        return new Learner(
                List.of(replica), objectives.network(network(replica), dropout), dropout);
    }

    TrainedModel generator(TrainedNetwork frozen, Chance chance) {
        Map<String, Tensor> initial = initialGenerator(chance.generator());
        try (NDManager phase = manager.newSubManager()) {
            UniversalMetaNetwork network = network(phase, frozen.device());
            ParameterSet trained = ParameterSet.of(phase, initial);
            ParameterGenerator averaged = generator(phase, initial);
            StateSource states =
                    new StateSource(
                            phase, data.set(), data.inputs(), network, listener::onPreparation);
            PhaseRunner.Outcome outcome =
                    run(
                            TrainingPhase.GENERATOR,
                            options.generator(),
                            phase,
                            List.of(trained),
                            List.of(averaged.parameters()),
                            dropout -> generatorLearner(network, trained, states, dropout),
                            () -> validate(phase, network, averaged),
                            chance.generator());
            List<EpochMetrics> epochs = new ArrayList<>(frozen.epochs());
            epochs.addAll(outcome.epochs());
            return shrunk(network, frozen.device(), outcome.best().get(0), epochs);
        }
    }

    private Learner generatorLearner(
            UniversalMetaNetwork frozen,
            ParameterSet trained,
            StateSource states,
            MersenneTwister dropout) {
        ParameterSet frozenReplica = frozen.parameters().replica(name -> false);
        ParameterSet replica = trained.replica(UniversalMetaNetwork::isTrainable);
        UniversalMetaNetwork network = network(frozenReplica);
        return new Learner(
                List.of(frozenReplica, replica),
                objectives.generator(
                        network,
                        new ParameterGenerator(dimensions, replica),
                        states.of(network),
                        dropout),
                dropout);
    }

    TrainedModel both(Chance chance) {
        Map<String, Tensor> initialNetwork = initialNetwork(chance.network());
        Map<String, Tensor> initialGenerator = initialGenerator(chance.generator());
        try (NDManager phase = manager.newSubManager()) {
            ParameterSet network = ParameterSet.of(phase, initialNetwork);
            UniversalMetaNetwork averagedNetwork = network(phase, initialNetwork);
            ParameterSet generator = ParameterSet.of(phase, initialGenerator);
            ParameterGenerator averagedGenerator = generator(phase, initialGenerator);
            PhaseRunner.Outcome outcome =
                    run(
                            TrainingPhase.JOINT,
                            options.network(),
                            phase,
                            List.of(network, generator),
                            List.of(averagedNetwork.parameters(), averagedGenerator.parameters()),
                            dropout -> jointLearner(network, generator, dropout),
                            () -> validateBoth(phase, averagedNetwork, averagedGenerator),
                            chance.network());
            Map<String, Tensor> device = outcome.best().get(0);
            return shrunk(network(phase, device), device, outcome.best().get(1), outcome.epochs());
        }
    }

    private Learner jointLearner(
            ParameterSet network, ParameterSet generator, MersenneTwister dropout) {
        ParameterSet ofNetwork = network.replica(UniversalMetaNetwork::isTrainable);
        ParameterSet ofGenerator = generator.replica(UniversalMetaNetwork::isTrainable);
        return new Learner(
                List.of(ofNetwork, ofGenerator),
                objectives.joint(
                        network(ofNetwork),
                        new ParameterGenerator(dimensions, ofGenerator),
                        dropout),
                dropout);
    }

    private PhaseRunner.Outcome run(
            TrainingPhase phase,
            PhaseOptions phaseOptions,
            NDManager owner,
            List<ParameterSet> trained,
            List<ParameterSet> averaged,
            Function<MersenneTwister, Learner> learner,
            PhaseRunner.Validator validator,
            SplittableRandom random) {
        List<Learner> learners =
                IntStream.range(0, run.threads())
                        .mapToObj(i -> learner.apply(new MersenneTwister(dropoutSeed + i)))
                        .toList();
        PhaseOptions onLog = phaseOptions.onLog(data.set().samples(), dimensions.items());
        return new PhaseRunner(phase, onLog, listener, nanoClock, run.memory())
                .run(owner, trained, averaged, learners, validator, random.split());
    }

    /**
     * Returns the model with the shrinkage that ranks best over all ages; with none of its residual
     * where validation's users do not show that it helps.
     */
    private TrainedModel shrunk(
            UniversalMetaNetwork network,
            Map<String, Tensor> device,
            Map<String, Tensor> generator,
            List<EpochMetrics> epochs) {
        RankingMetrics global = null;
        double best = Double.NEGATIVE_INFINITY;
        double shrinkage = 0;
        Map<String, Tensor> chosen = null;
        SortedMap<Integer, RankingMetrics> byAge = null;
        for (double factor : SHRINKAGES) {
            Map<String, Tensor> folded = Shrinkage.fold(generator, dimensions, factor);
            try (NDManager measuring = manager.newSubManager()) {
                ValidationSet.Rankings ranked =
                        ranked(measuring, network, generator(measuring, folded));
                SortedMap<Integer, RankingMetrics> measured = byAge(ranked);
                global = ranked.global().metrics();
                if (mean(measured) > best && (factor == 0 || helps(ranked))) {
                    best = mean(measured);
                    shrinkage = factor;
                    chosen = folded;
                    byAge = measured;
                }
            }
        }
        double chosenShrinkage = shrinkage;
        ModelTensors float32 = new ModelTensors(device, chosen);
        Int8Items.Choice stored =
                Int8Items.choose(
                        options.log().items(),
                        float32,
                        new TrainedModel.Validation(global, byAge, shrinkage),
                        int8 -> validated(int8, chosenShrinkage));
        return trained(stored.tensors(), stored.validation(), epochs);
    }

    private TrainedModel.Validation validated(ModelTensors model, double shrinkage) {
        try (NDManager measuring = manager.newSubManager()) {
            UniversalMetaNetwork network = network(measuring, model.device());
            ValidationSet.Rankings ranked =
                    ranked(measuring, network, generator(measuring, model.generator()));
            return new TrainedModel.Validation(ranked.global().metrics(), byAge(ranked), shrinkage);
        }
    }

    private TrainedModel trained(
            ModelTensors model, TrainedModel.Validation validation, List<EpochMetrics> epochs) {
        try (NDManager measuring = manager.newSubManager()) {
            return new TrainedModel(
                    options,
                    dimensions,
                    data.vocabulary(),
                    model,
                    List.copyOf(epochs),
                    validation,
                    Optional.of(
                            probe(
                                    measuring,
                                    network(measuring, model.device()),
                                    generator(measuring, model.generator()))));
        }
    }

    private QualityProbe probe(
            NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
        ValidationSet users =
                data.validation().sample(QualityProbe.MAX_USERS, QualityProbe.MAX_NEGATIVES);
        ValidationSet.Rankings ranked = users.rank(owner, network, generator, 0);
        return users.probe(
                dimensions.history(), ranked.global().metrics(), ranked.byAge().get(0).metrics());
    }

    private PhaseRunner.Validation validate(
            NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
        SortedMap<Integer, RankingMetrics> byAge = byAge(ranked(owner, network, generator));
        return new PhaseRunner.Validation(byAge.get(0), mean(byAge));
    }

    /**
     * Selects an epoch by the mean of both models: personalized ranking alone would take epochs in
     * which the global model, which devices without a delta have, still learns.
     */
    private PhaseRunner.Validation validateBoth(
            NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
        ValidationSet.Rankings ranked = ranked(owner, network, generator);
        SortedMap<Integer, RankingMetrics> byAge = byAge(ranked);
        double global = ranked.global().metrics().userAuc();
        return new PhaseRunner.Validation(byAge.get(0), (global + mean(byAge)) / 2);
    }

    private ValidationSet.Rankings ranked(
            NDManager owner, UniversalMetaNetwork network, ParameterGenerator generator) {
        return data.validation().rank(owner, network, generator, VALIDATED_AGES);
    }

    private static SortedMap<Integer, RankingMetrics> byAge(ValidationSet.Rankings ranked) {
        SortedMap<Integer, RankingMetrics> metrics = new TreeMap<>();
        ranked.byAge().forEach((age, ofAge) -> metrics.put(age, ofAge.metrics()));
        return metrics;
    }

    /** Returns whether the mean gain over all ages is more than chance among these users. */
    private static boolean helps(ValidationSet.Rankings rankings) {
        double[] global = rankings.global().userAucs();
        Collection<ValidationSet.Ranked> ranked = rankings.byAge().values();
        double[] gains = new double[global.length];
        for (int user = 0; user < gains.length; user++) {
            for (ValidationSet.Ranked ofAge : ranked) {
                gains[user] += (ofAge.userAucs()[user] - global[user]) / ranked.size();
            }
        }
        return MeanInterval.of(gains).low() > 0;
    }

    private static double mean(SortedMap<Integer, RankingMetrics> byAge) {
        return byAge.values().stream().mapToDouble(RankingMetrics::userAuc).average().orElseThrow();
    }

    private Map<String, Tensor> initialNetwork(SplittableRandom random) {
        try (NDManager scratch = manager.newSubManager()) {
            ParameterSet parameters = new ParameterSet(scratch);
            UniversalMetaNetwork.initialise(
                    options.backbone(), dimensions, parameters, random.split());
            return started(
                    parameters.tensors(),
                    UniversalMetaNetwork.ITEMS,
                    dimensions.width(),
                    random.split());
        }
    }

    private Map<String, Tensor> initialGenerator(SplittableRandom random) {
        try (NDManager scratch = manager.newSubManager()) {
            ParameterSet parameters = new ParameterSet(scratch);
            ParameterGenerator.initialise(dimensions, parameters, random.split());
            return started(
                    parameters.tensors(),
                    ParameterGenerator.ITEMS,
                    dimensions.generatorItemWidth(),
                    random.split());
        }
    }

    /**
     * Moves an item table from chance to the items' spectral coordinates, as large as makes
     * embeddings of a variance of 1 once they are multiplied by the root of their width. From
     * chance alone training begins with many epochs that learn little but popularity. Each table
     * has coordinates of its own, so that a network does not depend on the generator beside it.
     */
    private Map<String, Tensor> started(
            Map<String, Tensor> drawn, String items, int width, SplittableRandom random) {
        if (!options.log().spectralStart()) {
            return drawn;
        }
        Tensor table = drawn.get(items);
        float[] values = table.values().clone();
        float[] coordinates =
                SpectralItems.of(
                                data.set(),
                                dimensions.items(),
                                width,
                                random,
                                run.threads(),
                                listener::onPreparation)
                        .table(width);
        float scale = (float) (1 / Math.sqrt(width));
        for (int i = 0; i < values.length; i++) {
            values[i] += scale * coordinates[i];
        }
        Map<String, Tensor> started = new LinkedHashMap<>(drawn);
        started.put(items, new Tensor(table.shape(), values));
        return started;
    }

    private UniversalMetaNetwork network(NDManager owner, Map<String, Tensor> tensors) {
        return network(ParameterSet.of(owner, tensors));
    }

    private UniversalMetaNetwork network(ParameterSet parameters) {
        return new UniversalMetaNetwork(options.backbone(), dimensions, parameters);
    }

    private ParameterGenerator generator(NDManager owner, Map<String, Tensor> tensors) {
        return new ParameterGenerator(dimensions, ParameterSet.of(owner, tensors));
    }
}
