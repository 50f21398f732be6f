package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import duet.schemas.bundle.Dimensions;
import java.util.Arrays;

/**
 * Tells how much of a generated residual counts, by the number n of interactions behind it: {@code
 * max(0, 1 - n_0 / n)}. A device that has made n_0 interactions or fewer keeps the global model
 * exactly.
 */
public final class Evidence {
    private final Dimensions dimensions;

    Evidence(Dimensions dimensions) {
        this.dimensions = dimensions;
    }

    /**
     * Returns how much counts of what is generated for a device, 0 to 1.
     *
     * @param interactions n, those that the generator reads of the device
     */
    public static float of(Dimensions dimensions, int interactions) {
        return Math.max(0, 1 - (float) dimensions.coldStart() / Math.max(1, interactions));
    }

    /**
     * Returns the factors of what is generated, row by row.
     *
     * @param mask [batch, length], 1 for interactions and 0 for padding
     * @return [batch, generated rows, 1], or [batch, 1, 1] for whole matrices
     */
    NDArray weights(NDArray mask) {
        NDArray count = mask.sum(new int[] {1}, true).maximum(1f).expandDims(2); // [batch, 1, 1]
        NDArray share =
                mask.getManager()
                        .create(-(float) dimensions.coldStart())
                        .div(count)
                        .add(1f)
                        .maximum(0f);
        float[] scaled = scaledRows(dimensions);
        Shape rows = new Shape(1, scaled.length, 1);
        NDArray isScaled = mask.getManager().create(scaled, rows);
        return share.mul(isScaled).add(isScaled.neg().add(1f));
    }

    /**
     * Tells which generated rows are scaled, as 1 and 0: of factors the right ones and the bias,
     * since the left ones are multiplied with the right ones; of a whole matrix all, for which one
     * number stands.
     */
    public static float[] scaledRows(Dimensions dimensions) {
        if (dimensions.rank() == 0) {
            return new float[] {1};
        }
        float[] scaled = new float[dimensions.generatedRows()];
        Arrays.fill(scaled, dimensions.rank(), scaled.length, 1);
        return scaled;
    }
}
