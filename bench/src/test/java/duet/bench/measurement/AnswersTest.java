package duet.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The answers of a run")
class AnswersTest {
    private final Answers answers = new Answers();

    private void answer(int number, long firstMillis, long everyMillis) {
        for (int i = 0; i < number; i++) {
            answers.add(firstMillis + i * everyMillis, 1, 8, 292);
        }
    }

    @Test
    @DisplayName(
            "are counted a second in the steady part, whatever the start and the end were like")
    void steadyPart() {
        answer(19, 0, 100); // 10/s
        answer(62, 2_000, 10); // 100/s
        answer(19, 10_000, 1_000); // 1/s
        assertThat(answers.perSecond(0.2, 0.8)).isCloseTo(100, within(5.0));
        assertThat(answers.perSecond(0, 1)).isCloseTo(99 / 28.0, within(0.01));
    }

    @Test
    @DisplayName("may come from partitions that are read one after the other")
    void outOfOrder() {
        answer(51, 0, 20);
        answer(50, 10, 20);
        assertThat(answers.perSecond(0.1, 0.9)).isCloseTo(100, within(1.0));
    }

    @Test
    @DisplayName("count every window that a record answers, and the share that had none of its own")
    void coalesced() {
        answers.add(0, 1, 10, 100);
        answers.add(1_000, 3, 10, 200);
        assertThat(answers.windows()).isEqualTo(4);
        assertThat(answers.records()).isEqualTo(2);
        assertThat(answers.coalescedShare()).isEqualTo(0.5);
        assertThat(answers.bytesPerRecord()).isEqualTo(160);
        assertThat(answers.valueBytesPerRecord()).isEqualTo(150);
        assertThat(answers.perSecond(0, 1)).isEqualTo(3);
    }

    @Test
    @DisplayName("are none where there are none")
    void none() {
        assertThat(answers.perSecond(0.2, 0.8)).isZero();
        assertThat(answers.coalescedShare()).isZero();
        assertThat(answers.bytesPerRecord()).isZero();
    }
}
