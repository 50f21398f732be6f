package duet.studies.chart;

import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;

/** This class says how charts with bars look, and how they become PNG files. */
public final class BarChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final int LABELS = 25; // degrees, as names of data sets are long
    private static final double GROUP = 0.85; // of the width that a category has

    private BarChart() {}

    /** Makes a chart without bars yet. */
    public static CategoryChart of(String title, String x, String y) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        CategoryStyler styler = chart.getStyler();
        ChartStyle.apply(styler);
        styler.setYAxisDecimalPattern("0");
        styler.setAvailableSpaceFill(GROUP);
        styler.setXAxisLabelRotation(LABELS);
        return chart;
    }

    /** Returns the chart as the bytes of a PNG file. */
    public static byte[] png(CategoryChart chart) {
        return ChartStyle.png(chart);
    }
}
