package duet.model.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.PhaseOptions;
import duet.schemas.bundle.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An update of network and generator")
class ParameterUpdateTest {
    private static final double RATE = 0.1;

    private static final Objective UNUSED =
            new Objective() {
                @Override
                public int[] epoch(SplittableRandom random) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public int scoredPerSample() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Draw draw(int[] part, SplittableRandom random) {
                    throw new UnsupportedOperationException();
                }
            };

    /** Takes a step where the loss moves nothing, from 2 for each value of both sets. */
    private static Map<String, float[]> afterAStep(double weightDecay) {
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                Workers workers = new Workers(1)) {
            ParameterSet network = start(manager, "item.embedding");
            ParameterSet generator = start(manager, "generator.item.embedding");
            Learner learner =
                    new Learner(
                            List.of(network.replica(name -> true), generator.replica(name -> true)),
                            UNUSED,
                            new MersenneTwister(1));
            PhaseOptions options =
                    new PhaseOptions(1, 1, 1, 1, new AdamOptions(RATE, weightDecay, 0), 0, 0);
            ParameterUpdate update =
                    new ParameterUpdate(
                            manager,
                            List.of(network, generator),
                            List.of(
                                    start(manager, "item.embedding"),
                                    start(manager, "generator.item.embedding")),
                            learner,
                            options,
                            workers);
            try (NDManager step = manager.newSubManager()) {
                update.take(
                        step,
                        List.of(
                                new TreeMap<>(
                                        Map.of(
                                                "item.embedding",
                                                step.zeros(
                                                        network.get("item.embedding").getShape()),
                                                "generator.item.embedding",
                                                step.zeros(
                                                        generator
                                                                .get("generator.item.embedding")
                                                                .getShape())))));
            }
            Map<String, float[]> values = new TreeMap<>();
            network.tensors().forEach((name, tensor) -> values.put(name, tensor.values()));
            generator.tensors().forEach((name, tensor) -> values.put(name, tensor.values()));
            return values;
        }
    }

    private static ParameterSet start(NDManager manager, String name) {
        return ParameterSet.of(manager, Map.of(name, Tensor.of(new float[] {2, -2}, 2)));
    }

    @Test
    @DisplayName("draws large values of the network to zero, and none of the generator")
    void penalty() {
        Map<String, float[]> values = afterAStep(1e-2);

        // A first step of Adam is as long as the learning rate, whatever the gradient's size.
        assertThat(values.get("item.embedding")[0]).isCloseTo((float) (2 - RATE), within(1e-4f));
        assertThat(values.get("item.embedding")[1]).isCloseTo((float) (RATE - 2), within(1e-4f));
        assertThat(values.get("generator.item.embedding")).containsExactly(2, -2);
    }

    @Test
    @DisplayName("leaves both alone without a penalty")
    void noPenalty() {
        assertThat(afterAStep(0).values()).allSatisfy(v -> assertThat(v).containsExactly(2, -2));
    }
}
