package duet.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import duet.schemas.OneLine;
import java.io.PrintStream;

/**
 * A terminal is where a command shows its work to a person: lines, tables and progress.
 *
 * @param out the stream, standard output outside tests
 * @param interactive whether a line can be drawn over; if not, progress is a line now and then
 * @param columns width of the terminal in characters
 */
public record Terminal(PrintStream out, boolean interactive, int columns) {

    /** All of it is ASCII: texts in it may come from outside, and JSON can say them so, too. */
    private static final ObjectWriter JSON =
            JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writer();

    private static final String TAB = "    ";
    private static final int DEFAULT_COLUMNS = 140;
    private static final int FEWEST_COLUMNS = 60;

    /**
     * Returns the terminal that the launcher found, which tells it in the system properties {@code
     * duet.terminal} (columns; not set where standard output is no terminal).
     */
    public static Terminal ofSystem(PrintStream out) {
        Integer columns = Integer.getInteger("duet.terminal");
        return columns == null
                ? new Terminal(out, false, DEFAULT_COLUMNS)
                : new Terminal(out, true, Math.max(columns, FEWEST_COLUMNS));
    }

    /**
     * Prints a line. Texts in it may come from outside: it is one line whatever they hold, and none
     * of them controls the terminal.
     */
    public void line(String text) {
        out.println(shown(text));
    }

    /** Returns a text without what would control a terminal; a tab becomes blanks. */
    static String shown(String text) {
        return OneLine.of(text.replace("\t", TAB));
    }

    /**
     * Prints a document as JSON.
     *
     * @throws IllegalArgumentException if it is none
     */
    public void json(Object document) {
        try {
            out.println(JSON.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(document.getClass() + " has no JSON", e);
        }
    }

    /** Prints a table. */
    public void table(Table table) {
        out.println(table.render());
    }

    /**
     * Shows progress until it is closed.
     *
     * @param task what is going on, a word or two
     * @param total the amount of work; 0 where nobody knows
     * @param unit what is counted, as in {@code 120/500 steps}; empty for none
     */
    public Progress progress(String task, long total, String unit) {
        return new Progress(this, task, total, unit);
    }
}
