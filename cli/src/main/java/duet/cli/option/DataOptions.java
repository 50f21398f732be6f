package duet.cli.option;

import duet.model.data.DataFormat;
import duet.model.data.InteractionLog;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.Option;

/** Says which interaction log a command reads. */
public final class DataOptions {

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

    @Option(
            names = "--users",
            paramLabel = "FROM-TO",
            converter = UserRangeConverter.class,
            description =
                    "Only the users who stand there in an order that depends on their ids alone,"
                            + " from 0 to 1: what was trained with 0.3-1 has seen no user of 0-0.3"
                            + " (default: all).")
    private UserRangeConverter.UserRange users = UserRangeConverter.UserRange.ALL;

    /**
     * Reads the log.
     *
     * @throws duet.schemas.InvalidInputException naming the file and what is wrong with it
     */
    public InteractionLog read() {
        return users.of(format.read(data));
    }

    /** Names the formats, for the help. */
    static final class Formats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DataFormat.values()).map(DataFormat::id).iterator();
        }
    }
}
