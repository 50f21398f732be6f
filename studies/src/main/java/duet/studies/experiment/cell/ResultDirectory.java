package duet.studies.experiment.cell;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * This directory holds the results of one plan, and what was trained for them. Processes may share
 * it.
 */
public final class ResultDirectory {
    private static final String CONTENTS = "contents.json";

    private final Path directory;

    public ResultDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the directory where it is missing.
     *
     * @throws InvalidInputException if it cannot be made or written to
     */
    public void create() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidInputException("the directory " + directory + " cannot be made", e);
        }
        if (!Files.isWritable(directory)) {
            throw new InvalidInputException("the directory " + directory + " cannot be written to");
        }
    }

    public Path path() {
        return directory;
    }

    /** Writes which cells the plan of this directory has. */
    public void write(Contents contents) {
        ResultFiles.write(directory.resolve(CONTENTS), contents);
    }

    /**
     * Reads which cells the plan of this directory had before; empty if none is known.
     *
     * @throws InvalidInputException if the file is something else
     */
    public Optional<Contents> knownContents() {
        return ResultFiles.read(directory.resolve(CONTENTS), Contents.class);
    }

    /**
     * Reads which cells the plan of this directory has.
     *
     * @throws InvalidInputException if this is no directory with results
     */
    public Contents contents() {
        return knownContents()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        directory
                                                + " holds no results of duet experiment: it has no "
                                                + CONTENTS));
    }

    /**
     * Returns the result of a cell; empty if it is not finished, or was measured with other
     * options.
     */
    public Optional<CellResult> result(Contents.Cell cell) {
        return ResultFiles.read(file(cell), CellResult.class)
                .filter(result -> result.origin().fingerprint().equals(cell.fingerprint()));
    }

    /** Keeps the result of a cell. */
    public void write(Contents.Cell cell, CellResult result) {
        ResultFiles.write(file(cell), result);
    }

    /**
     * Returns how a cell ranked for each user; empty if it is not finished, was measured with other
     * options, or by a version that kept none.
     */
    public Optional<CellRankings> rankings(Contents.Cell cell) {
        return ResultFiles.read(rankingsFile(cell), CellRankings.class)
                .filter(rankings -> rankings.fingerprint().equals(cell.fingerprint()));
    }

    /** Keeps how a cell ranked for each user; before its result, which says that it is finished. */
    public void write(Contents.Cell cell, CellRankings rankings) {
        ResultFiles.write(rankingsFile(cell), rankings);
    }

    /** Returns where logs are written that the plan has made. */
    public Path madeData() {
        return directory.resolve("data");
    }

    private Path rankingsFile(Contents.Cell cell) {
        return directory.resolve("rankings").resolve(cell.id() + ".json");
    }

    private Path file(Contents.Cell cell) {
        return directory.resolve("cells").resolve(cell.id() + ".json");
    }

    /** Returns where a trained network is kept. */
    Path network(String key) {
        return directory.resolve("networks").resolve(key);
    }

    /** Returns where a trained model is kept. */
    Path model(String key) {
        return directory.resolve("models").resolve(key);
    }

    /** Returns where processes say what they work at. */
    public Path locks() {
        return directory.resolve("locks");
    }
}
