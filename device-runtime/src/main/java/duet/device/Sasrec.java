package duet.device;

import duet.schemas.bundle.Dimensions;
import java.util.Arrays;

/**
 * The static layers: SASRec (Kang and McAuley, "Self-Attentive Sequential Recommendation", 2018) with pre-normalization,
 * forward only. Immutable and thread-safe.
 *
 * <p>Only positions that hold an item are computed: padding stands on the left, is masked as a key and never read as a
 * query. A window without any item is one position of zeros, which is what uniform attention over equal positions gives.
 */
final class Sasrec implements StaticLayers {
    /** Tensors of an attention block: gamma, beta and biases [d] or [f], weights input-major. */
    record Block(
            float[] norm1Gamma,
            float[] norm1Beta,
            float[] queryWeight,
            float[] queryBias,
            float[] keyWeight,
            float[] keyBias,
            float[] valueWeight,
            float[] valueBias,
            float[] outputWeight,
            float[] outputBias,
            float[] norm2Gamma,
            float[] norm2Beta,
            float[] ffn1Weight,
            float[] ffn1Bias,
            float[] ffn2Weight,
            float[] ffn2Bias) {}

    private final int width;
    private final int heads;
    private final int headWidth;
    private final int feedForward;
    private final float attentionScale;
    private final SequenceEmbedding sequence;
    private final float[] positionEmbedding;
    private final Block[] blocks;
    private final float[] normGamma;
    private final float[] normBeta;

    Sasrec(Dimensions dimensions, SequenceEmbedding sequence, TensorReader tensors) {
        this.width = dimensions.width();
        this.heads = dimensions.heads();
        this.headWidth = width / heads;
        this.feedForward = dimensions.feedForward();
        this.attentionScale = (float) (1 / Math.sqrt(headWidth));
        this.sequence = sequence;
        this.positionEmbedding = tensors.take("position.embedding", dimensions.window(), width);
        this.blocks = new Block[dimensions.blocks()];
        for (int b = 1; b <= blocks.length; b++) {
            blocks[b - 1] = block("block." + b + ".", tensors, width, feedForward);
        }
        this.normGamma = tensors.take("norm.gamma", width);
        this.normBeta = tensors.take("norm.beta", width);
    }

    @Override
    public UserStates states(int[] window) {
        int padding = StaticLayers.padding(window);
        int count = Math.max(1, window.length - padding);
        float[] x =
                padding == window.length
                        ? new float[width]
                        : sequence.of(window, padding, positionEmbedding);
        float[] normed = new float[count * width];
        float[] inner = new float[feedForward];
        float[] attention = new float[count];
        for (int b = 0; b < blocks.length - 1; b++) {
            attendAll(blocks[b], x, normed, attention, count);
            for (int t = 0; t < count; t++) {
                feedForward(blocks[b], x, t * width, normed, inner);
            }
        }
        Block last = blocks[blocks.length - 1];
        int lastRow = (count - 1) * width;
        attendLast(last, x, normed, attention, count);
        feedForward(last, x, lastRow, normed, inner);
        float[] userState = new float[width];
        Kernels.layerNorm(x, lastRow, normGamma, normBeta, userState, 0, width);
        return UserStates.same(userState);
    }

    /** {@code x += softmax(q k^T / sqrt(d / heads) + causal mask) v Wo + bo} for every position. */
    private void attendAll(Block block, float[] x, float[] normed, float[] attention, int count) {
        float[] query = new float[count * width];
        float[] key = new float[count * width];
        float[] value = new float[count * width];
        for (int at = 0; at < x.length; at += width) {
            Kernels.layerNorm(x, at, block.norm1Gamma, block.norm1Beta, normed, at, width);
            affine(normed, at, block.queryWeight, block.queryBias, query, at);
            affine(normed, at, block.keyWeight, block.keyBias, key, at);
            affine(normed, at, block.valueWeight, block.valueBias, value, at);
        }
        float[] context = new float[width];
        for (int t = 0; t < count; t++) {
            Arrays.fill(context, 0);
            for (int head = 0; head < width; head += headWidth) {
                int queryAt = t * width + head;
                for (int j = 0; j <= t; j++) {
                    attention[j] =
                            attentionScale
                                    * Kernels.dot(query, queryAt, key, j * width + head, headWidth);
                }
                Kernels.softmax(attention, t + 1);
                for (int j = 0; j <= t; j++) {
                    Kernels.addScaled(
                            attention[j], value, j * width + head, context, head, headWidth);
                }
            }
            affine(context, 0, block.outputWeight, block.outputBias, x, t * width);
        }
    }

