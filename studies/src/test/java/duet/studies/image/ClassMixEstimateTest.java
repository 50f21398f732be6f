package duet.studies.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A device's estimate of its class mix")
class ClassMixEstimateTest {
    private static final float SURE = 30;

    @Test
    @DisplayName("counts the classes of images that are beyond doubt, each class once more")
    void counts() {
        List<float[]> scores = new ArrayList<>(Collections.nCopies(6, new float[] {SURE, 0, 0}));
        scores.add(new float[] {0, SURE, 0});
        assertThat(ClassMixEstimate.of(scores))
                .containsExactly(new double[] {0.7, 0.2, 0.1}, within(1e-6));
    }

    @Test
    @DisplayName("gives doubtful images to the classes that are frequent")
    void doubtful() {
        List<float[]> scores = new ArrayList<>(Collections.nCopies(20, new float[] {SURE, 0, 0}));
        scores.addAll(Collections.nCopies(10, new float[] {SURE, SURE, 0}));
        double[] mix = ClassMixEstimate.of(scores);
        assertThat(mix[0]).isGreaterThan(0.85);
        assertThat(Arrays.stream(mix).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    @DisplayName("is even where nothing is known, and then changes no score")
    void even() {
        double[] mix = ClassMixEstimate.of(Collections.nCopies(5, new float[] {2, 2}));
        assertThat(mix).containsExactly(new double[] {0.5, 0.5}, within(1e-9));
        assertThat(ClassMixEstimate.corrected(new float[] {1, 3}, mix))
                .containsExactly(new float[] {1, 3}, within(1e-6f));
    }

    @Test
    @DisplayName("moves scores by the logarithm of how much more frequent a class is")
    void corrected() {
        assertThat(ClassMixEstimate.corrected(new float[] {0, 0}, new double[] {0.75, 0.25}))
                .containsExactly(
                        new float[] {(float) Math.log(1.5), (float) Math.log(0.5)}, within(1e-6f));
    }
}
