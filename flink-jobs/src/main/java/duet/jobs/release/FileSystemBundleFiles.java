package duet.jobs.release;

import duet.schemas.release.BundleFiles;
import java.io.IOException;
import java.net.URI;
import java.util.OptionalLong;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** The files of a bundle lie in a file system that Flink knows, for example one of its plugins. */
final class FileSystemBundleFiles implements BundleFiles {
    private final URI directory;

    FileSystemBundleFiles(URI directory) {
        this.directory = directory;
    }

    @Override
    public Opened open(String name) throws IOException {
        try {
            Path file = new Path(new Path(directory), name);
            FileSystem fileSystem = file.getFileSystem();
            FileStatus status = fileSystem.getFileStatus(file);
            if (status.isDir()) {
                throw new IOException("it is a directory");
            }
            return new Opened(fileSystem.open(file), OptionalLong.of(status.getLen()));
        } catch (UnsupportedFileSystemSchemeException e) {
            throw new IOException(
                    "this installation of Flink has no file system for "
                            + directory.getScheme()
                            + ":",
                    e);
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no path of a file system", e);
        }
    }

    @Override
    public String place() {
        return BundleFiles.shown(directory);
    }
}
