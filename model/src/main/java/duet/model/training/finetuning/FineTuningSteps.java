package duet.model.training.finetuning;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.TrainingDivergedException;
import duet.model.training.options.PhaseOptions;
import duet.model.training.sample.ShuffledOrder;
import duet.model.training.step.AdamOptimizer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Takes steps of Adam on a copy of the global model that becomes one device's own. */
public final class FineTuningSteps {
    private final NDManager owner;
    private final UniversalMetaNetwork network;
    private final PhaseOptions options;
    private final AdamOptimizer optimizer;

    /** Says what is minimised. */
    public interface Loss {
        /** Returns the mean loss of these samples, a scalar that belongs to {@code step}. */
        NDArray of(NDManager step, int[] samples);
    }

    /**
     * Prepares steps on this network.
     *
     * @param owner of the network, lives as long as the tuning
     * @param trainable which parameters change
     */
    public FineTuningSteps(
            NDManager owner,
            UniversalMetaNetwork network,
            Predicate<String> trainable,
            PhaseOptions options) {
        this.owner = owner;
        this.network = network;
        this.options = options;
        Map<String, NDArray> trained = new TreeMap<>(network.parameters().arrays());
        trained.keySet().removeIf(trainable.negate());
        trained.values().forEach(array -> array.setRequiresGradient(true));
        this.optimizer = new AdamOptimizer(owner, trained, options.adam(), name -> true);
    }

    /**
     * Takes all steps: every epoch goes through so many samples in an order of its own.
     *
     * @throws TrainingDivergedException if the loss is no longer a number
     */
    public void take(int samples, SplittableRandom random, Loss loss) {
        for (int epoch = 0; epoch < options.epochs(); epoch++) {
            int[] order = ShuffledOrder.of(samples, random);
            for (int from = 0; from < order.length; from += options.batch()) {
                int to = Math.min(order.length, from + options.batch());
                step(Arrays.copyOfRange(order, from, to), loss);
            }
        }
    }

    private void step(int[] samples, Loss loss) {
        try (NDManager step = owner.newSubManager()) {
            network.parameters().lendTo(step);
            try (GradientCollector collector =
                    Engine.getEngine(step.getEngine().getEngineName()).newGradientCollector()) {
                NDArray mean = loss.of(step, samples);
                collector.backward(mean);
                if (!Float.isFinite(mean.getFloat())) {
                    throw new TrainingDivergedException(
                            "the loss of fine-tuning is "
                                    + mean.getFloat()
                                    + "; a lower learning rate may help");
                }
            }
            optimizer.update(step);
        }
    }
}
