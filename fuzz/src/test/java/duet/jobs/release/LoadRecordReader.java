package duet.jobs.release;

import duet.schemas.release.ReleaseRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Reads what another process left beside the bundles. */
public final class LoadRecordReader {
    private LoadRecordReader() {}

    /** Writes a record as another process leaves it, for {@link #read}. */
    public static void leave(Path directory, byte[] content) throws IOException {
        Files.write(directory.resolve(".loading-00ff-1"), content);
    }

    /** Begins a load where there is that record, and ends it. */
    public static void read(Path directory) throws ReleaseRefusedException, IOException {
        LoadRecord.begin(directory, "00ff", Instant.now()).close();
    }
}
