package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import org.junit.jupiter.api.Test;

class DimensionsTest {
    private static Dimensions of(int items, int window, int history, int width, int heads) {
        return new Dimensions(items, window, history, width, 2, heads, 64, 2, 16, 16, 8, 8, 4);
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
                .hasMessage("history 29 is shorter than the window 30");
    }
}
