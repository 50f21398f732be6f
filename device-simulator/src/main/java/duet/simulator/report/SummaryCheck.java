package duet.simulator.report;

import com.fasterxml.jackson.databind.JsonNode;
import duet.schemas.InvalidInputException;
import duet.simulator.measurement.PhaseSummary;
import duet.simulator.measurement.Stage;
import duet.simulator.measurement.TimelineBucket;
import duet.simulator.summary.PartFacts;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.WarmUp;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a summary that no run can have written: one that lacks a value, or has a time or a part
 * that there cannot be.
 */
final class SummaryCheck {
    /** These are the values of a summary that may be null. */
    static final Set<String> MAY_BE_NULL =
            Set.of(
                    "missing",
                    "global",
                    "personalized",
                    "warmUp",
                    "rateSearch",
                    "streamQuality",
                    "part",
                    "scenario",
                    "drift",
                    "p50",
                    "p90",
                    "p99",
                    "max",
                    "globalUserAuc",
                    "personalizedUserAuc",
                    "toAge",
                    "gainMargin",
                    "heldOut",
                    "value",
                    "highestPerSecond");

    /** These are the metrics that lists may be too short for. */
    private static final Set<String> OF_LONG_LISTS =
            Set.of("ndcg5", "hr5", "ndcg10", "hr10", "ndcg20", "hr20");

    /** A scenario is kept as it was given, whatever it holds. */
    private static final String SCENARIO = "scenario";

    /** No run takes longer: ten years. */
    private static final double MOST_SECONDS = 10 * 366 * 86_400.0;

    private final Path file;

    private SummaryCheck(Path file) {
        this.file = file;
    }

    /**
     * Checks a summary.
     *
     * @param written the summary as it would be written again
     * @throws InvalidInputException naming the file and the key
     */
    static void require(RunSummary summary, JsonNode written, Path file) {
        SummaryCheck check = new SummaryCheck(file);
        missing(written)
                .ifPresent(
                        path -> {
                            throw check.wrong(path, "is missing");
                        });
        check.latencies("latencyMs", summary.measured().latencyMs());
        check.times(summary.run(), summary.measured().warmUp());
        check.part(summary.setting().part());
        for (PhaseSummary phase : summary.measured().phases()) {
            check.seconds("phases.fromSecond", phase.fromSecond());
            check.seconds("phases.seconds", phase.seconds());
        }
        for (TimelineBucket slice : summary.recording().timeline()) {
            check.seconds("timeline.second", slice.second());
            check.seconds("timeline.seconds", slice.seconds());
        }
        if (summary.quality().source().equals(RunSummary.STREAM)
                && summary.measured().streamQuality() == null) {
            throw check.wrong("streamQuality", "is missing");
        }
    }

    /** Returns the path to the first value that is null and may not be. */
    private static Optional<String> missing(JsonNode written) {
        for (Map.Entry<String, JsonNode> field : written.properties()) {
            if (field.getKey().equals(SCENARIO)) {
                continue;
            }
            Optional<String> below =
                    field.getValue().isNull()
                                    && !MAY_BE_NULL.contains(field.getKey())
                                    && !OF_LONG_LISTS.contains(field.getKey())
                            ? Optional.of("")
                            : missing(field.getValue());
            if (below.isPresent()) {
                return Optional.of(field.getKey() + dotted(below.get()));
            }
        }
        for (int i = 0; written.isArray() && i < written.size(); i++) {
            Optional<String> below =
                    written.get(i).isNull() ? Optional.of("") : missing(written.get(i));
            if (below.isPresent()) {
                return Optional.of("[" + i + "]" + dotted(below.get()));
            }
        }
        return Optional.empty();
    }

    private static String dotted(String path) {
        return path.isEmpty() || path.startsWith("[") ? path : "." + path;
    }

    private void latencies(String path, Map<String, ?> byStage) {
        for (Stage stage : Stage.values()) {
            if (!byStage.containsKey(stage.key())) {
                throw wrong(path + "." + stage.key(), "is missing");
            }
        }
    }

    private void times(RunFacts run, @Nullable WarmUp warmUp) {
        seconds("run.totalSeconds", run.time().totalSeconds());
        seconds("run.sendingSeconds", run.time().sendingSeconds());
        if (warmUp != null) {
            seconds("warmUp.seconds", warmUp.seconds());
            latencies("warmUp.latencyMs", warmUp.latencyMs());
        }
    }

    private void part(@Nullable PartFacts part) {
        if (part != null
                && (part.count() < 1
                        || part.count() > PartFacts.MOST
                        || part.index() < 1
                        || part.index() > part.count())) {
            throw wrong(
                    "part",
                    String.format(
                            Locale.ROOT,
                            "is %,d of %,d, parts are 1 to N of N with N up to %,d",
                            part.index(),
                            part.count(),
                            PartFacts.MOST));
        }
    }

    private void seconds(String path, double seconds) {
        if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
            throw wrong(
                    path,
                    String.format(
                            Locale.ROOT, "is %s, it must be 0 to %,.0f", seconds, MOST_SECONDS));
        }
    }

    private InvalidInputException wrong(String path, String problem) {
        return new InvalidInputException(file + ": " + path + " " + problem);
    }
}
