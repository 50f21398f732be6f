package duet.model.training;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a generator's residuals smaller by a constant factor, so that one that does not help falls
 * back towards the global model. The factor goes into the last linear layer, the decoders: nothing
 * has to know of it afterwards.
 */
public final class Shrinkage {
    private Shrinkage() {}

    /**
     * Returns the generator whose residuals are {@code factor} times as large: everything the
     * decoders make for matrices; for low rank only the vectors v and the bias, since u and v are
     * multiplied with each other.
     */
    public static Map<String, Tensor> fold(
            Map<String, Tensor> generator, Dimensions dimensions, double factor) {
        int row = dimensions.generatedSize();
        int first = dimensions.rank() * dimensions.width();
        Map<String, Tensor> folded = new LinkedHashMap<>();
        generator.forEach(
                (name, tensor) ->
                        folded.put(
                                name,
                                name.contains(".decoder.")
                                        ? scaled(tensor, row, first, (float) factor)
                                        : tensor));
        return folded;
    }

    /** Scales what stands from {@code first} on in every row of that length. */
    private static Tensor scaled(Tensor tensor, int row, int first, float factor) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            if (i % row >= first) {
                values[i] *= factor;
            }
        }
        return new Tensor(tensor.shape(), values);
    }
}
