package duet.model.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.statistics.MeanInterval;
import duet.model.verdict.Verdict.Device;
import duet.model.verdict.Verdict.Word;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class VerdictPropertyTest {
    private static final MeanInterval UNSURE = new MeanInterval(0.0003, 0.0011);

    @Property
    void tellsNothingThatAnIntervalDoesNot(
            @ForAll @DoubleRange(min = -1, max = 1) double gain,
            @ForAll @DoubleRange(min = -1, max = 1) double ofDevice,
            @ForAll @DoubleRange(min = 0, max = 0.5) double halfWidth) {
        MeanInterval delta = new MeanInterval(gain, halfWidth);
        MeanInterval alone = new MeanInterval(ofDevice, halfWidth);
        MeanInterval more = new MeanInterval(gain - ofDevice, halfWidth);

        Word word = Verdict.of(delta, null, new Device(200, alone, more, UNSURE, UNSURE)).word();

        switch (word) {
            case PERSONALIZE -> assertThat(delta.low()).isPositive();
            case DO_NOT_PERSONALIZE -> assertThat(delta.high()).isNegative();
            case ON_DEVICE -> {
                assertThat(alone.low()).isPositive();
                assertThat(more.high()).isNegative();
            }
            case EITHER -> {
                assertThat(delta.low()).isPositive();
                assertThat(alone.low()).isPositive();
                assertThat(more.isApartFromZero()).isFalse();
            }
            default -> assertThat(delta.isApartFromZero()).isFalse();
        }
    }
}
