package duet.simulator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.samskivert.mustache.Mustache;
import duet.schemas.InvalidInputException;
import duet.schemas.UnknownKeys;
import duet.simulator.measurement.QualityCurve;
import duet.simulator.summary.RunSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes a {@link RunSummary} as {@code summary.json} and as {@code report.html}, which needs
 * nothing but itself, and the histograms behind it as {@code histograms.hlog}; reads them again.
 */
public final class Report {
    public static final String SUMMARY = "summary.json";
    public static final String HTML = "report.html";
    public static final String HISTOGRAMS = HistogramLog.FILE;

    private static final String TEMPLATE = "/duet/simulator/report/report.html.mustache";
    private static final String SCRIPT = "/duet/simulator/report/report.js";
    private static final String STYLE = "/duet/simulator/report/report.css";

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** A summary has at most this many bytes; one of a run of 240 slices has about 100 kB. */
    private static final long MOST_BYTES = 64L << 20;

    private Report() {}

    /**
     * Makes the directory, so that a run need not end before it turns out that its report cannot be
     * written.
     *
     * @throws InvalidInputException if it cannot be made or written to
     */
    public static void checkDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the report directory " + directory + " cannot be made", e);
        }
        if (!Files.isWritable(directory)) {
            throw new InvalidInputException(
                    "the report directory " + directory + " cannot be written to");
        }
    }

    /**
     * Writes all three files, replacing older ones.
     *
     * @throws InvalidInputException if the directory cannot be written to
     */
    public static void write(RunSummary summary, Path directory) {
        checkDirectory(directory);
        String json = json(summary);
        String html = html(summary);
        try {
            Files.writeString(directory.resolve(SUMMARY), json + "\n");
            Files.writeString(directory.resolve(HTML), html);
            HistogramLog.write(summary, directory.resolve(HistogramLog.FILE));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the report cannot be written to " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads the summary in a report, with its histograms.
     *
     * @throws InvalidInputException if there is none, or one that this version does not know; names
     *     the file and the key
     */
    public static RunSummary read(Path directory) {
        Path file = directory.resolve(SUMMARY);
        RunSummary summary;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has %,d bytes, the limit is %,d",
                                file,
                                Files.size(file),
                                MOST_BYTES));
            }
            summary = JSON.readValue(file.toFile(), RunSummary.class);
            if (summary == null) {
                throw new InvalidInputException(file + " is null");
            }
            JsonNode written = JSON.valueToTree(summary);
            UnknownKeys.first(JSON.readTree(file.toFile()), written)
                    .ifPresent(
                            key -> {
                                throw new InvalidInputException(
                                        file
                                                + ": "
                                                + key
                                                + " is not as in a summary: there is no such key");
                            });
            SummaryCheck.require(summary, written, file);
        } catch (JsonMappingException e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: %s is not as in a summary: %s",
                            file,
                            path(e),
                            e.getOriginalMessage()),
                    e);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
        return summary.withHistograms(
                HistogramLog.read(directory.resolve(HistogramLog.FILE), summary));
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            path.append(path.isEmpty() || reference.getFieldName() == null ? "" : ".")
                    .append(
                            reference.getFieldName() == null
                                    ? "[" + reference.getIndex() + "]"
                                    : reference.getFieldName());
        }
        return path.isEmpty() ? "it" : path.toString();
    }

    /** Returns the summary as JSON. */
    public static String json(RunSummary summary) {
        return text(summary);
    }

    private static String text(Object figures) {
        try {
            return JSON.writeValueAsString(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures are always JSON", e);
        }
    }

    /** Returns the report: one page with style, scripts and data inside. */
    public static String html(RunSummary summary) {
        QualityCurve curve = QualityCurve.of(summary.recording().timeline());
        return Mustache.compiler()
                .escapeHTML(true)
                .compile(resource(TEMPLATE))
                .execute(
                        ReportPage.of(
                                summary,
                                curve,
                                new ReportPage.Assets(
                                        resource(STYLE),
                                        scriptText(ChartLibrary.script()),
                                        scriptText(resource(SCRIPT)),
                                        scriptData(json(summary)),
                                        scriptData(text(curve)))));
    }

    /**
     * Returns JSON for the inside of a script element: no text of it may end the element or begin a
     * comment.
     */
    static String scriptData(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    /** Returns a script of ours or of a library for the inside of a script element. */
    private static String scriptText(String script) {
        if (script.contains("</script")) {
            throw new IllegalStateException("a script of the report ends its own element");
        }
        return script;
    }

    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
