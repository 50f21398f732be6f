package duet.schemas.bundle;

import duet.schemas.InvalidInputException;

/**
 * Holds the sizes of what a device reads where its windows hold feature vectors.
 *
 * @param features d_f, width of the feature vectors that windows hold; 0 where they hold item ids
 * @param inputs numbers of one raw input of a device whose windows hold features; 0 where they hold
 *     item ids
 */
public record FeatureSizes(int features, int inputs) {
    /** These are the sizes of a model whose windows hold item ids. */
    public static final FeatureSizes NONE = new FeatureSizes(0, 0);

    public FeatureSizes {
        SizeRanges.require("features", features, 0, SizeRanges.MAX_WIDTH);
        SizeRanges.require("inputs", inputs, 0, 1 << 20);
        if (features == 0 != (inputs == 0)) {
            throw new InvalidInputException(
                    "features is "
                            + features
                            + " and inputs is "
                            + inputs
                            + ", both or neither must be 0");
        }
    }
}
