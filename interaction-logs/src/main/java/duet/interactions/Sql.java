package duet.interactions;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Writes values as SQL. */
final class Sql {
    private Sql() {}

    /** Writes a text. */
    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** Writes a name. */
    static String name(String value) {
        return "\"" + value.replace("\"", "\"\"") + "\"";
    }

    /** Writes a list of texts. */
    static String texts(Collection<String> values) {
        return values.stream().map(Sql::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Writes a list of the places that files are read from. */
    static String files(Collection<LogFile> files) {
        return texts(files.stream().map(LogFile::read).map(Path::toString).toList());
    }
}
