package duet.studies.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of values with their intervals above named places, whose ends may be at unequal distances
 * from the value. What would leave the chart ends at its edge.
 */
public final class IntervalChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final double NAMES = 0.15; // of the height, below what is drawn
    private static final double LINE = 0.05; // of the height
    private static final double GROUP = 0.7; // of the width that a place has

    private final String title;
    private final String unit;
    private final List<String> places;
    private final double least;
    private final double most;
    private final List<Series> series = new ArrayList<>();

    /**
     * A value with its interval.
     *
     * @param value to mark
     * @param low lower end of its interval
     * @param high upper end of its interval
     */
    public record Interval(double value, double low, double high) {}

    private record Series(String name, Color colour, List<@Nullable Interval> intervals) {}

    /**
     * Makes a chart without values yet.
     *
     * @param title above it
     * @param unit of the values
     * @param places names, from left to right; each in at most two lines
     * @param least lower edge
     * @param most upper edge
     */
    public IntervalChart(
            String title, String unit, List<String> places, double least, double most) {
        this.title = title;
        this.unit = unit;
        this.places = List.copyOf(places);
        this.least = least;
        this.most = most;
    }

    /**
     * Adds a value for each place, beside those added before.
     *
     * @param intervals of the places, null where there is none
     */
    public void add(String name, Color colour, List<@Nullable Interval> intervals) {
        if (intervals.size() != places.size()) {
            throw new IllegalArgumentException(
                    intervals.size() + " intervals for " + places.size() + " places");
        }
        series.add(new Series(name, colour, intervals));
    }

    /** Returns whether nothing was added. */
    public boolean isEmpty() {
        return series.isEmpty();
    }

    /** Returns the chart as the bytes of a PNG file. */
    public byte[] png() {
        XYChart chart = empty();
        for (int i = 0; i < series.size(); i++) {
            draw(chart, series.get(i), GROUP * ((i + 0.5) / series.size() - 0.5));
        }
        for (int place = 0; place < places.size(); place++) {
            List<String> lines = places.get(place).lines().toList();
            for (int line = 0; line < lines.size(); line++) {
                double below = (line + 1) * LINE * (most - least);
                chart.addAnnotation(
                        new AnnotationText(lines.get(line), place, least - below, false));
            }
        }
        return ChartStyle.png(chart);
    }

    private XYChart empty() {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .yAxisTitle(unit)
                        .build();
        XYStyler styler = chart.getStyler();
        ChartStyle.apply(styler);
        styler.setYAxisDecimalPattern("0");
        styler.setYAxisMin(least - NAMES * (most - least)).setYAxisMax(most);
        styler.setXAxisMin(-0.5).setXAxisMax(places.size() - 0.5);
        // Ticks of numbers cannot have a name each.
        styler.setXAxisTicksVisible(false);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setErrorBarsColorSeriesColor(true);
        styler.setMarkerSize(9);
        return chart;
    }

    private void draw(XYChart chart, Series of, double offset) {
        List<Double> x = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<Double> middles = new ArrayList<>();
        List<Double> halfWidths = new ArrayList<>();
        for (int place = 0; place < places.size(); place++) {
            Interval interval = of.intervals().get(place);
            if (interval != null) {
                double low = within(interval.low());
                double high = within(interval.high());
                x.add(place + offset);
                values.add(within(interval.value()));
                middles.add((low + high) / 2);
                halfWidths.add((high - low) / 2);
            }
        }
        if (x.isEmpty()) {
            return;
        }
        // Error bars reach as far up as down, so they belong to the middles, which are not drawn.
        XYSeries bars = chart.addSeries(of.name() + ", 95 %", x, middles, halfWidths);
        bars.setShowInLegend(false);
        draw(bars, of.colour()).setMarker(SeriesMarkers.NONE);
        draw(chart.addSeries(of.name(), x, values), of.colour()).setMarker(SeriesMarkers.CIRCLE);
    }

    private static XYSeries draw(XYSeries series, Color colour) {
        series.setLineStyle(new BasicStroke(0));
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        return series;
    }

    private double within(double value) {
        return Math.max(least, Math.min(most, value));
    }
}
