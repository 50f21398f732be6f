package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One device: the shared model and its own dynamic layers, which are the global classifier until the first delta. Applying
 * takes effect at once or not at all; any thread may rank while another applies, and ranks with one consistent set of
 * weights. A device without a delta holds no weights of its own.
 */
public final class Device {
    private static final Comparator<ScoredItem> WORST_FIRST =
            Comparator.comparingDouble((ScoredItem item) -> item.score())
                    .thenComparing(Comparator.comparingLong(ScoredItem::itemId).reversed());

    private final String id;
    private final DeviceModel model;
    private volatile OwnLayers own;

    /** Weights with what orders the delta they came from, published together. */
    private record OwnLayers(DynamicLayers layers, long lastSequence, long generatedAtMicros) {}

    public Device(String deviceId, DeviceModel model) {
        this.id = deviceId;
        this.model = model;
    }

    public String id() {
        return id;
    }

    public DeviceModel model() {
        return model;
    }

    /** Sequence number of the last interaction that the applied delta was made from, -1 before the first delta. */
    public long lastSequence() {
        OwnLayers current = own;
        return current == null ? -1 : current.lastSequence;
    }

    /**
     * Takes a delta if it is this device's, of this model version, newer than the one held, and whole. A refused delta
     * changes nothing.
     */
    public ApplyOutcome apply(WeightDelta delta) {
        // The checksum first: without it, neither device nor version nor sequence can be believed.
        if (DeltaChecksum.of(delta) != delta.getChecksum()) {
            return ApplyOutcome.CORRUPT;
        }
        if (!delta.getDeviceId().equals(id)) {
            return ApplyOutcome.OTHER_DEVICE;
        }
        if (!delta.getModelVersion().equals(model.version())) {
            return ApplyOutcome.OTHER_VERSION;
        }
        if (delta.getLastSequence() < 0) {
            return ApplyOutcome.CORRUPT;
        }
        if (!isNewer(delta)) {
            return ApplyOutcome.STALE;
        }
        try {
            return publish(delta, model.globalLayers().plus(inOrder(delta.getLayers())));
        } catch (CorruptDeltaException e) {
            return ApplyOutcome.CORRUPT;
        }
    }

    /** Another thread may have applied a newer delta since the check. */
    private synchronized ApplyOutcome publish(WeightDelta delta, DynamicLayers layers) {
        if (!isNewer(delta)) {
            return ApplyOutcome.STALE;
        }
        own = new OwnLayers(layers, delta.getLastSequence(), delta.getGeneratedAtMicros());
        return ApplyOutcome.APPLIED;
    }

    /**
     * A delta is newer if it reaches further, or, reaching as far, was generated later: a late window fills a gap in the
     * history without moving its end.
     */
    private boolean isNewer(WeightDelta delta) {
        OwnLayers held = own;
        if (held == null || delta.getLastSequence() != held.lastSequence) {
            return held == null || delta.getLastSequence() > held.lastSequence;
        }
        return delta.getGeneratedAtMicros() > held.generatedAtMicros;
    }

    /** The layers as the model counts them, each once and of the model's shape. */
    private LayerDelta[] inOrder(List<LayerDelta> layers) throws CorruptDeltaException {
        Dimensions dimensions = model.dimensions();
        if (layers.size() != dimensions.dynamicLayers()) {
            throw new CorruptDeltaException(
                    "delta has %d layers, the model has %d"
                            .formatted(layers.size(), dimensions.dynamicLayers()));
        }
        List<Integer> shape = List.of(dimensions.layerRows(), dimensions.width());
        LayerDelta[] deltas = new LayerDelta[layers.size()];
        for (LayerDelta layer : layers) {
            int n = 1;
            while (n <= deltas.length && !layer.getName().equals(Dimensions.layerName(n))) {
                n++;
            }
            if (n > deltas.length || deltas[n - 1] != null || !layer.getShape().equals(shape)) {
                throw new CorruptDeltaException(
                        "delta has a layer %s of shape %s"
                                .formatted(layer.getName(), layer.getShape()));
            }
            deltas[n - 1] = layer;
        }
        return deltas;
    }

    /**
     * Scores candidates with the weights the device holds, the global ones before the first delta.
     *
     * @param history raw item ids, oldest first, as many as the device has; of those the model knows, the newest L count, or
     *     H for a long memory on the device. May be empty.
     * @param candidates raw item ids
     * @return a score per candidate, in their order
     * @throws InvalidInputException naming a candidate that the model does not know
     * @throws IllegalStateException if the model reads raw inputs
     */
    public float[] score(long[] history, long[] candidates) {
        int[] items = model.indicesOf(candidates);
        return model.scores(model.states(history), items, layers(own))[0];
    }

