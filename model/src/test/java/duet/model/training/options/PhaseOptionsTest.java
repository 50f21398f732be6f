package duet.model.training.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A penalty on a log")
class PhaseOptionsTest {
    @ParameterizedTest(name = "{0} positives of {1} items: {2}")
    @CsvSource({
        "97_171, 1_682, 8.655e-6",
        "77_431, 18_686, 1.2066e-4",
        "480, 480, 5e-4",
        "3, 480, 5e-4",
        "0, 1, 5e-4",
        "2_147_483_647, 1, 2.328e-13"
    })
    @DisplayName("is divided by the positives of an item, once there is one")
    void penalty(String positives, String items, double expected) {
        PhaseOptions options =
                new PhaseOptions(5, 4, 3, 2, new AdamOptions(0.1, 5e-4, 1), 0.2, 0.9, 7);

        PhaseOptions onLog = options.onLog(number(positives), number(items));

        assertThat(onLog.adam().weightDecay()).isEqualTo(expected, within(expected * 1e-3));
        assertThat(onLog.withWeightDecay(5e-4)).isEqualTo(options);
    }

    private static int number(String text) {
        return Integer.parseInt(text.replace("_", ""));
    }
}
