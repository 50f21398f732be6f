package duet.model.training;

import duet.model.network.Backbone;
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
 * @param coldShare share of the histories that end within a user's first interactions: devices that have only begun, and
 *     long users would otherwise hide
 * @param coldLength how many first interactions those are
 * @param historyDropout share of a history's interactions that the generator does not get to see in training
 * @param residualPenalty weight in the loss of the sum of squares of a device's residuals; 0 for none
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
        double coldShare,
        int coldLength,
        double historyDropout,
        double residualPenalty,
        int validationNegatives) {
    public TrainingOptions {
        require(maxAge >= 0 && maxAge <= 10_000, "maximal age", maxAge);
        require(freshShare >= 0 && freshShare <= 1, "fresh share", freshShare);
        require(positions >= 1 && positions <= 1000, "positions", positions);
        require(coldShare >= 0 && coldShare <= 1, "cold share", coldShare);
        require(coldLength >= 1 && coldLength <= 10_000, "cold length", coldLength);
        require(historyDropout >= 0 && historyDropout < 1, "history dropout", historyDropout);
        require(
                residualPenalty >= 0 && residualPenalty <= 1e6,
                "residual penalty",
                residualPenalty);
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
                50,
                0.2,
                4,
                0.5,
                20,
                0.3,
                0,
                100);
    }

    /**
     * Options for network and generator trained together, chosen on the validation positives of MovieLens 100K at width 16:
     * more epochs, and no extra cold starts, which would take from the network what it learns from long histories.
     */
    public static TrainingOptions jointDefaults() {
        TrainingOptions separate = defaults();
        return separate.toBuilder()
                .joint(true)
                .network(separate.network.withEpochs(80).withPatience(6))
                .coldShare(0)
                .build();
    }

    /** A builder that starts from these options. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The options by name, for a bundle's manifest. Sizes are not among them, they stand in the bundle's dimensions. */
    public SortedMap<String, Object> asMap() {
        SortedMap<String, Object> map = new TreeMap<>();
        map.put("seed", seed);
        map.put("joint", joint);
        map.put("maxAge", maxAge);
        map.put("freshShare", freshShare);
        map.put("positions", positions);
        map.put("coldShare", coldShare);
        map.put("coldLength", coldLength);
        map.put("historyDropout", historyDropout);
        map.put("residualPenalty", residualPenalty);
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
            throw new InvalidInputException(name + " " + value + " is out of range");
        }
    }

    /** Options in the making. */
    public static final class Builder {
        private Backbone backbone;
        private long seed;
        private ModelSizes sizes;
        private PhaseOptions network;
        private PhaseOptions generator;
        private boolean joint;
        private int maxAge;
        private double freshShare;
        private int positions;
        private double coldShare;
        private int coldLength;
        private double historyDropout;
        private double residualPenalty;
        private int validationNegatives;

        private Builder(TrainingOptions options) {
            backbone = options.backbone;
            seed = options.seed;
            sizes = options.sizes;
            network = options.network;
            generator = options.generator;
            joint = options.joint;
            maxAge = options.maxAge;
            freshShare = options.freshShare;
            positions = options.positions;
            coldShare = options.coldShare;
            coldLength = options.coldLength;
            historyDropout = options.historyDropout;
            residualPenalty = options.residualPenalty;
            validationNegatives = options.validationNegatives;
        }

        public Builder backbone(Backbone value) {
            backbone = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder sizes(ModelSizes value) {
            sizes = value;
            return this;
        }

        public Builder network(PhaseOptions value) {
            network = value;
            return this;
        }

        public Builder generator(PhaseOptions value) {
            generator = value;
            return this;
        }

        public Builder joint(boolean value) {
            joint = value;
            return this;
        }

        public Builder maxAge(int value) {
            maxAge = value;
            return this;
        }

        public Builder freshShare(double value) {
            freshShare = value;
            return this;
        }

        public Builder positions(int value) {
            positions = value;
            return this;
        }

        public Builder coldShare(double value) {
            coldShare = value;
            return this;
        }

        public Builder coldLength(int value) {
            coldLength = value;
            return this;
        }

        public Builder historyDropout(double value) {
            historyDropout = value;
            return this;
        }

        public Builder residualPenalty(double value) {
            residualPenalty = value;
            return this;
        }

        public Builder validationNegatives(int value) {
            validationNegatives = value;
            return this;
        }

        /** At most that many epochs in each phase. */
        public Builder epochs(int value) {
            network = network.withEpochs(value);
            generator = generator.withEpochs(value);
            return this;
        }

        /**
         * The options.
         *
         * @throws InvalidInputException naming the one that is out of range
         */
        public TrainingOptions build() {
            return new TrainingOptions(
                    backbone,
                    seed,
                    sizes,
                    network,
                    generator,
                    joint,
                    maxAge,
                    freshShare,
                    positions,
                    coldShare,
                    coldLength,
                    historyDropout,
                    residualPenalty,
                    validationNegatives);
        }
    }
}
