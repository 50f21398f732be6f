package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.model.data.SplitRule;
import duet.model.network.Backbone;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds everything that decides what a training gives, apart from the data. In JSON all but the
 * phases stand on one level.
 *
 * @param backbone what the universal meta network is built on
 * @param seed of all initial values, samples and shuffles
 * @param sizes sizes of the model
 * @param network phase of the universal meta network
 * @param generator phase of the parameter generator
 * @param joint whether network and generator train together, in one phase with the options of
 *     {@code network}, instead of the generator after and on top of the frozen network
 * @param objective what the generator is trained for
 * @param log which interactions training may see, where it starts, what validation ranks
 */
@JsonPropertyOrder({
    "backbone",
    "seed",
    "network",
    "generator",
    "joint",
    "objective",
    "log",
    "sizes"
})
public record TrainingOptions(
        Backbone backbone,
        long seed,
        @JsonUnwrapped ModelSizes sizes,
        PhaseOptions network,
        PhaseOptions generator,
        boolean joint,
        @JsonUnwrapped GeneratorObjective objective,
        @JsonUnwrapped LogOptions log) {
    private static final int QUICK_EPOCHS = 12;
    private static final int QUICK_PATIENCE = 3;
    private static final int QUICK_SAMPLES = 100_000;

    /**
     * Returns the recipe of every backbone and width: network and generator trained together. It
     * was chosen by validation on logs of unlike kinds, so that nothing has to be known of a log;
     * {@code docs/research/recipe.md} has what each part of it is worth.
     */
    public static TrainingOptions defaults() {
        return new TrainingOptions(
                Backbone.SASREC,
                7,
                ModelSizes.defaults(),
                new PhaseOptions(150, 16, 128, 4, new AdamOptions(4e-3, 5e-4, 1), 0.2, 0.998),
                new PhaseOptions(20, 4, 256, 4, new AdamOptions(1e-3, 0, 1), 0.2, 0.999),
                true,
                new GeneratorObjective(50, 0.2, 4, 0.3, 0, 0.7),
                new LogOptions(null, 100, ItemTableOption.AUTO, true));
    }

    /** Returns options for a first look: the recipe, ended early whatever the size of the log. */
    public TrainingOptions quick() {
        return withNetwork(network.withPatience(QUICK_PATIENCE))
                .withGenerator(generator.withPatience(QUICK_PATIENCE))
                .withEpochs(QUICK_EPOCHS)
                .withSamples(QUICK_SAMPLES);
    }

    /** Returns what of a log is tested, and so never trained on. */
    public SplitRule split() {
        return log.split() == null ? SplitRule.LAST : log.split();
    }

    public TrainingOptions withBackbone(Backbone value) {
        return new TrainingOptions(value, seed, sizes, network, generator, joint, objective, log);
    }

    public TrainingOptions withSeed(long value) {
        return new TrainingOptions(
                backbone, value, sizes, network, generator, joint, objective, log);
    }

    public TrainingOptions withSizes(ModelSizes value) {
        return new TrainingOptions(
                backbone, seed, value, network, generator, joint, objective, log);
    }

    public TrainingOptions withNetwork(PhaseOptions value) {
        return new TrainingOptions(backbone, seed, sizes, value, generator, joint, objective, log);
    }

    public TrainingOptions withGenerator(PhaseOptions value) {
        return new TrainingOptions(backbone, seed, sizes, network, value, joint, objective, log);
    }

    public TrainingOptions withJoint(boolean value) {
        return new TrainingOptions(
                backbone, seed, sizes, network, generator, value, objective, log);
    }

    public TrainingOptions withObjective(GeneratorObjective value) {
        return new TrainingOptions(backbone, seed, sizes, network, generator, joint, value, log);
    }

    public TrainingOptions withLog(LogOptions value) {
        return new TrainingOptions(
                backbone, seed, sizes, network, generator, joint, objective, value);
    }

    public TrainingOptions withValidationNegatives(int value) {
        return withLog(new LogOptions(log.split(), value, log.items(), log.spectralStart()));
    }

    public TrainingOptions withItems(ItemTableOption value) {
        return withLog(
                new LogOptions(log.split(), log.validationNegatives(), value, log.spectralStart()));
    }

    public TrainingOptions withSplit(SplitRule value) {
        return withLog(
                new LogOptions(
                        value.equals(SplitRule.LAST) ? null : value,
                        log.validationNegatives(),
                        log.items(),
                        log.spectralStart()));
    }

    /** Returns these options with at most that many epochs in each phase. */
    public TrainingOptions withEpochs(int value) {
        return withNetwork(network.withEpochs(value)).withGenerator(generator.withEpochs(value));
    }

    /** Returns these options with epochs that score at most so many positives in each phase. */
    public TrainingOptions withSamples(int value) {
        return withNetwork(network.withSamples(value)).withGenerator(generator.withSamples(value));
    }

    /**
     * Returns the options by name, for a bundle's manifest. Sizes are not among them, they stand in
     * the bundle's dimensions.
     */
    public SortedMap<String, Object> asMap() {
        SortedMap<String, Object> map = new TreeMap<>();
        map.put("seed", seed);
        map.put("joint", joint);
        map.put("maxAge", objective.maxAge());
        map.put("freshShare", objective.freshShare());
        map.put("positions", objective.positions());
        map.put("historyDropout", objective.historyDropout());
        map.put("residualPenalty", objective.residualPenalty());
        map.put("globalShare", objective.globalShare());
        map.put("split", split().toString());
        map.put("validationNegatives", log.validationNegatives());
        map.put("items", log.items().id());
        map.put("spectralStart", log.spectralStart());
        put(map, "network", network);
        put(map, "generator", generator);
        return map;
    }

    private static void put(SortedMap<String, Object> map, String phase, PhaseOptions options) {
        map.put(phase + ".epochs", options.epochs());
        map.put(phase + ".patience", options.patience());
        map.put(phase + ".batch", options.batch());
        map.put(phase + ".negatives", options.negatives());
        map.put(phase + ".learningRate", options.adam().learningRate());
        map.put(phase + ".weightDecay", options.adam().weightDecay());
        map.put(phase + ".gradientClip", options.adam().gradientClip());
        map.put(phase + ".dropout", options.dropout());
        map.put(phase + ".averaging", options.averaging());
        if (options.samples() != null) {
            map.put(phase + ".samples", options.samples());
        }
    }
}