    /** As {@link #score}, with the global classifier. */
    public float[] scoreGlobally(long[] history, long[] candidates) {
        int[] items = model.indicesOf(candidates);
        return model.scores(model.states(history), items, model.globalLayers())[0];
    }

    /** {@link #score} and {@link #scoreGlobally} in one go: the user states, most of the work, are computed once. */
    public ScoreComparison compare(long[] history, long[] candidates) {
        int[] items = model.indicesOf(candidates);
        return compare(model.states(history), items);
    }

    /**
     * The features [d] of a raw input: what a device publishes in its windows in place of the input.
     *
     * @throws InvalidInputException on an input of another length, or a number that is not finite
     * @throws IllegalStateException if the model reads histories
     */
    public float[] features(float[] input) {
        return model.features(input);
    }

    /**
     * As {@link #score}, of a raw input in place of a history: candidates are classes.
     *
     * @throws InvalidInputException on an unknown candidate, an input of another length, or a number that is not finite
     * @throws IllegalStateException if the model reads histories
     */
    public float[] scoreInput(float[] input, long[] candidates) {
        int[] items = model.indicesOf(candidates);
        return model.scores(UserStates.same(model.features(input)), items, layers(own))[0];
    }

    /** As {@link #compare}, of a raw input in place of a history; see {@link #scoreInput}. */
    public ScoreComparison compareInput(float[] input, long[] candidates) {
        int[] items = model.indicesOf(candidates);
        return compare(UserStates.same(model.features(input)), items);
    }

    private ScoreComparison compare(UserStates states, int[] items) {
        OwnLayers current = own;
        float[][] scores = model.scores(states, items, layers(current), model.globalLayers());
        return new ScoreComparison(
                scores[0], scores[1], current == null ? -1 : current.lastSequence);
    }

    /**
     * The best {@code k} items of the whole vocabulary that do not stand in the history, best first; the lower item id
     * first where scores are equal. Fewer where the vocabulary ends.
     */
    public List<ScoredItem> topK(long[] history, int k) {
        int[] seen =
                Arrays.stream(history).mapToInt(model.vocabulary()::indexOf).sorted().toArray();
        int[] unseen = new int[model.vocabulary().size()];
        int count = 0;
        for (int item = 1, i = 0; item <= unseen.length; item++) {
            while (i < seen.length && seen[i] < item) {
                i++;
            }
            if (i == seen.length || seen[i] != item) {
                unseen[count++] = item;
            }
        }
        return best(history, k, Arrays.copyOf(unseen, count));
    }

    /**
     * The best {@code k} of the candidates, best first; the lower item id first where scores are equal. Candidates may stand
     * in the history.
     *
     * @throws InvalidInputException naming a candidate that the model does not know
     */
    public List<ScoredItem> topK(long[] history, int k, long[] candidates) {
        return best(history, k, model.indicesOf(candidates));
    }

    /**
     * Current weights of dynamic layer {@code n}, counted from 1: global plus delta, row-major [d + 1, d]. A copy.
     *
     * @throws IllegalArgumentException if there is no layer {@code n}
     */
    public float[] layer(int n) {
        DynamicLayers layers = layers(own);
        if (n < 1 || n > layers.count()) {
            throw new IllegalArgumentException(
                    "no dynamic layer %d, there are %d".formatted(n, layers.count()));
        }
        return layers.copyOf(n);
    }

    private DynamicLayers layers(OwnLayers current) {
        return current == null ? model.globalLayers() : current.layers;
    }

    private List<ScoredItem> best(long[] history, int k, int[] items) {
        if (k < 1) {
            throw new IllegalArgumentException("the best %d items".formatted(k));
        }
        float[] scores = model.scores(model.states(history), items, layers(own))[0];
        PriorityQueue<ScoredItem> best = new PriorityQueue<>(WORST_FIRST);
        for (int i = 0; i < items.length; i++) {
            int item = items[i];
            float score = scores[i];
            if (best.size() == k && score < best.peek().score()) {
                continue;
            }
            best.add(new ScoredItem(model.vocabulary().idOf(item), score));
            if (best.size() > k) {
                best.poll();
            }
        }
        return best.stream().sorted(WORST_FIRST.reversed()).toList();
    }
}
