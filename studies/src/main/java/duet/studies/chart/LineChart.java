package duet.studies.chart;

import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;

/** This class says how the line charts of all reports look, and how they become PNG files. */
public final class LineChart {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 460;

    private LineChart() {}

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
