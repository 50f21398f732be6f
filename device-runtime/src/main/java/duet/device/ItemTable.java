package duet.device;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QuantizedTable;

/**
 * An item table holds the embedding of every item, by index; index 0 stands for padding. It is kept
 * as it is stored, float32 or int8 with a scale for each row: only the rows that are used are
 * turned into float32. It is immutable and thread-safe.
 */
interface ItemTable {
    /** Computes {@code y += factor * e} with an item's embedding e. */
    void addScaled(float factor, int item, float[] y, int yAt);

    /** Computes the inner product of x and an item's embedding. */
    float dot(float[] x, int item);

    /** Computes the inner product of x and the embedding of each item. */
    void dots(float[] x, int[] items, float[] products);

    /** Takes the table out of a device's weights, where it stands as float32 or as int8. */
    static ItemTable of(Dimensions dimensions, TensorReader tensors) {
        String name = "item.embedding";
        int rows = dimensions.items() + 1;
        int width = dimensions.width();
        return tensors.isQuantized(name)
                ? new OfBytes(tensors.takeQuantized(name, rows, width), width)
                : new OfFloats(tensors.take(name, rows, width), width);
    }

    /** Holds embeddings as float32, [V + 1, d]. */
    record OfFloats(float[] embeddings, int width) implements ItemTable {
        @Override
        public void addScaled(float factor, int item, float[] y, int yAt) {
            Kernels.addScaled(factor, embeddings, item * width, y, yAt, width);
        }

        @Override
        public float dot(float[] x, int item) {
            return Kernels.dot(x, 0, embeddings, item * width, width);
        }

        @Override
        public void dots(float[] x, int[] items, float[] products) {
            for (int i = 0; i < items.length; i++) {
                products[i] = Kernels.dot(x, 0, embeddings, items[i] * width, width);
            }
        }
    }

    /** Holds embeddings as int8, [V + 1, d], with a scale for each row. */
    record OfBytes(QuantizedTable table, byte[] steps, int width) implements ItemTable {
        OfBytes(QuantizedTable table, int width) {
            this(table, table.steps(), width);
        }

        @Override
        public void addScaled(float factor, int item, float[] y, int yAt) {
            float scale = table.scale(item);
            int at = item * width;
            for (int i = 0; i < width; i++) {
                y[yAt + i] += factor * (scale * steps[at + i]);
            }
        }

        @Override
        public float dot(float[] x, int item) {
            return table.scale(item) * Kernels.dot(x, steps, item * width, width);
        }

        @Override
        public void dots(float[] x, int[] items, float[] products) {
            for (int i = 0; i < items.length; i++) {
                products[i] =
                        table.scale(items[i]) * Kernels.dot(x, steps, items[i] * width, width);
            }
        }
    }
}
