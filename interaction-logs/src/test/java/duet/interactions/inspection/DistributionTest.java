package duet.interactions.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A distribution of counts")
class DistributionTest {

    @Test
    @DisplayName("has nearest-rank percentiles and buckets that double, without gaps")
    void knows() {
        Distribution found = Distribution.of(new int[] {9, 1, 1, 2, 3, 1, 1, 1, 1, 20});

        assertThat(found.mean()).isEqualTo(4.0);
        assertThat(found.min()).isEqualTo(1);
        assertThat(found.p50()).isEqualTo(1);
        assertThat(found.p90()).isEqualTo(9);
        assertThat(found.p99()).isEqualTo(20);
        assertThat(found.max()).isEqualTo(20);
        assertThat(found.histogram())
                .containsExactly(
                        new Distribution.Bucket(1, 1, 6),
                        new Distribution.Bucket(2, 3, 2),
                        new Distribution.Bucket(4, 7, 0),
                        new Distribution.Bucket(8, 15, 1),
                        new Distribution.Bucket(16, 31, 1));
    }

    @Test
    @DisplayName("is empty where nothing was counted")
    void empty() {
        Distribution found = Distribution.of(new int[0]);

        assertThat(found.count()).isZero();
        assertThat(found.max()).isZero();
        assertThat(found.histogram()).isEmpty();
    }

    @Property
    void agreesWithCounting(
            @ForAll @Size(min = 1, max = 200) @IntRange(min = 0, max = Integer.MAX_VALUE)
                    int[] counts) {
        Distribution found = Distribution.of(counts);

        assertThat(10L * atMost(counts, found.p90())).isGreaterThanOrEqualTo(9L * counts.length);
        assertThat(10L * below(counts, found.p90())).isLessThan(9L * counts.length);
        assertThat(found.max()).isEqualTo(Arrays.stream(counts).max().getAsInt());
        int before = -1;
        for (Distribution.Bucket bucket : found.histogram()) {
            assertThat(bucket.from()).isEqualTo(before < 0 ? bucket.from() : before + 1);
            assertThat(bucket.count())
                    .isEqualTo(atMost(counts, bucket.to()) - below(counts, bucket.from()));
            before = bucket.to();
        }
        assertThat(found.histogram().stream().mapToInt(Distribution.Bucket::count).sum())
                .isEqualTo(counts.length);
    }

    private static int atMost(int[] counts, int limit) {
        return (int) Arrays.stream(counts).filter(count -> count <= limit).count();
    }

    private static int below(int[] counts, int limit) {
        return (int) Arrays.stream(counts).filter(count -> count < limit).count();
    }
}
