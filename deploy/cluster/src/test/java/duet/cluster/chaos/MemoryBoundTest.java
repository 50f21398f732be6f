package duet.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a TaskManager holds after a round")
class MemoryBoundTest {
    private static final long MB = 1 << 20;

    private final MemoryBound bound = new MemoryBound(1000 * MB);

    private boolean fits(long heapMegabytes, long devices) {
        return bound.problem(bound.after(new TaskManagerMemory(heapMegabytes * MB, 0), devices))
                .isEmpty();
    }

    @Test
    @DisplayName("may go up and down around what the first rounds left")
    void steady() {
        for (long heap : new long[] {60, 80, 64, 99, 60, 99}) {
            assertThat(fits(heap, 1000)).isTrue();
        }
    }

    @Test
    @DisplayName("is too much once it grows with every round")
    void leak() {
        int round = 0;
        while (fits(60 + 10L * round, 1000)) {
            round++;
        }
        assertThat(round).isBetween(MemoryBound.FIRST_ROUNDS, 6);
        assertThat(bound.problem(new RoundResult.Memory(200, 100, 0)).orElseThrow())
                .contains("holds 200 bytes", "the bound is 100");
    }

    @Test
    @DisplayName("is too much where the process holds more than it is given")
    void process() {
        assertThat(bound.problem(new RoundResult.Memory(60, 100, 1000 * MB))).isEmpty();
        assertThat(bound.problem(new RoundResult.Memory(60, 100, 1000 * MB + 1)).orElseThrow())
                .contains("process holds 1,048,576,001 bytes, it is given 1,048,576,000");
    }

    @Test
    @DisplayName("may grow by what the state of a device takes, and by no more")
    void devices() {
        for (int round = 0; round < MemoryBound.FIRST_ROUNDS; round++) {
            fits(80, 0);
        }
        long devices = 20 * MB / MemoryBound.DEVICE_BYTES;
        assertThat(fits(80 + 20 + 16 + 19, devices)).isTrue();
        assertThat(fits(80 + 20 + 16 + 21, devices)).isFalse();
    }

    @Test
    @DisplayName("is read off the last line of a histogram of classes")
    void histogram() {
        assertThat(
                        TaskManagerMemory.total(
                                "taskmanager-1",
                                """
                                12:
                                 num     #instances         #bytes  class name (module)
                                -------------------------------------------------------
                                   1:        140203       11229712  [B (java.base@17.0.15)
                                Total        902311       61240928
                                """))
                .isEqualTo(61_240_928);
        assertThatThrownBy(() -> TaskManagerMemory.total("taskmanager-1", "12:\nno such process"))
                .hasMessageContaining("taskmanager-1")
                .hasMessageContaining("no such process");
    }
}
