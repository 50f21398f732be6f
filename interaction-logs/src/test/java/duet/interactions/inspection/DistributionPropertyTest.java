package duet.interactions.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

@Label("A distribution of any counts")
class DistributionPropertyTest {

    @Property
    @Label("agrees with counting")
    void agreesWithCounting(
            @ForAll @Size(min = 1, max = 200)
                    List<@IntRange(min = 0, max = Integer.MAX_VALUE) Integer> given) {
        int[] counts = given.stream().mapToInt(Integer::intValue).toArray();
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
