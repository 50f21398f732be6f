package duet.model.training;

import duet.schemas.InvalidInputException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that decides what a training gives, apart from the data.
 *
 * @param backbone what the universal meta network is built on
 * @param seed of all initial values, samples and shuffles
 * @param sizes sizes of the model
 * @param network phase of the universal meta network
 * @param generator phase of the parameter generator
 * @param joint whether network and generator train together instead of one after the other; the phase then runs with the
 *     options of {@code network}
 * @param maxAge A: the generator trains on windows that ended 0 to A interactions before the one that is scored
 * @param freshShare share of scored interactions whose window ended just before them
 * @param positions scored interactions for each window the generator reads
 * @param validationNegatives sampled negatives of each user's validation positive
 */
public record TrainingOptions(
        Backbone backbone,
        long seed,
        ModelSizes sizes,
        PhaseOptions network,
        PhaseOptions generator,
        boolean joint,
        int maxAge,
        double freshShare,
        int positions,
        int validationNegatives) {
    public TrainingOptions {
        require(maxAge >= 0 && maxAge <= 10_000, "maximal age", maxAge);
        require(freshShare >= 0 && freshShare <= 1, "fresh share", freshShare);
        require(positions >= 1 && positions <= 1000, "positions", positions);
        require(validationNegatives >= 1, "validation negatives", validationNegatives);
    }

    /** Options chosen on the validation positives of MovieLens 100K. */
    public static TrainingOptions defaults() {
        return new TrainingOptions(
                Backbone.SASREC,
                7,
                ModelSizes.defaults(),
                new PhaseOptions(40, 4, 512, 4, 4e-3, 0, 1, 0.2, 0.998),
                new PhaseOptions(20, 4, 256, 4, 1e-3, 0, 1, 0.2, 0.999),
                false,
                30,
                0.2,
                4,
                100);
    }

    public TrainingOptions withBackbone(Backbone value) {
        return new TrainingOptions(
                value,
                seed,
                sizes,
                network,
                generator,
                joint,
                maxAge,
                freshShare,
                positions,
                validationNegatives);
    }

    public TrainingOptions withSeed(long value) {
        return new TrainingOptions(
                backbone,
                value,
                sizes,
                network,
                generator,
                joint,
                maxAge,
                freshShare,
                positions,
                validationNegatives);
    }

    public TrainingOptions withSizes(ModelSizes value) {
        return new TrainingOptions(
                backbone,
                seed,
                value,
                network,
                generator,
                joint,
                maxAge,
                freshShare,
                positions,
                validationNegatives);
    }

    /** At most that many epochs in each phase. */
    public TrainingOptions withEpochs(int value) {
        return withPhases(network.withEpochs(value), generator.withEpochs(value));
    }

    public TrainingOptions withPhases(PhaseOptions ofNetwork, PhaseOptions ofGenerator) {
        return new TrainingOptions(
                backbone,
                seed,
                sizes,
                ofNetwork,
                ofGenerator,
                joint,
                maxAge,
                freshShare,
                positions,
                validationNegatives);
    }

    public TrainingOptions withJoint(boolean value) {
        return new TrainingOptions(
                backbone,
                seed,
                sizes,
                network,
                generator,
                value,
                maxAge,
                freshShare,
                positions,
                validationNegatives);
    }

    /** The options by name, for a bundle's manifest. Sizes are not among them, they stand in the bundle's dimensions. */
    public SortedMap<String, Object> asMap() {
        SortedMap<String, Object> map = new TreeMap<>();
        map.put("seed", seed);
        map.put("joint", joint);
        map.put("maxAge", maxAge);
        map.put("freshShare", freshShare);
        map.put("positions", positions);
        map.put("validationNegatives", validationNegatives);
        put(map, "network", network);
        put(map, "generator", generator);
        return map;
    }

    private static void put(SortedMap<String, Object> map, String phase, PhaseOptions options) {
        map.put(phase + ".epochs", options.epochs());
        map.put(phase + ".patience", options.patience());
        map.put(phase + ".batch", options.batch());
        map.put(phase + ".negatives", options.negatives());
        map.put(phase + ".learningRate", options.learningRate());
        map.put(phase + ".weightDecay", options.weightDecay());
        map.put(phase + ".gradientClip", options.gradientClip());
        map.put(phase + ".dropout", options.dropout());
        map.put(phase + ".averaging", options.averaging());
    }

    private static void require(boolean holds, String name, Number value) {
        if (!holds) {
            throw new InvalidInputException("%s %s is out of range".formatted(name, value));
        }
    }
}
