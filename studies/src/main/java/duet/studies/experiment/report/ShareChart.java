package duet.studies.experiment.report;

import duet.studies.chart.BarChart;
import duet.studies.experiment.cell.ResultFiles;
import duet.studies.experiment.report.Section.Picture;
import duet.studies.experiment.report.SummaryRow.Share;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;

/**
 * Draws what share of the ceiling's gain the delta brings, by data set and width. Bars that would
 * leave the chart end at its edge; the table has the numbers.
 */
final class ShareChart {
    private static final String FILE = "share.png";
    private static final int[] AGES = {0, 50};
    private static final double LEAST = -50;
    private static final double MOST = 150;

    /** A dark one for fresh deltas and a light one for old ones, by backbone. */
    private static final List<Color[]> COLOURS =
            List.of(
                    new Color[] {new Color(0x1f4e9c), new Color(0x9db8e3)},
                    new Color[] {new Color(0xb5501b), new Color(0xf0bd9d)},
                    new Color[] {new Color(0x2d7a3a), new Color(0xa7d3ae)},
                    new Color[] {new Color(0x6b3fa0), new Color(0xcbb5e3)});

    private ShareChart() {}

    /**
     * Writes the chart into a folder.
     *
     * @param prefix path of the folder from the page, with a slash at its end
     * @return empty if there is no share to draw
     */
    static Optional<Picture> write(List<SummaryRow> rows, Path folder, String prefix) {
        List<String> places = rows.stream().map(ShareChart::place).distinct().toList();
        List<String> backbones = rows.stream().map(row -> row.of().backbone()).distinct().toList();
        String title = "Share of the ceiling's gain over the global model that a delta brings";
        CategoryChart chart = BarChart.of(title, "", "%");
        chart.getStyler().setYAxisMin(LEAST).setYAxisMax(MOST);
        List<Color> colours = new ArrayList<>();
        for (int i = 0; i < backbones.size(); i++) {
            for (int j = 0; j < AGES.length; j++) {
                String backbone = backbones.get(i);
                int age = AGES[j];
                List<@Nullable Double> shares = new ArrayList<>();
                places.forEach(place -> shares.add(percent(rows, place, backbone, age)));
                if (shares.stream().anyMatch(Objects::nonNull)) {
                    chart.addSeries(
                            String.format(Locale.ROOT, "%s, age %d", backbone, age),
                            places,
                            shares);
                    colours.add(COLOURS.get(i % COLOURS.size())[j]);
                }
            }
        }
        if (colours.isEmpty()) {
            return Optional.empty();
        }
        chart.getStyler().setSeriesColors(colours.toArray(Color[]::new));
        ResultFiles.write(folder.resolve(FILE), BarChart.png(chart));
        return Optional.of(new Picture(title, prefix + FILE));
    }

    private static String place(SummaryRow row) {
        return row.of().data() + " " + row.of().width();
    }

    private static @Nullable Double percent(
            List<SummaryRow> rows, String place, String backbone, int age) {
        return rows.stream()
                .filter(row -> place(row).equals(place) && row.of().backbone().equals(backbone))
                .map(row -> row.share().get(age))
                .filter(Objects::nonNull)
                .map(Share::share)
                .filter(Objects::nonNull)
                .findFirst()
                .map(share -> Math.max(LEAST, Math.min(MOST, 100 * share)))
                .orElse(null);
    }
}
