package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0s, 0s",
        "500us, 500us",
        "20 ms, 20ms",
        "1.5s, 1500ms",
        "60s, 1m",
        "90m, 90m",
        "1.5h, 90m",
        "0.000001s, 1us",
        "0.5us, 0.5us"
    })
    void readAndWritten(String text, String shortest) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(shortest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "5 days",
                "1e3s",
                "5s ",
                "5S",
                ".5s",
                "1234567890123456h"
            })
    void refused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("'" + text + "' is not a duration such as 500ms, 60s or 5m");
    }

    @Property
    void readIsWhatWasWritten(@ForAll @LongRange(min = 0, max = 1L << 49) long micros) {
        Duration duration = Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
        assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration);
    }
}
