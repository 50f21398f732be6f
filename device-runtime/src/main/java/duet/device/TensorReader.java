package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.StoredTensor;
import java.util.HashMap;
import java.util.Map;

/** Hands out each tensor of a device's weights once, checked. */
final class TensorReader {
    private final Map<String, StoredTensor> tensors;
    private long bytes;

    TensorReader(Map<String, StoredTensor> tensors) {
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
        bytes += (long) values.length * Float.BYTES;
        return values;
    }

    /** Returns whether the table of that name is stored as int8. */
    boolean isQuantized(String name) {
        return QuantizedTable.isIn(tensors, name);
    }

    /** Returns a table that is stored as int8 with a scale for each row. */
    QuantizedTable takeQuantized(String name, int rows, int columns) {
        QuantizedTable table = QuantizedTable.of(tensors, name, rows, columns);
        QuantizedTable.names(name).forEach(tensors::remove);
        bytes += table.bytes();
        return table;
    }

    /** Returns how many bytes the numbers take that have been taken. */
    long bytes() {
        return bytes;
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
