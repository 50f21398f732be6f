package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Text from outside")
class OneLineTest {
    @ParameterizedTest
    @DisplayName("loses what breaks a line, controls a terminal or turns text around")
    @ValueSource(
            ints = {
                0, '\t', '\n', '\r', 0x1b, 0x7f, 0x85, 0x9b, 0x9d, 0xad, 0x200b, 0x200e, 0x200f,
                0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe0041
            })
    void cannotBeShown(int character) {
        assertThat(OneLine.of("a" + Character.toString(character) + "b")).isEqualTo("a?b");
    }

    @Test
    @DisplayName("loses halves of characters, which no encoding has")
    void halves() {
        assertThat(OneLine.of("a\ud83db\udca9")).isEqualTo("a?b?");
    }

    @ParameterizedTest
    @DisplayName("stays as it is in any script")
    @ValueSource(strings = {"", "sasrec-8dccab4ce802", "Gerät 7", "デバイス", "جهاز", "💩"})
    void stays(String text) {
        assertThat(OneLine.of(text)).isEqualTo(text);
    }

    @Test
    @DisplayName("is cut before it is shown")
    void cut() {
        assertThat(OneLine.of("ab\ncd", 3)).isEqualTo("ab?");
        assertThat(OneLine.of("ab", 3)).isEqualTo("ab");
    }

    @Test
    @DisplayName("of a failure is its first line, or the failure's name")
    void failures() {
        assertThat(OneLine.of(new IOException("no \u001b[31mway\nsecond")))
                .isEqualTo("no ?[31mway");
        assertThat(OneLine.of(new IOException(""))).isEmpty();
        assertThat(OneLine.of(new IOException())).isEqualTo("IOException");
    }
}
