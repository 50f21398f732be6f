package duet.studies.experiment.plan;

import duet.schemas.InvalidInputException;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * This is a log that {@code duet synthesize} makes, so that a plan runs where there is no data.
 *
 * @param users number of users
 * @param interactions of a user on average
 * @param seed of who the users are and what they do
 */
public record MadeLog(int users, int interactions, long seed) {

    /** Refuses what no log can be made of. */
    public MadeLog {
        log(users, interactions, seed);
    }

    private static SyntheticLog log(int users, int interactions, long seed) {
        return new SyntheticLog(SyntheticCatalogue.standard(), users, interactions, seed);
    }

    /** Returns a file name that tells it from others. */
    String fileName() {
        return String.format(Locale.ROOT, "made-%dx%d-seed%d.csv", users, interactions, seed);
    }

    /**
     * Writes the log into a folder unless it stands there; a file is whole or not there.
     *
     * @throws InvalidInputException if it cannot be written
     */
    void write(Path folder) {
        Path file = folder.resolve(fileName());
        if (Files.exists(file)) {
            return;
        }
        Path partial =
                folder.resolve(fileName() + "." + ProcessHandle.current().pid() + ".partial");
        try {
            Files.createDirectories(folder);
            log(users, interactions, seed).write(partial);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new InvalidInputException("the log " + file + " cannot be written", e);
        }
    }
}
