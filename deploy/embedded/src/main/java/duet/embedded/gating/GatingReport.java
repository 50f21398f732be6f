package duet.embedded.gating;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import duet.embedded.chart.LineChart;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A page in Markdown about all logs that were measured, with charts. Beside the page stands a folder of its name that holds
 * the figures of each log as JSON, and the charts: measuring another log adds to the page.
 */
public final class GatingReport {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final List<String> POLICIES = List.of("drift", "budget", "random");
    private static final double MEGABYTE = 1e6;

    private static final String INTRODUCTION =
            """
            # Which windows are worth a delta

            Written by `./duet gating`; the numbers stand as JSON beside the charts.

            Each row is one replay of the whole log through Kafka and Flink, every window decided on by itself. *Answered* is \
            deltas for each window. Every device \
            gets a delta for its first window whatever the policy is; these count. `drift` answers a window when the distribution \
            embedding has moved far enough, in cosine distance, from the one its device's last delta was made from; `budget` \
            answers a fixed share, those that have moved most; `random` spends the same budget at the same pace on any windows. \
            The thresholds of `drift` were chosen beforehand so that it answers about as many as asked.

            - *stream*: before a device takes its next interactions in, it ranks the first of them against negatives, with the \
            weights it holds at that moment. This is what gating costs while it happens, over many more rankings than the \
            other. A model that was trained on the whole log has seen these items: compare rows, not with other pages.
            - *held out*: at the end of the stream each device ranks its held-out item with the weights it has by then.

            *Gain* is userAuc with the device's own weights less userAuc with the global ones over the same rankings, which the \
            runs have nearly but not quite in common: a device that has its delta before it ranks is left out. *Loss* is gain \
            less than where everything is answered. Rows whose number of rankings is far from the first one's were measured on \
            a machine too busy, and say little.
            """;

    private GatingReport() {}

    /**
     * Says before the work is done what would fail after it.
     *
     * @throws InvalidInputException naming the page
     */
    public static void check(Path page) {
        if (!page.getFileName().toString().endsWith(".md")) {
            throw new InvalidInputException(
                    "the report is %s, it must be a Markdown file: its name ends with .md"
                            .formatted(page));
        }
        try {
            Files.createDirectories(folder(page));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the folder %s of the report cannot be made".formatted(folder(page)), e);
        }
        if (Files.isDirectory(page) || !Files.isWritable(folder(page))) {
            throw new InvalidInputException("%s cannot be written".formatted(page));
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
        Optional<String> obstacle = LineChart.obstacle();
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(result.name() + ".json"), json(result) + "\n");
            List<GatingResult> results = read(folder);
            StringBuilder text = new StringBuilder(INTRODUCTION);
            for (GatingResult each : results) {
                section(text, each);
                if (obstacle.isEmpty()) {
                    for (Measure measure : Measure.values()) {
                        String file = each.name() + "-" + measure.file + ".png";
                        Files.write(folder.resolve(file), LineChart.png(chart(each, measure)));
                        text.append(
                                "\n![%s: %s](%s/%s)\n"
                                        .formatted(
                                                each.name(),
                                                measure.title,
                                                folder.getFileName(),
                                                file));
                    }
                }
            }
            Files.writeString(page, text);
        } catch (IOException e) {
            throw new IllegalStateException("%s cannot be written".formatted(page), e);
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
                results.add(JSON.readValue(file.toFile(), GatingResult.class));
            } catch (JsonProcessingException e) {
                throw new InvalidInputException(
                        "%s does not hold the figures of a log: %s"
                                .formatted(file, e.getOriginalMessage()),
                        e);
            }
        }
        return results;
    }

    private static void section(StringBuilder text, GatingResult result) {
        GatingRun all = result.all();
        text.append(
                String.format(
                        Locale.ROOT,
                        "\n## %s\n\n%,d devices with model %s sent %,d windows, %.0f a second (seed %d); %.1f %% of them are the first of their device. With the global weights: stream userAuc %.4f, held-out userAuc %.4f and NDCG@10 %.4f.\n\n",
                        result.name(),
                        result.devices(),
                        result.model(),
                        all.windows(),
                        result.rate(),
                        result.seed(),
                        100 * result.firsts(),
                        all.streamGlobalUserAuc(),
                        result.heldOutGlobal().userAuc(),
                        result.heldOutGlobal().ndcg10()));
        text.append(
                "| policy | asked | answered | MB of deltas | rankings | stream userAuc | gain | loss | held-out userAuc | gain | loss | held-out NDCG@10 |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (GatingRun run : result.runs()) {
            RankingMetrics heldOut = run.heldOut();
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.0f %% | %.1f %% | %.2f | %,d | %.4f | %+.4f | %s | %.4f | %+.4f | %s | %.4f |\n",
                            run.policy(),
                            100 * run.share(),
                            100 * run.answered(),
                            run.deltaBytes() / MEGABYTE,
                            run.rankings(),
                            run.streamUserAuc(),
                            Measure.STREAM.gain(result, run),
                            loss(result, run, Measure.STREAM),
                            heldOut.userAuc(),
                            Measure.HELD_OUT.gain(result, run),
                            loss(result, run, Measure.HELD_OUT),
                            heldOut.ndcg10()));
        }
    }

    private static String loss(GatingResult result, GatingRun run, Measure measure) {
        return run == result.all()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%+.4f",
                        measure.gain(result, result.all()) - measure.gain(result, run));
    }

    /** What can be gained, each over its own rankings. */
    private enum Measure {
        STREAM("stream", "gain of userAuc over the stream") {
            @Override
            double gain(GatingResult result, GatingRun run) {
                return run.streamUserAuc() - run.streamGlobalUserAuc();
            }
        },
        HELD_OUT("held-out", "gain of userAuc on the held-out items") {
            @Override
            double gain(GatingResult result, GatingRun run) {
                return run.heldOut().userAuc() - result.heldOutGlobal().userAuc();
            }
        };

        final String file;
        final String title;

        Measure(String file, String title) {
            this.file = file;
            this.title = title;
        }

        abstract double gain(GatingResult result, GatingRun run);
    }

    private static XYChart chart(GatingResult result, Measure measure) {
        XYChart chart =
                LineChart.of(
                        "%s: %s against the share of windows answered"
                                .formatted(result.name(), measure.title),
                        "deltas for 100 windows",
                        "userAuc more than the global weights have");
        for (String policy : POLICIES) {
            List<GatingRun> runs =
                    Stream.concat(
                                    result.runs().stream()
                                            .filter(run -> run.policy().equals(policy)),
                                    Stream.of(result.all()))
                            .sorted(Comparator.comparingDouble(GatingRun::answered))
                            .toList();
            chart.addSeries(
                            policy,
                            runs.stream().mapToDouble(run -> 100 * run.answered()).toArray(),
                            runs.stream().mapToDouble(run -> measure.gain(result, run)).toArray())
                    .setMarker(SeriesMarkers.CIRCLE);
        }
        return chart;
    }
}
