package duet.simulator.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Loads the library that draws the charts of pages. */
public final class ChartLibrary {
    private static final String CHART_JS =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private ChartLibrary() {}

    /**
     * Returns the library's script, without its reference to a source map, which would be a
     * request.
     */
    public static String script() {
        try (InputStream in = ChartLibrary.class.getResourceAsStream(CHART_JS)) {
            if (in == null) {
                throw new IllegalStateException("resource " + CHART_JS + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^//# sourceMappingURL=.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + CHART_JS, e);
        }
    }
}
