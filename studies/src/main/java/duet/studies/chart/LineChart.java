package duet.studies.chart;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;

/** This class says how the charts of all reports look, and how they become PNG files. */
public final class LineChart {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 460;

    private LineChart() {}

    /** Says why nothing can be drawn on this machine; empty if it can. */
    public static Optional<String> obstacle() {
        try {
            new Font(Font.SANS_SERIF, Font.PLAIN, 12)
                    .getStringBounds("x", new FontRenderContext(null, true, true));
            return Optional.empty();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // Without fonts or libraries for them AWT throws whatever it meets first.
            return Optional.of(
                    "charts are not drawn: this machine has no fonts that Java can use ("
                            + e
                            + ")");
        }
    }

    /** Makes a chart without lines yet. */
    public static XYChart of(String title, String x, String y) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        style(chart.getStyler());
        return chart;
    }

    private static void style(XYStyler styler) {
        ChartStyle.apply(styler);
        styler.setXAxisDecimalPattern("#,##0");
        styler.setYAxisDecimalPattern("0.0000");
        styler.setErrorBarsColorSeriesColor(true);
        styler.setMarkerSize(6);
    }

    /** Returns the chart as the bytes of a PNG file. */
    public static byte[] png(XYChart chart) {
        return ChartStyle.png(chart);
    }
}
