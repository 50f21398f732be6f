package duet.studies.page;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A template is a page in Markdown with names where text is to be filled in. It is a resource in
 * the package of the report that it belongs to.
 */
public final class PageTemplate {
    private PageTemplate() {}

    /**
     * Returns the page of a template.
     *
     * @param report the class beside which the template stands
     * @param name file name of the template
     * @param page what has a value for every name in the template, as a method
     */
    public static String fill(Class<?> report, String name, Object page) {
        return Mustache.compiler().escapeHTML(false).compile(text(report, name)).execute(page);
    }

    private static String text(Class<?> report, String name) {
        try (InputStream in = report.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource " + name + " is missing beside " + report.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
