package duet.studies.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import duet.studies.chart.IntervalChart.Interval;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DrawsCharts
@DisplayName("Charts of intervals")
class IntervalChartTest {
    private static final Color COLOUR = new Color(0xff0000);

    @Test
    @DisplayName("reach from the lower end to the upper one, which are not equally far")
    void unequal() throws IOException {
        int[] even = rows(new Interval(50, 40, 60));
        int[] up = rows(new Interval(50, 40, 90));
        int[] down = rows(new Interval(50, 10, 60));

        assertThat(up[0]).isLessThan(even[0]);
        assertThat(up[1]).isEqualTo(even[1]);
        assertThat(down[0]).isEqualTo(even[0]);
        assertThat(down[1]).isGreaterThan(even[1]);
    }

    @Test
    @DisplayName("end at the edges")
    void edges() throws IOException {
        assertThat(rows(new Interval(50, -1e9, 1e9))).isEqualTo(rows(new Interval(50, 0, 100)));
    }

    @Test
    @DisplayName("are drawn the same a second time")
    void again() {
        IntervalChart chart = chart();
        chart.add("a", COLOUR, Arrays.asList(new Interval(50, 40, 60), null));

        assertThat(chart.png()).isEqualTo(chart.png());
    }

    @Test
    @DisplayName("take an interval for each place")
    void places() {
        IntervalChart chart = chart();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> chart.add("a", COLOUR, List.of(new Interval(1, 0, 2))))
                .withMessage("1 intervals for 2 places");
        assertThat(chart.isEmpty()).isTrue();
    }

    private static IntervalChart chart() {
        return new IntervalChart("title", "%", List.of("one\n16", "two"), 0, 100);
    }

    /** Returns the highest and the lowest row of pixels of an interval's colour. */
    private static int[] rows(Interval interval) throws IOException {
        IntervalChart chart = chart();
        chart.add("a", COLOUR, Arrays.asList(interval, null));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
        // Left of the legend, which has the colour too.
        int[] coloured =
                IntStream.range(0, image.getHeight())
                        .filter(
                                y ->
                                        IntStream.range(0, image.getWidth() / 2)
                                                .anyMatch(x -> isRed(image.getRGB(x, y))))
                        .toArray();
        return new int[] {coloured[0], coloured[coloured.length - 1]};
    }

    /** Whether it is the colour of the interval, perhaps mixed with the white around thin lines. */
    private static boolean isRed(int rgb) {
        Color pixel = new Color(rgb);
        return pixel.getRed() - Math.max(pixel.getGreen(), pixel.getBlue()) > 64;
    }
}
