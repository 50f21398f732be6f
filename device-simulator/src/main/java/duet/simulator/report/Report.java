package duet.simulator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.samskivert.mustache.Mustache;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a {@link RunSummary} as {@code summary.json} and as {@code report.html}, which needs nothing but itself. */
public final class Report {
    public static final String SUMMARY = "summary.json";
    public static final String HTML = "report.html";

    private static final String TEMPLATE = "/duet/simulator/report/report.html.mustache";
    private static final String SCRIPT = "/duet/simulator/report/report.js";
    private static final String STYLE = "/duet/simulator/report/report.css";
    private static final String CHART_JS =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Report() {}

    /**
     * Makes the directory, so that a run need not end before it turns out that its report cannot be written.
     *
     * @throws InvalidInputException if it cannot be made or written to
     */
    public static void checkDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the report directory %s cannot be made".formatted(directory), e);
        }
        if (!Files.isWritable(directory)) {
            throw new InvalidInputException(
                    "the report directory %s cannot be written to".formatted(directory));
        }
    }

    /**
     * Writes both files, replacing older ones.
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
        } catch (IOException e) {
            throw new InvalidInputException(
                    "the report cannot be written to %s: %s".formatted(directory, e.getMessage()),
                    e);
        }
    }

    /** The summary as JSON. */
    public static String json(RunSummary summary) {
        try {
            return JSON.writeValueAsString(summary);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a summary is always JSON", e);
        }
    }

    /** The report: one page with style, scripts and data inside. */
    public static String html(RunSummary summary) {
        return Mustache.compiler()
                .escapeHTML(true)
                .compile(resource(TEMPLATE))
                .execute(
                        ReportPage.of(
                                summary,
                                resource(STYLE),
                                scriptText(resource(CHART_JS)),
                                scriptText(resource(SCRIPT)),
                                scriptData(json(summary))));
    }

    /** JSON inside a script element: no text of it may end the element or begin a comment. */
    static String scriptData(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    /** A script of ours or of a library; a reference to a source map would be a request. */
    private static String scriptText(String script) {
        if (script.contains("</script")) {
            throw new IllegalStateException("a script of the report ends its own element");
        }
        return script.replaceAll("(?m)^//# sourceMappingURL=.*$", "");
    }

    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource %s is missing".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
