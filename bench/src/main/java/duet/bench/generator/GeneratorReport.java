package duet.bench.generator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Holds the generator's figures, for a person and for a program.
 *
 * @param generator one figure for each engine and batch
 */
public record GeneratorReport(List<GeneratorFigure> generator) {

    /** Returns the figures as a table in plain text. */
    public String table() {
        return AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
                generator,
                List.of(
                        column("engine", HorizontalAlign.LEFT, GeneratorFigure::engine),
                        column(
                                "batch",
                                HorizontalAlign.RIGHT,
                                figure -> Integer.toString(figure.batch())),
                        number("per second and core", "%,.0f", GeneratorFigure::perSecond),
                        number("best", "%,.0f", GeneratorFigure::bestPerSecond),
                        number("ms a batch", "%.3f", GeneratorFigure::millisPerBatch),
                        number("per second elapsed", "%,.0f", GeneratorFigure::elapsedPerSecond)));
    }

    /** Writes {@code {"generator": [{"engine": …, "batch": …, "perSecond": …, …}]}}. */
    public void writeJson(Path file) {
        try {
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(file.toFile(), this);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static ColumnData<GeneratorFigure> number(
            String header, String format, Function<GeneratorFigure, Double> value) {
        return column(
                header,
                HorizontalAlign.RIGHT,
                figure -> String.format(Locale.ROOT, format, value.apply(figure)));
    }

    private static ColumnData<GeneratorFigure> column(
            String header, HorizontalAlign align, Function<GeneratorFigure, String> value) {
        return new Column().header(header).headerAlign(align).dataAlign(align).with(value);
    }
}
