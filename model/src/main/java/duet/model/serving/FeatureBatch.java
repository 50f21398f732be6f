package duet.model.serving;

import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Locale;

/**
 * Lays out histories of feature vectors as the generator's inputs: of each device the newest ones,
 * the newest last, left-padded with zeros.
 *
 * @param features [batch, length, d_f], row-major
 * @param mask [batch, length], 1 for a vector and 0 for padding
 * @param length at least 1
 */
record FeatureBatch(float[] features, float[] mask, int length) {

    /**
     * Makes the batch of these histories.
     *
     * @param histories vectors per device, oldest first
     * @param width d_f
     * @param limit vectors used of a history at most
     * @throws InvalidInputException naming the vector that has another width or a number that is
     *     not finite
     */
    static FeatureBatch of(List<float[][]> histories, int width, int limit) {
        int length = 1;
        for (float[][] history : histories) {
            length = Math.max(length, Math.min(limit, history.length));
        }
        int places = Math.multiplyExact(histories.size(), length);
        float[] features = new float[Math.multiplyExact(places, width)];
        float[] mask = new float[places];
        for (int device = 0; device < histories.size(); device++) {
            float[][] history = histories.get(device);
            int used = Math.min(length, history.length);
            for (int i = 0; i < used; i++) {
                int from = history.length - used + i;
                int to = (device + 1) * length - used + i;
                requireSound(history[from], width, from, device);
                System.arraycopy(history[from], 0, features, to * width, width);
                mask[to] = 1;
            }
        }
        return new FeatureBatch(features, mask, length);
    }

    private static void requireSound(float[] vector, int width, int at, int device) {
        if (vector.length != width) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "feature vector %d of device %d of the batch has %d numbers, the model"
                                    + " needs %d",
                            at,
                            device,
                            vector.length,
                            width));
        }
        for (int i = 0; i < width; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "feature vector %d of device %d of the batch has the value %s at"
                                        + " %d",
                                at,
                                device,
                                vector[i],
                                i));
            }
        }
    }
}
