package duet.simulator.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QualityCurveTest {
    /**
     * Slices of a second, so many rankings in each; the global quality is 0.5, the personalized one
     * of slice i 0.6 + i/100.
     */
    private static List<TimelineBucket> slices(int... rankings) {
        List<TimelineBucket> slices = new ArrayList<>();
        for (int i = 0; i < rankings.length; i++) {
            boolean any = rankings[i] > 0;
            slices.add(
                    new TimelineBucket(
                            i,
                            1,
                            new TimelineBucket.Traffic(0, 0, 0, 0),
                            null,
                            TimelineBucket.Latency.NONE,
                            new TimelineBucket.Quality(
                                    rankings[i], any ? 0.5 : null, any ? 0.6 + i / 100.0 : null)));
        }
        return slices;
    }

    private static List<Long> rankings(QualityCurve curve) {
        return curve.points().stream().map(QualityPoint::rankings).toList();
    }

    @Test
    @DisplayName("is the slices themselves where all have about as many rankings")
    void even() {
        QualityCurve curve = QualityCurve.of(slices(200, 120, 280, 200));
        assertThat(curve.fewest()).isEqualTo(120);
        assertThat(curve.points().get(1)).isEqualTo(new QualityPoint(1, 1, 1.5, 120, 0.5, 0.61));
        assertThat(rankings(curve)).containsExactly(200L, 120L, 280L, 200L);
    }

    @Test
    @DisplayName("takes a last slice with few rankings together with the one before, by weight")
    void last() {
        QualityCurve curve = QualityCurve.of(slices(200, 200, 200, 4));
        QualityPoint last = curve.points().get(2);
        assertThat(curve.points()).hasSize(3);
        assertThat(last.seconds()).isEqualTo(2);
        assertThat(last.rankings()).isEqualTo(204);
        assertThat(last.at()).isCloseTo((200 * 2.5 + 4 * 3.5) / 204, within(1e-9));
        assertThat(last.personalizedUserAuc())
                .isCloseTo((200 * 0.62 + 4 * 0.63) / 204, within(1e-9));
    }

    @Test
    @DisplayName("gathers slices until there are enough rankings, over slices without any")
    void gathers() {
        assertThat(rankings(QualityCurve.of(slices(0, 40, 0, 65, 52, 48, 0, 5))))
                .containsExactly(105L, 105L);
        assertThat(QualityCurve.of(slices(0, 40, 0, 65)).points().get(0).second()).isEqualTo(1);
    }

    @Test
    @DisplayName("is one point of what there is where there are few rankings in all")
    void few() {
        assertThat(rankings(QualityCurve.of(slices(3, 0, 4)))).containsExactly(7L);
        assertThat(QualityCurve.of(slices(3, 0, 4)).fewest()).isEqualTo(7);
    }

    @Test
    @DisplayName("has no point without a ranking")
    void none() {
        assertThat(QualityCurve.of(slices(0, 0))).isEqualTo(new QualityCurve(0, List.of()));
        assertThat(QualityCurve.of(List.of())).isEqualTo(new QualityCurve(0, List.of()));
    }

    @Property
    void holdsEveryRankingOnceAndNoSmallPoint(
            @ForAll @Size(min = 1, max = 240) List<@IntRange(max = 500) Integer> rankings) {
        QualityCurve curve =
                QualityCurve.of(slices(rankings.stream().mapToInt(Integer::intValue).toArray()));
        long all = rankings.stream().mapToLong(Integer::longValue).sum();
        assertThat(rankings(curve).stream().mapToLong(Long::longValue).sum()).isEqualTo(all);
        assertThat(curve.fewest()).isGreaterThanOrEqualTo(Math.min(all, QualityCurve.LEAST));
        for (int i = 1; i < curve.points().size(); i++) {
            QualityPoint before = curve.points().get(i - 1);
            assertThat(curve.points().get(i).second())
                    .isGreaterThanOrEqualTo(before.second() + before.seconds());
        }
    }
}
