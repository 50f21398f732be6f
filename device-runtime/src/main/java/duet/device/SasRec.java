package duet.device;

import duet.schemas.bundle.Dimensions;
import java.util.Arrays;

/**
 * Computes the static layers SASRec (Kang and McAuley, "Self-Attentive Sequential Recommendation",
 * 2018) with pre-normalization, forward only. It is immutable and thread-safe.
 *
 * <p>Only positions that hold an item are computed: padding stands on the left, is masked as a key
 * and never read as a query. A window without any item is one position of zeros, which is what
 * uniform attention over equal positions gives.
 */
final class SasRec implements StaticLayers {
    /** Holds a normalization: gamma and beta [d]. */
    private record Norm(float[] gamma, float[] beta) {}

    /** Holds an affine map: weight, input-major, and bias. */
    private record Affine(float[] weight, float[] bias) {}

    private record Attention(Affine query, Affine key, Affine value, Affine output) {}

    /**
     * Holds an attention block: attention and feed-forward layers, each behind its normalization.
     */
    private record Block(Norm norm1, Attention attention, Norm norm2, Affine ffn1, Affine ffn2) {}

    private final int width;
    private final int heads;
    private final int headWidth;
    private final int feedForward;
    private final float attentionScale;
    private final SequenceEmbedding sequence;
    private final float[] positionEmbedding;
    private final Block[] blocks;
    private final Norm norm;

    SasRec(Dimensions dimensions, SequenceEmbedding sequence, TensorReader tensors) {
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
        this.norm = norm("norm", tensors, width);
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
        norm(norm, x, lastRow, userState, 0);
        return UserStates.same(userState);
    }

    /**
     * Computes {@code x += softmax(q k^T / sqrt(d / heads) + causal mask) v Wo + bo} for every
     * position.
     */
    private void attendAll(Block block, float[] x, float[] normed, float[] attention, int count) {
        float[] query = new float[count * width];
        float[] key = new float[count * width];
        float[] value = new float[count * width];
        for (int at = 0; at < x.length; at += width) {
            norm(block.norm1, x, at, normed, at);
            affine(normed, at, block.attention.query, query, at);
            affine(normed, at, block.attention.key, key, at);
            affine(normed, at, block.attention.value, value, at);
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
            affine(context, 0, block.attention.output, x, t * width);
        }
    }

    /**
     * Computes what {@link #attendAll} does for the last position alone, without keys and values of
     * the others: {@code q·(n Wk + bk)} is {@code n·(Wk q)} plus a constant that softmax ignores,
     * and {@code Σ a (n Wv + bv)} is {@code (Σ a n) Wv + bv}. That takes d² steps per head where
     * keys and values take 2 d² per position.
     */
    private void attendLast(Block block, float[] x, float[] normed, float[] attention, int count) {
        for (int at = 0; at < x.length; at += width) {
            norm(block.norm1, x, at, normed, at);
        }
        int lastRow = (count - 1) * width;
        float[] query = new float[width];
        affine(normed, lastRow, block.attention.query, query, 0);
        float[] keyOfQuery = new float[width];
        float[] mixed = new float[width];
        float[] context = block.attention.value.bias.clone();
        for (int head = 0; head < width; head += headWidth) {
            for (int i = 0; i < width; i++) {
                keyOfQuery[i] =
                        attentionScale
                                * Kernels.dot(
                                        block.attention.key.weight,
                                        i * width + head,
                                        query,
                                        head,
                                        headWidth);
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
                        mixed[i],
                        block.attention.value.weight,
                        i * width + head,
                        context,
                        head,
                        headWidth);
            }
        }
        affine(context, 0, block.attention.output, x, lastRow);
    }

    /** Computes {@code x += relu(LN(x) W1 + b1) W2 + b2} for the position at {@code at}. */
    private void feedForward(Block block, float[] x, int at, float[] normed, float[] inner) {
        norm(block.norm2, x, at, normed, at);
        Arrays.fill(inner, 0);
        Kernels.addAffine(
                normed, at, width, block.ffn1.weight, block.ffn1.bias, inner, 0, feedForward);
        Kernels.relu(inner);
        Kernels.addAffine(inner, 0, feedForward, block.ffn2.weight, block.ffn2.bias, x, at, width);
    }

    private void affine(float[] x, int xAt, Affine map, float[] y, int yAt) {
        Kernels.addAffine(x, xAt, width, map.weight, map.bias, y, yAt, width);
    }

    private void norm(Norm of, float[] x, int xAt, float[] y, int yAt) {
        Kernels.layerNorm(x, xAt, of.gamma, of.beta, y, yAt, width);
    }

    private static Block block(String prefix, TensorReader tensors, int width, int feedForward) {
        return new Block(
                norm(prefix + "norm1", tensors, width),
                new Attention(
                        affine(prefix + "query", tensors, width, width),
                        affine(prefix + "key", tensors, width, width),
                        affine(prefix + "value", tensors, width, width),
                        affine(prefix + "output", tensors, width, width)),
                norm(prefix + "norm2", tensors, width),
                affine(prefix + "ffn1", tensors, width, feedForward),
                affine(prefix + "ffn2", tensors, feedForward, width));
    }

    private static Norm norm(String name, TensorReader tensors, int width) {
        return new Norm(tensors.take(name + ".gamma", width), tensors.take(name + ".beta", width));
    }

    private static Affine affine(String name, TensorReader tensors, int inputs, int outputs) {
        return new Affine(
                tensors.take(name + ".weight", inputs, outputs),
                tensors.take(name + ".bias", outputs));
    }
}
