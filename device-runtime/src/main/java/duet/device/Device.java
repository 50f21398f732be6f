package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.signature.Verifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A device holds the model it runs, shared with others, and its own dynamic layers, which are the
 * global classifier until the first delta. Applying a delta or switching the model takes effect at
 * once or not at all; any thread may rank while another applies or switches, and ranks with one
 * consistent set of weights of one model. A device without a delta holds no weights of its own; one
 * with a delta holds it as it travelled, and decodes it when it ranks.
 */
public final class Device {
    private static final Comparator<ScoredItem> WORST_FIRST =
            Comparator.comparingDouble((ScoredItem item) -> item.score())
                    .thenComparing(Comparator.comparingLong(ScoredItem::itemId).reversed());

    private final String id;
    private final @Nullable Verifier verifier; // null where signatures are not asked for
    private final @Nullable OrderStore store; // null where a restart forgets the newest order
    private volatile Holding held;

    /**
     * Makes a device that runs this model with its global classifier, and asks for no signatures.
     */
    public Device(String deviceId, DeviceModel model) {
        this(deviceId, model, null);
    }

    /**
     * Makes a device that runs this model with its global classifier.
     *
     * @param verifier tells the deltas that may be applied by their signature; null to ask for none
     */
    public Device(String deviceId, DeviceModel model, @Nullable Verifier verifier) {
        this.id = deviceId;
        this.verifier = verifier;
        this.store = null;
        this.held = model.untouched();
    }

    /**
     * Makes a device that runs this model with its global classifier, and goes on from the newest
     * order that it kept: no delta older than that applies. The newest one itself does, once, as
     * the device has its weights no longer.
     *
     * @param verifier tells the deltas that may be applied by their signature; null to ask for none
     * @param store keeps the order of each delta before it is applied
     * @throws InvalidInputException if the store cannot tell what was kept
     */
    public Device(
            String deviceId, DeviceModel model, @Nullable Verifier verifier, OrderStore store) {
        this.id = deviceId;
        this.verifier = verifier;
        this.store = store;
        this.held =
                store.load()
                        .map(newest -> new Holding(model, null, -1, newest.beforeItself()))
                        .orElseGet(model::untouched);
    }

    public String id() {
        return id;
    }

    /** Returns the model that the device runs. */
    public DeviceModel model() {
        return held.model();
    }

    /**
     * Returns the sequence number of the last interaction that the applied delta was made from; -1
     * before the first delta for the model the device runs.
     */
    public long lastSequence() {
        return held.lastSequence();
    }

    /**
     * Takes a delta if it is this device's, of the model version it runs, newer than the one held,
     * signed where that is asked for, and whole. A refused delta changes nothing.
     *
     * @throws java.io.UncheckedIOException if the order of the delta cannot be kept; the device
     *     holds what it held before
     */
    public ApplyOutcome apply(WeightDelta delta) {
        // The checksum first: without it, neither device nor version nor sequence can be believed.
        if (DeltaChecksum.of(delta) != delta.getChecksum()) {
            return ApplyOutcome.CORRUPT;
        }
        if (!delta.getDeviceId().equals(id)) {
            return ApplyOutcome.OTHER_DEVICE;
        }
        Holding before = held;
        if (!delta.getModelVersion().equals(before.model().version())) {
            return ApplyOutcome.OTHER_VERSION;
        }
        if (delta.getLastSequence() < 0 || delta.getEpoch() < 0) {
            return ApplyOutcome.CORRUPT;
        }
        DeltaOrder order = DeltaOrder.of(delta);
        if (!order.isAfter(before.newest())) {
            return ApplyOutcome.STALE;
        }
        // The dearest check comes last: what is refused anyway costs no signature.
        if (verifier != null && !verifier.verifies(delta)) {
            return ApplyOutcome.UNSIGNED;
        }
        try {
            DeviceModel model = before.model();
            EncodedLayers layers = new EncodedLayers(inOrder(model, delta.getLayers()));
            model.check(layers);
            return publish(order, model, layers);
        } catch (CorruptDeltaException e) {
            return ApplyOutcome.CORRUPT;
        }
    }

    /**
     * Publishes what was checked, unless another thread has applied a newer delta since, or
     * switched the model.
     */
    private synchronized ApplyOutcome publish(
            DeltaOrder order, DeviceModel model, EncodedLayers delta) {
        if (held.model() != model) {
            return ApplyOutcome.OTHER_VERSION;
        }
        if (!order.isAfter(held.newest())) {
            return ApplyOutcome.STALE;
        }
        if (store != null) {
            store.keep(order);
        }
        held = new Holding(model, delta, order.lastSequence(), order);
        return ApplyOutcome.APPLIED;
    }

    /**
     * Switches to another model, with its global classifier: the device's own layers belong to the
     * version it leaves and are dropped, and deltas of that version are refused. What the device
     * has seen stays a bound: no delta made from less than the newest one it ever took applies,
     * back on an earlier version neither.
     *
     * @return whether the device changed; false if it runs that version already, and then keeps its
     *     layers
     */
    public synchronized boolean switchTo(DeviceModel model) {
        Holding before = held;
        if (model.version().equals(before.model().version())) {
            return false;
        }
        DeltaOrder newest = before.newest() == null ? null : before.newest().ofAnyTime();
        held = new Holding(model, null, -1, newest);
        return true;
    }

