package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemNamesTest {
    private final ItemNames names =
            ItemNames.of(ItemIds.HASH, List.of("B00005N7P0", "7", "007", "B00005N7P0"));

    @Test
    void takeANumberBackToItsId() {
        for (String id : List.of("B00005N7P0", "7", "007")) {
            assertThat(names.of(ItemIds.hash(id))).isEqualTo(id);
        }
    }

    @Test
    void showTheHashOfAnItemThatTheyDoNotKnow() {
        assertThat(names.of(7)).isEqualTo("#0000000000000007");
        assertThat(names.of(Long.MAX_VALUE)).isEqualTo("#7fffffffffffffff");
    }

    @Test
    void areTheNumbersWhereIdsAreNumbers() {
        assertThat(ItemNames.numbers().of(1349)).isEqualTo("1349");
        assertThat(ItemNames.of(ItemIds.NUMBER, List.of("7", "8")).of(7)).isEqualTo("7");
    }

    @Test
    void showNothingThatControlsATerminal() {
        String hostile = "a\u001b[2J\n\u202e<b>";
        String lengthy = "x".repeat(500);
        ItemNames of = ItemNames.of(ItemIds.HASH, List.of(hostile, lengthy));
        assertThat(of.of(ItemIds.hash(hostile))).isEqualTo(hostile);
        assertThat(of.shown(ItemIds.hash(hostile))).isEqualTo("a?[2J??<b>");
        assertThat(of.shown(ItemIds.hash(lengthy))).hasSize(80).endsWith("x…");
    }

    @Test
    void refuseWhatCanBeNoId() {
        assertThatThrownBy(() -> ItemNames.of(ItemIds.HASH, List.of("a", "")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has 0 characters");
    }
}
