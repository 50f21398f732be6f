package duet.jobs.release;

import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record says, in a file beside the bundles, that this process is loading a bundle; it is gone
 * when the load has ended, well or not. Records of processes that have ended are what is left of
 * loads that took them down, however that went: a bundle that did so twice is loaded no more until
 * those records are {@link #KEPT} old.
 */
final class LoadRecord implements AutoCloseable {
    /** A bundle may take down so many processes before it is no longer loaded. */
    static final int MOST_ENDED = 2;

    /** Records are taken into account for so long. */
    static final Duration KEPT = Duration.ofDays(1);

    private static final int MOST_BYTES = 100;

    private static final Logger LOG = LoggerFactory.getLogger(LoadRecord.class);

    private final Path directory;
    private final String prefix;
    private final Path file;

    private LoadRecord(Path directory, String prefix, Path file) {
        this.directory = directory;
        this.prefix = prefix;
        this.file = file;
    }

    /**
     * Begins to load a bundle.
     *
     * @param directory where bundles are kept on this machine; it exists
     * @param manifestSha256 the bundle's hash
     * @throws ReleaseRefusedException if the bundle took down too many processes
     */
    static LoadRecord begin(Path directory, String manifestSha256, Instant now)
            throws ReleaseRefusedException, IOException {
        return begin(directory, manifestSha256, now, describe(ProcessHandle.current()));
    }

    static LoadRecord begin(Path directory, String manifestSha256, Instant now, String process)
            throws ReleaseRefusedException, IOException {
        String prefix = ".loading-" + manifestSha256 + "-";
        LoadRecord record =
                new LoadRecord(directory, prefix, directory.resolve(prefix + UUID.randomUUID()));
        long ended =
                record.ended(now.minus(KEPT)).stream().map(LoadRecord::process).distinct().count();
        if (ended >= MOST_ENDED) {
            throw new ReleaseRefusedException(
                    "loading it ended "
                            + ended
                            + " processes within "
                            + KEPT.toHours()
                            + " h, so it is not tried again");
        }
        Files.writeString(record.file, process, StandardCharsets.US_ASCII);
        return record;
    }

    /** Returns the records of this bundle, newer than that, that processes left behind. */
    private List<Path> ended(Instant after) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .filter(path -> hasEnded(process(path)) && isNewer(path, after))
                    .toList();
        }
    }

    private static boolean isNewer(Path file, Instant after) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isAfter(after);
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    /** Returns a process as it is written: its number, and when it started, as numbers recur. */
    private static String describe(ProcessHandle process) {
        return process.pid()
                + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static boolean hasEnded(String process) {
        Optional<ProcessHandle> running;
        try {
            running = ProcessHandle.of(Long.parseLong(process.split(" ", 2)[0]));
        } catch (NumberFormatException e) {
            return false; // none of ours
        }
        return running.isEmpty() || !describe(running.get()).equals(process);
    }

    private static String process(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }

    /**
     * Says that the load has ended; what others left behind no longer counts against the bundle. A
     * record that cannot be deleted undoes no load that went well.
     */
    @Override
    public void close() {
        try {
            for (Path left : ended(Instant.MIN)) {
                Files.deleteIfExists(left);
            }
            Files.deleteIfExists(file);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("The record {} of a load that has ended cannot be deleted", file, e);
        }
    }
}