    /** Returns the layers as the model counts them, each once and of the model's shape. */
    private static LayerDelta[] inOrder(DeviceModel model, List<LayerDelta> layers)
            throws CorruptDeltaException {
        Dimensions dimensions = model.dimensions();
        if (layers.size() != dimensions.dynamicLayers()) {
            throw new CorruptDeltaException(
                    "delta has "
                            + layers.size()
                            + " layers, the model has "
                            + dimensions.dynamicLayers());
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
                        "delta has a layer " + layer.getName() + " of shape " + layer.getShape());
            }
            deltas[n - 1] = layer;
        }
        return deltas;
    }

    /**
     * Scores candidates with the weights the device holds, the global ones before the first delta.
     *
     * @param history raw item ids, oldest first, as many as the device has; of those the model
     *     knows, the newest L count, or H for a long memory on the device. May be empty. {@link
     *     DeviceModel#itemsOf} makes them of ids that are no numbers.
     * @param candidates raw item ids
     * @return a score per candidate, in their order
     * @throws InvalidInputException naming a candidate that the model does not know
     * @throws IllegalStateException if the model reads raw inputs
     */
    public float[] score(long[] history, long[] candidates) {
        Holding now = held;
        int[] items = now.model().indicesOf(candidates);
        return now.model().scores(now.model().states(history), items, now.layers())[0];
    }

    /** Scores candidates as {@link #score} does, but with the global classifier. */
    public float[] scoreGlobally(long[] history, long[] candidates) {
        DeviceModel model = held.model();
        int[] items = model.indicesOf(candidates);
        return model.scores(model.states(history), items, model.globalLayers())[0];
    }

    /**
     * Scores candidates as {@link #score} and {@link #scoreGlobally} do, in one go: the user
     * states, most of the work, are computed once.
     */
    public ScoreComparison compare(long[] history, long[] candidates) {
        Holding now = held;
        int[] items = now.model().indicesOf(candidates);
        return compare(now, now.model().states(history), items);
    }

    /**
     * Returns the features [d] of a raw input, which are what a device publishes in its windows in
     * place of the input.
     *
     * @throws InvalidInputException on an input of another length, or a number that is not finite
     * @throws IllegalStateException if the model reads histories
     */
    public float[] features(float[] input) {
        return held.model().features(input);
    }

    /**
     * Scores candidates as {@link #score} does, but for a raw input in place of a history:
     * candidates are classes.
     *
     * @throws InvalidInputException on an unknown candidate, an input of another length, or a
     *     number that is not finite
     * @throws IllegalStateException if the model reads histories
     */
    public float[] scoreInput(float[] input, long[] candidates) {
        Holding now = held;
        int[] items = now.model().indicesOf(candidates);
        UserStates states = UserStates.same(now.model().features(input));
        return now.model().scores(states, items, now.layers())[0];
    }

    /**
     * Scores candidates as {@link #compare} does, but for a raw input in place of a history; see
     * {@link #scoreInput}.
     */
    public ScoreComparison compareInput(float[] input, long[] candidates) {
        Holding now = held;
        int[] items = now.model().indicesOf(candidates);
        return compare(now, UserStates.same(now.model().features(input)), items);
    }

    private static ScoreComparison compare(Holding now, UserStates states, int[] items) {
        float[][] scores =
                now.model().scores(states, items, now.layers(), now.model().globalLayers());
        return new ScoreComparison(scores[0], scores[1], now.lastSequence());
    }

    /**
     * Returns the best {@code k} items of the whole vocabulary that do not stand in the history,
     * best first; the lower item id first where scores are equal. There are fewer where the
     * vocabulary ends. Each has its name, for whoever shows it.
     *
     * @param history raw item ids; of ids that are no numbers, see {@link DeviceModel#itemsOf}
     */
    public List<ScoredItem> topK(long[] history, int k) {
        Holding now = held;
        Vocabulary vocabulary = now.model().vocabulary();
        int[] seen = Arrays.stream(history).mapToInt(vocabulary::indexOf).sorted().toArray();
        int[] unseen = new int[vocabulary.size()];
        int count = 0;
        for (int item = 1, i = 0; item <= unseen.length; item++) {
            while (i < seen.length && seen[i] < item) {
                i++;
            }
            if (i == seen.length || seen[i] != item) {
                unseen[count++] = item;
            }
        }
        return best(now, history, k, Arrays.copyOf(unseen, count));
    }

    /**
     * Returns the best {@code k} of the candidates, best first; the lower item id first where
     * scores are equal. Candidates may stand in the history.
     *
     * @throws InvalidInputException naming a candidate that the model does not know
     */
    public List<ScoredItem> topK(long[] history, int k, long[] candidates) {
        Holding now = held;
        return best(now, history, k, now.model().indicesOf(candidates));
    }

    /**
     * Returns a copy of the current weights of dynamic layer {@code n}, counted from 1: global plus
     * delta, row-major [d + 1, d].
     *
     * @throws IllegalArgumentException if there is no layer {@code n}
     */
    public float[] layer(int n) {
        DynamicLayers layers = held.layers();
        if (n < 1 || n > layers.count()) {
            throw new IllegalArgumentException(
                    "no dynamic layer " + n + ", there are " + layers.count());
        }
        return layers.copyOf(n);
    }

    private static List<ScoredItem> best(Holding now, long[] history, int k, int[] items) {
        if (k < 1) {
            throw new IllegalArgumentException("the best " + k + " items");
        }
        DeviceModel model = now.model();
        float[] scores = model.scores(model.states(history), items, now.layers())[0];
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
        return best.stream()
                .sorted(WORST_FIRST.reversed())
                .map(item -> named(model, item))
                .toList();
    }

    /** Returns an item with the name that the model which ranked it has for it. */
    private static ScoredItem named(DeviceModel model, ScoredItem item) {
        return new ScoredItem(item.itemId(), item.score(), model.nameOf(item.itemId()));
    }
}
