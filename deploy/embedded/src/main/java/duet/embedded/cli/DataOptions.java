package duet.embedded.cli;

import duet.model.data.DataFormat;
import duet.model.data.InteractionLog;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.Option;

/** Which interaction log a command reads. */
final class DataOptions {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Interaction log to read.")
    private Path data;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description = "Format of the log, one of: ${COMPLETION-CANDIDATES}.")
    private DataFormat format;

    /**
     * Reads the log.
     *
     * @throws duet.schemas.InvalidInputException naming the file and what is wrong with it
     */
    InteractionLog read() {
        return format.read(data);
    }

    /** The names of the formats, for the help. */
    static final class Formats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DataFormat.values()).map(DataFormat::id).iterator();
        }
    }
}
