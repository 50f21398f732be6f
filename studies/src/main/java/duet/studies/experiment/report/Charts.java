package duet.studies.experiment.report;

import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.HistoryLengthQuality;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingPhase;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;
import duet.studies.chart.LineChart;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.ResultFiles;
import duet.studies.experiment.report.Section.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * This class draws pictures of one plan's results, as PNG files. Bars in them are standard
 * deviations over seeds.
 */
final class Charts {
    private final PlanResults results;
    private final Path folder;
    private final String prefix;

    /**
     * Makes charts that are written to a folder.
     *
     * @param prefix path of the folder from the page, with a slash at its end
     */
    Charts(PlanResults results, Path folder, String prefix) {
        this.results = results;
        this.folder = folder;
        this.prefix = prefix;
    }

    /** Returns no pictures, for parts of the page without any. */
    List<Picture> none() {
        return List.of();
    }

    List<Picture> ages() {
        return forData(
                "age",
                "userAuc against the age of the delta",
                "age of the delta, interactions",
                "userAuc minus the global model's",
                (chart, groups) -> groups.forEach(group -> gainByAge(chart, group)));
    }

    private static void gainByAge(XYChart chart, Group group) {
        Line line = new Line(group.backbone() + ", " + group.variant());
        if (group.first().quality().personalizedByAge().size() > 1) {
            for (int age : group.first().quality().personalizedByAge().keySet()) {
                line.add(
                        age,
                        group.spread(cell -> Measured.gain(cell, age, RankingMetrics::userAuc)));
            }
        }
        line.addTo(chart);
    }

    List<Picture> historyLengths() {
        return forData(
                "history",
                "userAuc against the length of the history",
                "newest interactions that are known",
                "userAuc",
                (chart, groups) -> {
                    // One variant of each backbone: cold start is about the method, not its
                    // options.
                    Set<String> drawn = new LinkedHashSet<>();
                    for (Group group : groups) {
                        if (!group.first().quality().historyLengths().isEmpty()
                                && drawn.add(group.backbone())) {
                            byLength(chart, group, "global", at -> at.global().userAuc());
                            byLength(chart, group, "generated", at -> at.personalized().userAuc());
                        }
                    }
                });
    }

    private static void byLength(
            XYChart chart,
            Group group,
            String side,
            Function<HistoryLengthQuality, Double> number) {
        Line line =
                new Line(
                        String.format(
                                Locale.ROOT,
                                "%s, %s, %s",
                                group.backbone(),
                                group.variant(),
                                side));
        group.first().quality().historyLengths().stream()
                .map(HistoryLengthQuality::newest)
                .filter(Objects::nonNull)
                .forEach(
                        length ->
                                line.add(
                                        length,
                                        group.spread(
                                                cell -> Measured.atLength(cell, length, number))));
        line.addTo(chart);
    }

    List<Picture> codecs() {
        return forData(
                "codec",
                "userAuc against the size of a delta",
                "bytes on the wire",
                "userAuc",
                (chart, groups) -> {
                    for (Group group : groups) {
                        Line line = new Line(group.backbone() + ", " + group.variant());
                        for (Encoding encoding : Encoding.values()) {
                            group.spread(
                                            cell ->
                                                    Measured.codec(
                                                            cell,
                                                            encoding,
                                                            CodecQuality::wireBytes))
                                    .ifPresent(
                                            bytes ->
                                                    line.add(
                                                            bytes.mean(),
                                                            group.spread(
                                                                    cell ->
                                                                            Measured.codec(
                                                                                    cell,
                                                                                    encoding,
                                                                                    ResultTables
                                                                                            ::userAuc))));
                        }
                        line.addTo(chart);
                    }
                });
    }

    List<Picture> devices() {
        return forData(
                "device",
                "userAuc against the size of the device model",
                "bytes on the device",
                "userAuc",
                (chart, groups) -> {
                    for (Group group : groups) {
                        if (group.first().cost().deviceMillis() != null) {
                            point(
                                    chart,
                                    group,
                                    "global",
                                    cell -> Measured.global(cell, RankingMetrics::userAuc));
                            point(
                                    chart,
                                    group,
                                    "generated",
                                    cell ->
                                            Measured.personalized(
                                                    cell, 0, RankingMetrics::userAuc));
                        }
                    }
                });
    }

