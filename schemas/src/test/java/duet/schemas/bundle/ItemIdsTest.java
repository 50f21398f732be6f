package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemIdsTest {
    @Nested
    class TakesForANumber {
        @ParameterizedTest
        @ValueSource(strings = {"0", "7", "10", "1349", "999999999999999999"})
        void whatIsOne(String id) {
            assertThat(ItemIds.isNumber(id)).isTrue();
            assertThat(ItemIds.NUMBER.of(id)).isEqualTo(Long.parseLong(id));
        }

        @Test
        void allThatALongHolds() {
            assertThat(ItemIds.isNumber("9223372036854775807")).isTrue();
            assertThat(ItemIds.NUMBER.of("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
            assertThat(ItemIds.isNumber("9223372036854775808")).isFalse();
            assertThat(ItemIds.isNumber("9999999999999999999")).isFalse();
            assertThat(ItemIds.isNumber("10000000000000000000")).isFalse();
        }

        /** Arabic and full-width digits are digits to Java, and to few other languages. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", " ", "00", "007", "-1", "-0", "+7", " 7", "7 ", "7\n", "7.0", "7e1", "0x7",
                    "1,000", "\u0667", "\uff17", "7\u0667", "\u0000", "seven"
                })
        void nothingElse(String id) {
            assertThat(ItemIds.isNumber(id)).isFalse();
            assertThat(ItemIds.NUMBER.of(id)).isEqualTo(ItemIds.hash(id));
        }

        @Test
        void noOtherSpellingOfIt() {
            assertThat(ItemIds.NUMBER.of("007")).isNotEqualTo(ItemIds.NUMBER.of("7"));
            assertThat(ItemIds.HASH.of("007")).isNotEqualTo(ItemIds.HASH.of("7"));
        }
    }

    /** Made with {@code printf %s ID | sha256sum}: the first 16 digits without the highest bit. */
    @ParameterizedTest
    @CsvSource({
        "'', 7183457195969485844",
        "7, 8719647946811673230",
        "007, 7106483370208201996",
        "' 7', 9088929677074334055",
        "-1, 1994368463219536380",
        "9223372036854775807, 3695797439498155711",
        "9223372036854775808, 5026750492948150819",
        "item-1, 6453814349519802412",
        "B00005N7P0, 7440544632796176283",
        "https://shop.example/p?id=42, 2546525949734742037",
        "K\u00e4se, 8786159126242926309",
        "\u0667, 98786931870735325",
        "\ud83c\udfa7, 6923715334376566247"
    })
    void hashesAsEveryLanguageDoes(String id, long number) {
        assertThat(ItemIds.hash(id)).isEqualTo(number);
        assertThat(ItemIds.HASH.of(id)).isEqualTo(number);
    }

    @Nested
    class Refuses {
        @Test
        void anEmptyIdAndOneThatIsTooLong() {
            assertThatThrownBy(() -> ItemIds.requireSound(""))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the item id '' has 0 characters, it must have 1 to 2,048");
            assertThatCode(() -> ItemIds.requireSound("x".repeat(2048))).doesNotThrowAnyException();
            assertThatThrownBy(() -> ItemIds.requireSound("x".repeat(2049)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "the item id '"
                                    + "x".repeat(79)
                                    + "…' has 2,049 characters, it must have 1 to 2,048");
        }

        /** Whoever reads a log drops the one and refuses the other. */
        @Test
        void whiteSpaceAroundAnIdAndNul() {
            for (String id : new String[] {" a", "a\n", "\u2003a", " ", "a\0", "\0", "a\0b"}) {
                assertThatThrownBy(() -> ItemIds.requireSound(id))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("white space, or holds a NUL")
                        .message()
                        .hasLineCount(1)
                        .doesNotContain("\0");
            }
            assertThatCode(() -> ItemIds.requireSound("a b")).doesNotThrowAnyException();
        }

        /** The halves as JUnit's own listing cannot hold them: it is written as UTF-8. */
        @Test
        void halfACharacter() {
            for (String id : new String[] {"a\ud83c", "\udfa7\ud83c"}) {
                assertThatThrownBy(() -> ItemIds.requireSound(id))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("is no Unicode: it has half a character");
            }
        }
    }
}
