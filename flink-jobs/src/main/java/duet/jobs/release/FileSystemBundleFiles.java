package duet.jobs.release;

import duet.schemas.release.BundleFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** The files of a bundle lie in a file system that Flink knows, for example one of its plugins. */
final class FileSystemBundleFiles implements BundleFiles {
    private final URI directory;

    FileSystemBundleFiles(URI directory) {
        this.directory = directory;
    }

    @Override
    public InputStream open(String name) throws IOException {
        Path file = new Path(new Path(directory), name);
        try {
            return file.getFileSystem().open(file);
        } catch (UnsupportedFileSystemSchemeException e) {
            throw new IOException(
                    "this installation of Flink has no file system for "
                            + directory.getScheme()
                            + ":",
                    e);
        }
    }

    @Override
    public String place() {
        return BundleFiles.shown(directory);
    }
}
