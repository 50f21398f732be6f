package duet.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A delay line")
class DelayLineTest {
    @Property
    void givesThingsInTheOrderOfTheirTimesAndNeverEarly(
            @ForAll @Size(max = 50) List<@IntRange(max = 20) Integer> times) {
        DelayLine<Integer> line = new DelayLine<>(50);
        IntStream.range(0, times.size()).forEach(i -> line.add(times.get(i), i));
        List<Integer> given = new ArrayList<>();
        for (int now = 0; now <= 20; now++) {
            for (Integer next = line.poll(now); next != null; next = line.poll(now)) {
                assertThat(times.get(next)).isEqualTo(now);
                given.add(next);
            }
        }
        assertThat(given)
                .isEqualTo(
                        IntStream.range(0, times.size())
                                .boxed()
                                .sorted(Comparator.comparing(times::get))
                                .toList());
        assertThat(line.size()).isZero();
    }

    @Test
    @DisplayName("holds so many things and no more")
    void bounded() {
        DelayLine<String> line = new DelayLine<>(2);
        assertThat(line.nextMicros()).isEqualTo(Long.MAX_VALUE);
        assertThat(line.add(5, "a")).isTrue();
        assertThat(line.add(3, "b")).isTrue();
        assertThat(line.add(1, "c")).isFalse();
        assertThat(line.nextMicros()).isEqualTo(3);
        assertThat(line.poll(2)).isNull();
        assertThat(line.poll(3)).isEqualTo("b");
    }
}
