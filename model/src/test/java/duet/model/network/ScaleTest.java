package duet.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void theFactorOutlivesACollectionBetweenForwardAndBackward() {
        Engine engine = Engine.getEngine("PyTorch");
        for (int i = 0; i < 30; i++) {
            try (NDManager manager = engine.newBaseManager()) {
                NDArray x = manager.ones(new Shape(4));
                x.setRequiresGradient(true);
                try (GradientCollector collector = engine.newGradientCollector()) {
                    NDArray y = Scale.by(x, 3).sum();
                    System.gc();
                    for (int k = 0; k < 50; k++) {
                        manager.create(-7e7f); // takes the place of whatever was freed
                    }
                    collector.backward(y);
                }
                assertThat(x.getGradient().toFloatArray()).containsOnly(3f);
            }
        }
    }
}