    /**
     * As {@link #attendAll} for the last position alone, without keys and values of the others: {@code q·(n Wk + bk)} is
     * {@code n·(Wk q)} plus a constant that softmax ignores, and {@code Σ a (n Wv + bv)} is {@code (Σ a n) Wv + bv}. That takes
     * d² steps per head where keys and values take 2 d² per position.
     */
    private void attendLast(Block block, float[] x, float[] normed, float[] attention, int count) {
        for (int at = 0; at < x.length; at += width) {
            Kernels.layerNorm(x, at, block.norm1Gamma, block.norm1Beta, normed, at, width);
        }
        int lastRow = (count - 1) * width;
        float[] query = new float[width];
        affine(normed, lastRow, block.queryWeight, block.queryBias, query, 0);
        float[] keyOfQuery = new float[width];
        float[] mixed = new float[width];
        float[] context = block.valueBias.clone();
        for (int head = 0; head < width; head += headWidth) {
            for (int i = 0; i < width; i++) {
                keyOfQuery[i] =
                        attentionScale
                                * Kernels.dot(
                                        block.keyWeight, i * width + head, query, head, headWidth);
            }
            for (int j = 0; j < count; j++) {
                attention[j] = Kernels.dot(normed, j * width, keyOfQuery, 0, width);
            }
            Kernels.softmax(attention, count);
            Arrays.fill(mixed, 0);
            for (int j = 0; j < count; j++) {
                Kernels.addScaled(attention[j], normed, j * width, mixed, 0, width);
            }
            for (int i = 0; i < width; i++) {
                Kernels.addScaled(
                        mixed[i], block.valueWeight, i * width + head, context, head, headWidth);
            }
        }
        affine(context, 0, block.outputWeight, block.outputBias, x, lastRow);
    }

    /** {@code x += relu(LN(x) W1 + b1) W2 + b2} for the position at {@code at}. */
    private void feedForward(Block block, float[] x, int at, float[] normed, float[] inner) {
        Kernels.layerNorm(x, at, block.norm2Gamma, block.norm2Beta, normed, at, width);
        Arrays.fill(inner, 0);
        Kernels.addAffine(
                normed, at, width, block.ffn1Weight, block.ffn1Bias, inner, 0, feedForward);
        Kernels.relu(inner);
        Kernels.addAffine(inner, 0, feedForward, block.ffn2Weight, block.ffn2Bias, x, at, width);
    }

    private void affine(float[] x, int xAt, float[] weight, float[] bias, float[] y, int yAt) {
        Kernels.addAffine(x, xAt, width, weight, bias, y, yAt, width);
    }

    private static Block block(String prefix, TensorReader tensors, int width, int feedForward) {
        return new Block(
                tensors.take(prefix + "norm1.gamma", width),
                tensors.take(prefix + "norm1.beta", width),
                tensors.take(prefix + "query.weight", width, width),
                tensors.take(prefix + "query.bias", width),
                tensors.take(prefix + "key.weight", width, width),
                tensors.take(prefix + "key.bias", width),
                tensors.take(prefix + "value.weight", width, width),
                tensors.take(prefix + "value.bias", width),
                tensors.take(prefix + "output.weight", width, width),
                tensors.take(prefix + "output.bias", width),
                tensors.take(prefix + "norm2.gamma", width),
                tensors.take(prefix + "norm2.beta", width),
                tensors.take(prefix + "ffn1.weight", width, feedForward),
                tensors.take(prefix + "ffn1.bias", feedForward),
                tensors.take(prefix + "ffn2.weight", feedForward, width),
                tensors.take(prefix + "ffn2.bias", width));
    }
}
