package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A jump limit")
class JumpLimitTest {
    private static final long HIGHEST = JumpLimit.HIGHEST_SEQUENCE;

    private final JumpLimit limit = new JumpLimit(1_000);

    /** A history whose next sequence number is this one. */
    private static DeviceHistory before(long next) {
        return DeviceHistory.empty().merge(next - 2, new ItemIds(1, 2), 10).history();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 16, 17, 18, 1_017})
    @DisplayName("takes what is known, comes next, or leaves out as much as it may")
    void near(long first) {
        assertThat(limit.takes(before(17), first)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_018, 1L << 40, HIGHEST + 1, Long.MAX_VALUE - 512, Long.MAX_VALUE - 1})
    @DisplayName("does not take what lies further ahead, and says from where")
    void far(long first) {
        assertThat(limit.takes(before(17), first)).isFalse();
        assertThat(limit.notTaken("d-42", before(17), first))
                .isEqualTo(
                        String.format(
                                Locale.ROOT,
                                "window of device=d-42 begins at sequence number %,d where 17 comes"
                                        + " next, the largest jump is 1,000",
                                first));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5_000, 1_000_000_000_000L, HIGHEST})
    @DisplayName("takes any number that a device of which nothing is known may have counted to")
    void unknown(long first) {
        assertThat(limit.takes(DeviceHistory.empty(), first)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {HIGHEST + 1, Long.MAX_VALUE - 512, Long.MAX_VALUE - 1})
    @DisplayName("takes no number of such a device that none counts to")
    void unknownAndImpossible(long first) {
        assertThat(limit.takes(DeviceHistory.empty(), first)).isFalse();
        assertThat(limit.notTaken("d-42", DeviceHistory.empty(), first))
                .isEqualTo(
                        String.format(
                                Locale.ROOT,
                                "window of device=d-42 begins at sequence number %,d, no device"
                                        + " counts beyond 9,007,199,254,740,992",
                                first));
    }

    @Test
    @DisplayName("takes the small numbers of a device whose history was locked by a large one")
    void lockedBefore() {
        assertThat(limit.takes(before(Long.MAX_VALUE - 1), 17)).isTrue();
        assertThat(limit.takes(before(Long.MAX_VALUE - 1), Long.MAX_VALUE - 1)).isFalse();
        assertThat(limit.notTaken("d-42", before(Long.MAX_VALUE - 1), Long.MAX_VALUE - 1))
                .contains("no device counts beyond");
    }

    @Test
    @DisplayName("of the largest size does not overflow")
    void largest() {
        JumpLimit largest = new JumpLimit(HIGHEST);

        assertThat(largest.takes(before(2), HIGHEST)).isTrue();
        assertThat(largest.takes(before(HIGHEST), HIGHEST + 1)).isFalse();
        assertThat(largest.takes(before(2), Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    @DisplayName("of 0 takes everything")
    void none() {
        assertThat(JumpLimit.NONE.takes(before(17), Long.MAX_VALUE - 1)).isTrue();
        assertThat(JumpLimit.NONE.takes(DeviceHistory.empty(), Long.MAX_VALUE - 1)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, HIGHEST + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    @DisplayName("is none outside its range")
    void range(long most) {
        assertThatThrownBy(() -> new JumpLimit(most))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not in 0 to 9,007,199,254,740,992");
    }
}
