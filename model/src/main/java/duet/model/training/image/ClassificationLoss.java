package duet.model.training.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.network.Scale;
import java.util.Arrays;

/** Computes the loss of a classification with all classes as candidates. */
final class ClassificationLoss {
    private ClassificationLoss() {}

    /**
     * Returns the indices of all classes, 1 and up, as candidates of every sample: [..., classes].
     */
    static NDArray allClasses(NDManager step, int classes, long... samples) {
        int rows = Math.toIntExact(Arrays.stream(samples).reduce(1, Math::multiplyExact));
        long[] indices = new long[Math.multiplyExact(rows, classes)];
        Arrays.setAll(indices, i -> i % classes + 1);
        return step.create(indices, new Shape(samples).add(classes));
    }

    /**
     * Returns the mean cross-entropy under the softmax of the scores.
     *
     * @param scores [..., classes]
     * @param classes index of each sample's class, from 1
     */
    static NDArray crossEntropy(NDArray scores, int[] classes) {
        int count = Math.toIntExact(scores.size() / classes.length);
        float[] chosen = new float[Math.toIntExact(scores.size())];
        for (int i = 0; i < classes.length; i++) {
            chosen[i * count + classes[i] - 1] = 1;
        }
        NDArray own = scores.getManager().create(chosen, scores.getShape());
        return Scale.by(scores.logSoftmax(-1).mul(own).sum(), -1.0 / classes.length);
    }
}
