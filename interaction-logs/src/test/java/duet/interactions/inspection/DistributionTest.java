package duet.interactions.inspection;

import static org.assertj.core.api.Assertions.assertThat;

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
}
