package duet.cli.terminal;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import duet.schemas.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lays out a small table for a terminal: the first column names the row, the others hold its
 * values. Figures are aligned to the right, text to the left.
 */
public final class Table {

    private final HorizontalAlign values;
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /** Creates a table of figures with these column heads, which may come from outside. */
    public Table(String... header) {
        this(HorizontalAlign.RIGHT, header);
    }

    private Table(HorizontalAlign values, String... header) {
        this.values = values;
        this.header = Stream.of(header).map(OneLine::of).toList();
    }

    /** Returns a table of text with these column heads. */
    public static Table ofText(String... header) {
        return new Table(HorizontalAlign.LEFT, header);
    }

    /**
     * Adds a row; values may come from outside.
     *
     * @throws IllegalArgumentException when it has not one value for each column
     */
    public Table row(String... values) {
        if (values.length != header.size()) {
            throw new IllegalArgumentException(
                    "a row of "
                            + values.length
                            + " values in a table of "
                            + header.size()
                            + " columns");
        }
        rows.add(Stream.of(values).map(OneLine::of).toList());
        return this;
    }

    String render() {
        return AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
                rows,
                IntStream.range(0, header.size())
                        .mapToObj(
                                i ->
                                        new Column()
                                                .header(header.get(i))
                                                .headerAlign(align(i))
                                                .dataAlign(align(i))
                                                .<List<String>>with(row -> row.get(i)))
                        .toList());
    }

    private HorizontalAlign align(int column) {
        return column == 0 ? HorizontalAlign.LEFT : values;
    }
}
