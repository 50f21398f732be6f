package duet.studies.experiment.plan;

import duet.interactions.LogFormat;
import duet.interactions.LogSource;
import duet.model.data.SplitRule;
import duet.schemas.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This is a data set of a plan.
 *
 * @param name that it has in tables
 * @param log the interaction log, and how it is read
 * @param split which interactions are tested, and so kept out of training
 * @param candidates file with what each user ranks; null to draw 99 negatives with a fixed seed
 * @param optional whether the plan runs without it where it is missing
 * @param made how the log is made; null where somebody else made it
 */
public record DataSource(
        String name,
        LogSource log,
        SplitRule split,
        @Nullable Path candidates,
        boolean optional,
        @Nullable MadeLog made) {

    /** Makes a data set of files that are there. */
    public DataSource(String name, LogSource log, SplitRule split, @Nullable Path candidates) {
        this(name, log, split, candidates, false, null);
    }

    /** Says what of its files is missing; empty if nothing is. */
    Optional<String> missing() {
        if (made != null) {
            return Optional.empty();
        }
        if (candidates != null && !Files.isRegularFile(candidates)) {
            return Optional.of("candidates file " + candidates + " does not exist");
        }
        try {
            return log.paths().stream()
                    .filter(path -> !Files.isRegularFile(path))
                    .findFirst()
                    .map(path -> "data file " + path + " does not exist");
        } catch (InvalidInputException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** Returns this with the log in a folder, if it is a made one. */
    DataSource in(Path folder) {
        return made == null
                ? this
                : new DataSource(
                        name,
                        LogSource.of(folder.resolve(made.fileName()).toString(), LogFormat.CSV),
                        split,
                        candidates,
                        optional,
                        made);
    }
}
