package duet.schemas.release;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;

/** Reads a bundle in a directory of this machine. */
final class LocalBundleFiles implements BundleFiles {
    private final URI address;
    private final Path directory;

    /**
     * Makes a reader of the bundle in the directory at this address.
     *
     * @param address of the scheme {@code file}
     * @throws ReleaseRefusedException if it names no directory of this machine
     */
    LocalBundleFiles(URI address) throws ReleaseRefusedException {
        this.address = address;
        try {
            this.directory = Path.of(address);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new ReleaseRefusedException(place() + " names no directory of this machine", e);
        }
    }

    @Override
    public Opened open(String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            // Opening a pipe waits for who writes to it, a device may never end.
            if (!is.isRegularFile()) {
                throw new IOException("it is no regular file");
            }
            return new Opened(Files.newInputStream(file), OptionalLong.of(is.size()));
        } catch (NoSuchFileException e) {
            throw new IOException("it does not exist", e);
        }
    }

    @Override
    public String place() {
        return BundleFiles.shown(address);
    }
}
