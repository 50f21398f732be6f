package duet.device;

import duet.schemas.bundle.Dimensions;
import java.util.Arrays;

/**
 * Computes the static layers DIN (Zhou et al., "Deep Interest Network for Click-Through Rate
 * Prediction", 2018): each candidate q attends to the window's positions x with the weights {@code
 * softmax(relu(x Wx + q Wq + (x ∘ q) Wp + b) w)}, and their weighted sum, normalized, is its user
 * state. {@code x Wx} is computed once per position and ranking, {@code q Wq} and the matrix {@code
 * diag(q) Wp} once per candidate.
 */
final class Din implements StaticLayers {
    private final int width;
    private final int hidden;
    private final SequenceEmbedding sequence;
    private final float[] positionEmbedding;
    private final float[] itemWeight;
    private final float[] targetWeight;
    private final float[] productWeight;
    private final float[] bias;
    private final float[] outputWeight;
    private final float[] normGamma;
    private final float[] normBeta;

    Din(Dimensions dimensions, SequenceEmbedding sequence, TensorReader tensors) {
        this.width = dimensions.width();
        this.hidden = dimensions.feedForward();
        this.sequence = sequence;
        this.positionEmbedding = tensors.take("position.embedding", dimensions.window(), width);
        this.itemWeight = tensors.take("attention.item.weight", width, hidden);
        this.targetWeight = tensors.take("attention.target.weight", width, hidden);
        this.productWeight = tensors.take("attention.product.weight", width, hidden);
        this.bias = tensors.take("attention.bias", hidden);
        this.outputWeight = tensors.take("attention.output.weight", hidden, 1);
        this.normGamma = tensors.take("norm.gamma", width);
        this.normBeta = tensors.take("norm.beta", width);
    }

    @Override
    public UserStates states(int[] window) {
        return new Attention(sequence.of(window, StaticLayers.padding(window), positionEmbedding));
    }

    /**
     * Holds the states of one ranking's candidates; an empty window gives a state of no interest,
     * the same for all.
     */
    private final class Attention implements UserStates {
        private final float[] x; // [count, d]
        private final int count;
        private final float[] ofPosition; // x Wx + b, [count, f]
        private final float[] query = new float[width];
        private final float[] ofTarget = new float[hidden];
        private final float[] ofCandidate = new float[width * hidden];
        private final float[] inner = new float[hidden];
        private final float[] attention;
        private final float[] mixed = new float[width];
        private final float[] state = new float[width];

        Attention(float[] x) {
            this.x = x;
            this.count = x.length / width;
            this.attention = new float[count];
            this.ofPosition = new float[count * hidden];
            for (int t = 0; t < count; t++) {
                Kernels.addAffine(
                        x, t * width, width, itemWeight, bias, ofPosition, t * hidden, hidden);
            }
        }

        @Override
        public float[] of(int item) {
            sequence.copy(item, query, 0);
            Arrays.fill(ofTarget, 0);
            Kernels.addProduct(query, 0, width, targetWeight, ofTarget, 0, hidden);
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < hidden; j++) {
                    ofCandidate[i * hidden + j] = query[i] * productWeight[i * hidden + j];
                }
            }
            for (int t = 0; t < count; t++) {
                for (int j = 0; j < hidden; j++) {
                    inner[j] = ofPosition[t * hidden + j] + ofTarget[j];
                }
                Kernels.addProduct(x, t * width, width, ofCandidate, inner, 0, hidden);
                Kernels.relu(inner);
                attention[t] = Kernels.dot(inner, 0, outputWeight, 0, hidden);
            }
            Kernels.softmax(attention, count);
            Arrays.fill(mixed, 0);
            for (int t = 0; t < count; t++) {
                Kernels.addScaled(attention[t], x, t * width, mixed, 0, width);
            }
            Kernels.layerNorm(mixed, 0, normGamma, normBeta, state, 0, width);
            return state;
        }
    }
}
