package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DimensionsTest {
    private static Dimensions of(int items, int window, int history, int width, int heads) {
        return new Dimensions(
                items,
                window,
                history,
                new DeviceSizes(width, 2, heads, 64),
                2,
                GeneratorSizes.recurrent(16, 16, 8, 8, 4));
    }

    @Test
    void giveTheSizeOfADynamicLayer() {
        Dimensions dimensions = of(100, 30, 30, 32, 2);
        assertThat(dimensions.layerRows()).isEqualTo(33);
        assertThat(dimensions.layerSize()).isEqualTo(1_056);
        assertThat(Dimensions.layerName(2)).isEqualTo("dynamic.2");
    }

    @Test
    void refuseWhatIsOutOfRangeByName() {
        assertThatThrownBy(() -> of(0, 30, 30, 32, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("items is 0, it must be 1 to 20000000");
        assertThatThrownBy(() -> of(100, 513, 600, 32, 1))
                .hasMessage("window is 513, it must be 1 to 512");
        assertThatThrownBy(() -> of(100, 30, 30, 4096, 1))
                .hasMessage("width is 4096, it must be 1 to 4095");
        assertThatThrownBy(() -> of(100, 30, 30, -1, 1))
                .hasMessage("width is -1, it must be 1 to 4095");
    }

    @Test
    void refuseWhatDoesNotFitTogether() {
        assertThatThrownBy(() -> of(100, 30, 30, 32, 3))
                .hasMessage("width 32 is not a multiple of 3 heads");
        assertThatThrownBy(() -> of(100, 30, 29, 32, 1))
                .hasMessage("history 29 is shorter than the window of 30 that a device reads");
    }

    @Test
    void generateAWholeMatrixOrItsFactors() {
        Dimensions full = of(100, 30, 200, 32, 1);
        assertThat(full.generatedRows()).isEqualTo(33);
        Dimensions factored = full.withRank(4);
        assertThat(factored.generatedRows()).isEqualTo(9);
        assertThat(factored.generatedSize()).isEqualTo(288);
        assertThatThrownBy(() -> full.withColdStart(201))
                .hasMessage("coldStart is 201, it must be 0 to 200");
        assertThatThrownBy(() -> full.withRank(33)).hasMessage("rank is 33, it must be 0 to 32");
    }

    @Test
    void needSomethingForTheGeneratorToRead() {
        Dimensions recurrent = of(100, 30, 200, 32, 1);
        assertThat(recurrent.withMemory(0, List.of(0.9, 1.0)).memoryDecays())
                .containsExactly(0.9, 1.0);
        assertThatThrownBy(() -> recurrent.withMemory(0, List.of()))
                .hasMessage(
                        "encoderWidth is 0 and memoryDecays is empty, the generator would read"
                                + " nothing");
        assertThatThrownBy(() -> recurrent.withMemory(0, List.of(0.9, 1.01)))
                .hasMessage("memoryDecays holds 1.01, a decay must be above 0 and at most 1");
        assertThatThrownBy(() -> recurrent.withMemory(0, List.of(Double.NaN)))
                .hasMessage("memoryDecays holds NaN, a decay must be above 0 and at most 1");
    }

    @Test
    void holdFeaturesOnlyWithTheirInputs() {
        assertThat(of(10, 1, 30, 32, 1).withFeatures(32, 768).features()).isEqualTo(32);
        assertThatThrownBy(() -> of(10, 1, 30, 32, 1).withFeatures(32, 0))
                .hasMessage("features is 32 and inputs is 0, both or neither must be 0");
    }
}
