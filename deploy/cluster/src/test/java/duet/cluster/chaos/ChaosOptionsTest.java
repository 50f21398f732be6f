package duet.cluster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.jobs.config.DuetOptions;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The faults of a chaos run")
class ChaosOptionsTest {
    private static ChaosOptions options(int rounds, long seed, List<Fault> faults) {
        return new ChaosOptions(
                rounds,
                seed,
                10,
                5,
                new ChaosOptions.Times(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                faults);
    }

    @Test
    @DisplayName("follow from the seed")
    void seeded() {
        List<Fault> all = List.of(Fault.values());
        assertThat(options(50, 3, all).schedule())
                .isEqualTo(options(50, 3, all).schedule())
                .isNotEqualTo(options(50, 4, all).schedule());
    }

    @Test
    @DisplayName("each happen before any happens again")
    void fair() {
        List<Fault> all = List.of(Fault.values());
        List<Fault> schedule = options(2 * all.size() + 3, 3, all).schedule();
        assertThat(schedule.subList(0, all.size())).containsExactlyInAnyOrderElementsOf(all);
        assertThat(schedule.subList(all.size(), 2 * all.size()))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    @DisplayName("are five of each in 50 rounds")
    void soak() {
        assertThat(options(50, 7, List.of(Fault.values())).schedule())
                .containsAll(List.of(Fault.values()))
                .allSatisfy(
                        fault ->
                                assertThat(options(50, 7, List.of(Fault.values())).schedule())
                                        .filteredOn(other -> other == fault)
                                        .hasSize(5));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("are known by their names")
    void named(Fault fault) {
        assertThat(Fault.of(fault.key())).isEqualTo(fault);
    }

    @Test
    @DisplayName("are refused where there is none")
    void refused() {
        assertThatThrownBy(() -> Fault.of("kill-everything"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("kill-everything")
                .hasMessageContaining("kill-broker");
        assertThatThrownBy(() -> options(1, 1, List.of()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> options(0, 1, List.of(Fault.KILL_BROKER)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    @DisplayName("come with a share of hostile records beside what the fleet sends")
    void hostile() {
        ChaosOptions honest = options(1, 1, List.of(Fault.KILL_BROKER));
        assertThat(honest.hostileRate()).isZero();
        assertThat(honest.withHostile(0.5).hostileRate()).isEqualTo(honest.rate());
        assertThat(honest.withHostile(0.1).hostileRate())
                .isCloseTo(0.1 * (honest.rate() + honest.rate() / 9), within(1e-9));
        for (double share : new double[] {-0.1, 0.51, Double.NaN}) {
            assertThatThrownBy(() -> honest.withHostile(share))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "the share of hostile records is " + share + ", it must be 0 to 0.5");
        }
    }

    @Test
    @DisplayName("come with options of the job, which are read before a cluster is started")
    void jobOptions() {
        ChaosOptions honest = options(1, 1, List.of(Fault.KILL_BROKER));
        assertThat(honest.job().get(DuetOptions.MAX_JUMP)).isEqualTo(1_000_000);
        assertThat(
                        honest.withJobOptions(List.of("--windows.max-jump", "10"))
                                .job()
                                .get(DuetOptions.MAX_JUMP))
                .isEqualTo(10);
        assertThatThrownBy(() -> honest.withJobOptions(List.of("--no-such-option", "10")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no-such-option");
    }
}
