package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Hands out each tensor of a device's weights once, checked. */
final class TensorReader {
    private final Map<String, Tensor> tensors;
    private long numbers;

    TensorReader(Map<String, Tensor> tensors) {
        this.tensors = new HashMap<>(tensors);
    }

    /** Returns the values of a tensor of that shape, all finite. */
    float[] take(String name, int... shape) {
        float[] values = ModelBundle.require(tensors, name, shape).values();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new InvalidInputException(
                        "the bundle's " + name + " holds the value " + value);
            }
        }
        tensors.remove(name);
        numbers += values.length;
        return values;
    }

    /** Returns how many numbers have been taken. */
    long numbers() {
        return numbers;
    }

    void requireNothingLeft() {
        if (!tensors.isEmpty()) {
            throw new InvalidInputException(
                    "the bundle's "
                            + ModelBundle.DEVICE_WEIGHTS
                            + " holds "
                            + tensors.keySet().stream().sorted().findFirst().get()
                            + ", which its dimensions do not need");
        }
    }
}