    private static void point(
            XYChart chart,
            Group group,
            String side,
            Function<CellResult, @Nullable Double> number) {
        Line line =
                new Line(
                        String.format(
                                Locale.ROOT,
                                "%s, %s, %s",
                                group.backbone(),
                                group.variant(),
                                side));
        line.add(group.first().cost().deviceBytes(), group.spread(number));
        line.addTo(chart);
    }

    /** Draws how the last phase of each training went, by variant. */
    List<Picture> convergence() {
        List<Picture> pictures = new ArrayList<>();
        for (TrainingPhase phase : TrainingPhase.values()) {
            String name = phase.name().toLowerCase(Locale.ROOT);
            String trained =
                    switch (phase) {
                        case NETWORK -> "the network";
                        case GENERATOR -> "the generator";
                        case JOINT -> "network and generator together";
                    };
            pictures.addAll(
                    forData(
                            "training-" + name,
                            "Training of " + trained + ": ranking of the validation positives",
                            "epoch",
                            "validation userAuc",
                            (chart, groups) ->
                                    groups.forEach(group -> byEpoch(chart, group, phase))));
        }
        return pictures;
    }

    private static void byEpoch(XYChart chart, Group group, TrainingPhase phase) {
        TreeMap<Integer, List<Double>> byEpoch = new TreeMap<>();
        for (CellResult cell : group.cells()) {
            for (EpochMetrics epoch : cell.training().epochs()) {
                if (epoch.phase() == phase) {
                    byEpoch.computeIfAbsent(epoch.epoch(), number -> new ArrayList<>())
                            .add(epoch.selection());
                }
            }
        }
        Line line = new Line(group.backbone() + ", " + group.variant());
        // Where some seeds have stopped already, a mean over the others would bend the line.
        byEpoch.values().removeIf(values -> values.size() < group.cells().size());
        byEpoch.forEach((epoch, values) -> line.add(epoch, Optional.of(Spread.of(values))));
        line.addTo(chart);
    }

    /** A drawing puts the lines of groups into a chart. */
    private interface Drawing {
        void draw(XYChart chart, List<Group> groups);
    }

    /** Draws one picture for each data set that has something to draw. */
    private List<Picture> forData(String name, String title, String x, String y, Drawing drawing) {
        List<Picture> pictures = new ArrayList<>();
        Set<String> dataSets =
                new LinkedHashSet<>(results.groups().stream().map(Group::data).toList());
        for (String data : dataSets) {
            String fullTitle = data + ": " + title;
            XYChart chart = LineChart.of(fullTitle, x, y);
            drawing.draw(
                    chart,
                    results.groups().stream().filter(group -> group.data().equals(data)).toList());
            if (!chart.getSeriesMap().isEmpty()) {
                String file =
                        String.format(
                                Locale.ROOT,
                                "%s-%s-%s.png",
                                slug(results.contents().plan()),
                                slug(data),
                                name);
                ResultFiles.write(folder.resolve(file), LineChart.png(chart));
                pictures.add(new Picture(fullTitle, prefix + file));
            }
        }
        return pictures;
    }

    private static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** A line collects its points with the spread of each. */
    private static final class Line {
        private final String name;
        private final List<Double> x = new ArrayList<>();
        private final List<Double> y = new ArrayList<>();
        private final List<Double> deviations = new ArrayList<>();

        Line(String name) {
            this.name = name;
        }

        void add(double at, Optional<Spread> spread) {
            spread.ifPresent(
                    value -> {
                        x.add(at);
                        y.add(value.mean());
                        deviations.add(value.deviation());
                    });
        }

        Optional<XYSeries> addTo(XYChart chart) {
            if (x.isEmpty()) {
                return Optional.empty();
            }
            XYSeries series = chart.addSeries(name, x, y, deviations);
            series.setMarker(SeriesMarkers.CIRCLE);
            return Optional.of(series);
        }
    }
}
