package duet.studies.chart;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

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
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleBoxVisible(false);
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        styler.setYAxisDecimalPattern("0");
        styler.setAvailableSpaceFill(GROUP);
        styler.setXAxisLabelRotation(LABELS);
        styler.setLocale(Locale.ROOT);
        return chart;
    }

    /** Returns the chart as the bytes of a PNG file. */
    public static byte[] png(CategoryChart chart) {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
        } catch (IOException e) {
            throw new UncheckedIOException("a chart cannot be drawn", e);
        }
    }
}
