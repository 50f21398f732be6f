package duet.studies.gating;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import duet.schemas.InvalidInputException;
import duet.schemas.UnknownKeys;
import duet.studies.chart.ChartStyle;
import duet.studies.chart.LineChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The report is a page in Markdown about all logs that were measured, with charts. Beside the page
 * stands a folder of its name that holds the figures of each log as JSON, and the charts: measuring
 * another log adds to the page.
 */
public final class GatingReport {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final List<String> POLICIES = List.of("drift", "budget", "random");
    private static final String TITLE = "gain of userAuc against the share of windows answered";

    private GatingReport() {}

    /**
     * Says before the work is done what would fail after it.
     *
     * @throws InvalidInputException naming the page
     */
    public static void check(Path page) {
        if (!page.getFileName().toString().endsWith(".md")) {
            throw new InvalidInputException(
                    "the report is "
                            + page
                            + ", it must be a Markdown file: its name ends with .md");
        }
        try {
            Files.createDirectories(folder(page));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the folder " + folder(page) + " of the report cannot be made", e);
        }
        if (Files.isDirectory(page) || !Files.isWritable(folder(page))) {
            throw new InvalidInputException(page + " cannot be written");
        }
    }

    /**
     * Writes the figures of a log, and the page anew.
     *
     * @return what a person should know about it, a line each
     * @throws InvalidInputException if a file in the folder is none of these figures, naming it
     */
    public static List<String> write(Path page, GatingResult result) {
        Path folder = folder(page);
        Optional<String> obstacle = ChartStyle.obstacle();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(result.name() + ".json"), json(result) + "\n");
            List<GatingPage.Log> logs = new ArrayList<>();
            for (GatingResult each : read(folder)) {
                logs.add(new GatingPage.Log(each, obstacle.isEmpty() ? draw(folder, each) : null));
            }
            Files.writeString(page, new GatingPage(logs).text());
        } catch (IOException e) {
            throw new IllegalStateException(page + " cannot be written", e);
        }
        return obstacle.map(List::of).orElse(List.of());
    }

    private static Path folder(Path page) {
        return page.toAbsolutePath()
                .resolveSibling(page.getFileName().toString().replaceAll("\\.md$", ""));
    }

    private static String json(GatingResult result) {
        try {
            return JSON.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures are always JSON", e);
        }
    }

    private static List<GatingResult> read(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files =
                    all.filter(file -> file.toString().endsWith(".json"))
                            .sorted(Comparator.comparing(Path::toString))
                            .toList();
        }
        List<GatingResult> results = new ArrayList<>();
        for (Path file : files) {
            try {
                GatingResult result = JSON.readValue(file.toFile(), GatingResult.class);
                if (result == null) {
                    throw new InvalidInputException(
                            file + " does not hold the figures of a log: it is null");
                }
                UnknownKeys.first(JSON.readTree(file.toFile()), JSON.valueToTree(result))
                        .ifPresent(
                                key -> {
                                    throw new InvalidInputException(
                                            file
                                                    + " does not hold the figures of a log: there"
                                                    + " is no key "
                                                    + key);
                                });
                results.add(result);
            } catch (JsonProcessingException e) {
                throw new InvalidInputException(
                        file + " does not hold the figures of a log: " + e.getOriginalMessage(), e);
            }
        }
        return results;
    }

    /** Formats a difference of userAuc and its margin for a table; empty where there is none. */
    public static String withMargin(@Nullable Double difference, @Nullable Double margin) {
        return difference == null
                ? ""
                : String.format(Locale.ROOT, "%+.5f ± %.5f", difference, margin);
    }

    /** Writes the chart of a log into the folder. */
    private static GatingPage.Chart draw(Path folder, GatingResult result) throws IOException {
        String title = result.name() + ": " + TITLE;
        String file = result.name() + ".png";
        Files.write(folder.resolve(file), LineChart.png(chart(title, result)));
        return new GatingPage.Chart(title, folder.getFileName() + "/" + file);
    }

    /**
     * Draws the gain against what was answered; without an answer all devices have the global
     * weights.
     */
    private static XYChart chart(String title, GatingResult result) {
        XYChart chart =
                LineChart.of(
                        title,
                        "deltas for 100 windows",
                        "userAuc more than the global weights have");
        for (String policy : POLICIES) {
            List<GatingRun> runs =
                    Stream.concat(
                                    result.runs().stream()
                                            .filter(run -> run.choice().policy().equals(policy)),
                                    Stream.of(result.all()))
                            .sorted(Comparator.comparingDouble(run -> run.traffic().answered()))
                            .toList();
            chart.addSeries(
                            policy,
                            fromNothing(
                                    runs.stream()
                                            .mapToDouble(run -> 100 * run.traffic().answered())),
                            fromNothing(runs.stream().mapToDouble(result::gain)))
                    .setMarker(SeriesMarkers.CIRCLE);
        }
        return chart;
    }

    private static double[] fromNothing(DoubleStream values) {
        return DoubleStream.concat(DoubleStream.of(0), values).toArray();
    }
}
