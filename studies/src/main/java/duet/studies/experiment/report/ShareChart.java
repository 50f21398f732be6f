package duet.studies.experiment.report;

import duet.studies.chart.IntervalChart;
import duet.studies.chart.IntervalChart.Interval;
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

/**
 * Draws what share of the ceiling's gain the delta brings, by data set and width, with intervals.
 * The table has the numbers of what would leave the chart.
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
        IntervalChart chart = new IntervalChart(title, "%", places, LEAST, MOST);
        for (int i = 0; i < backbones.size(); i++) {
            for (int j = 0; j < AGES.length; j++) {
                String backbone = backbones.get(i);
                int age = AGES[j];
                List<@Nullable Interval> shares = new ArrayList<>();
                places.forEach(place -> shares.add(percent(rows, place, backbone, age)));
                if (shares.stream().anyMatch(Objects::nonNull)) {
                    chart.add(
                            String.format(Locale.ROOT, "%s, age %d", backbone, age),
                            COLOURS.get(i % COLOURS.size())[j],
                            shares);
                }
            }
        }
        if (chart.isEmpty()) {
            return Optional.empty();
        }
        ResultFiles.write(folder.resolve(FILE), chart.png());
        return Optional.of(new Picture(title, prefix + FILE));
    }

    private static String place(SummaryRow row) {
        return row.of().data() + "\n" + row.of().width();
    }

    private static @Nullable Interval percent(
            List<SummaryRow> rows, String place, String backbone, int age) {
        return rows.stream()
                .filter(row -> place(row).equals(place) && row.of().backbone().equals(backbone))
                .map(row -> row.share().get(age))
                .filter(Objects::nonNull)
                .map(ShareChart::percent)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Interval percent(Share of) {
        return of.share() == null || of.low() == null || of.high() == null
                ? null
                : new Interval(100 * of.share(), 100 * of.low(), 100 * of.high());
    }
}
