package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.InvalidInputException;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Property(tries = 100)
    void neverRunBackwardsAndFollowFromTheSeed(
            @ForAll @DoubleRange(min = 0.01, max = 100_000) double rate,
            @ForAll boolean poisson,
            @ForAll long seed) {
        LongSupplier schedule =
                (poisson ? Arrivals.poisson(rate) : Arrivals.constant(rate)).schedule(seed);
        LongSupplier again =
                (poisson ? Arrivals.poisson(rate) : Arrivals.constant(rate)).schedule(seed);
        long before = 0;
        for (int i = 0; i < 200; i++) {
            long at = schedule.getAsLong();
            assertThat(at).isGreaterThanOrEqualTo(before).isEqualTo(again.getAsLong());
            before = at;
        }
    }

    @Test
    @DisplayName("a constant rate does not drift: arrival n is at n / rate")
    void constant() {
        LongSupplier schedule = Arrivals.constant(3).schedule(1);
        for (long i = 0; i < 300_000; i++) {
            assertThat(schedule.getAsLong()).isEqualTo(Math.round(i * 1e6 / 3));
        }
    }

    @Test
    @DisplayName("a Poisson process has its rate, and gaps as variable as exponential ones")
    void poisson() {
        LongSupplier schedule = Arrivals.poisson(1000).schedule(3);
        int n = 100_000;
        double sum = 0;
        double squares = 0;
        long before = schedule.getAsLong();
        for (int i = 0; i < n; i++) {
            long at = schedule.getAsLong();
            sum += at - before;
            squares += (double) (at - before) * (at - before);
            before = at;
        }
        double mean = sum / n;
        assertThat(mean).isCloseTo(1000, within(15.0));
        assertThat(Math.sqrt(squares / n - mean * mean) / mean).isCloseTo(1, within(0.03));
    }

    @Test
    @DisplayName("a rate or process that cannot be is refused by name")
    void refused() {
        assertThatThrownBy(() -> Arrivals.constant(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0.0 windows a second");
        assertThatThrownBy(() -> Arrivals.poisson(Double.NaN))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Arrivals.Process.of("bursty"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("bursty");
        assertThat(Arrivals.Process.of("Poisson")).isEqualTo(Arrivals.Process.POISSON);
    }
}
