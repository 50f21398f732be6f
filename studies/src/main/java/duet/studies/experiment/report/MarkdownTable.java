package duet.studies.experiment.report;

import java.util.ArrayList;
import java.util.List;

/**
 * This is a table of the page.
 *
 * @param caption which plan it comes from; empty for all of the page
 * @param header column heads
 * @param rows one text for each column
 */
record MarkdownTable(String caption, List<String> header, List<List<String>> rows) {

    static MarkdownTable of(String caption, String... header) {
        return new MarkdownTable(caption, List.of(header), new ArrayList<>());
    }

    MarkdownTable row(List<String> values) {
        if (values.size() != header.size()) {
            throw new IllegalArgumentException(
                    values.size() + " values in a table of " + header.size() + " columns");
        }
        rows.add(List.copyOf(values));
        return this;
    }

    boolean hasCaption() {
        return !caption.isEmpty();
    }

    boolean hasRows() {
        return !rows.isEmpty();
    }

    /** Returns the table as Markdown: names stand to the left, numbers to the right. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(header));
        List<String> rule = new ArrayList<>();
        for (int column = 0; column < header.size(); column++) {
            rule.add(isNumeric(column) ? "---:" : "---");
        }
        lines.add(line(rule));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private boolean isNumeric(int column) {
        return rows.stream()
                .map(row -> row.get(column))
                .allMatch(text -> text.isEmpty() || text.matches("–|[-+−]?[0-9].*"));
    }

    private static String line(List<String> values) {
        return "| " + String.join(" | ", values) + " |";
    }
}
