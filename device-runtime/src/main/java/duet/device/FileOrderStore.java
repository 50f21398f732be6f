package duet.device;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the newest order of a device in a file of at most 302 bytes, which only its owner may read
 * or write. It is written beside the file, forced to the disk and moved to its place, so a crash
 * leaves the order before or the new one. No link is followed. A file that is torn, altered or of
 * another device is refused.
 *
 * <p>Whoever may write to the file's directory can take the file away, and with it what the device
 * knows: give the device a directory of its own. Two processes must not share a file.
 */
public final class FileOrderStore implements OrderStore {
    private static final FileAttribute<Set<PosixFilePermission>> FOR_ITS_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Set<StandardOpenOption> FRESH =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final byte[] id;
    private final Path file;
    private final Path directory;
    private final Path fresh;

    /**
     * Names the file; nothing is read or written yet.
     *
     * @param file need not exist, its directory has to
     * @param deviceId the device that the file is of
     * @throws InvalidInputException if there is no such directory, or can be no such device
     */
    public FileOrderStore(Path file, String deviceId) {
        this.id = OrderEncoding.idBytes(deviceId);
        this.file = file.toAbsolutePath();
        Path parent = this.file.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new InvalidInputException(
                    "the order of device '"
                            + deviceId
                            + "' cannot be kept in "
                            + file
                            + ": there is no such directory");
        }
        this.directory = parent;
        this.fresh = directory.resolve("." + this.file.getFileName() + ".new");
    }

    @Override
    public Optional<DeltaOrder> load() {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("is a link or no regular file", null);
        }
        try {
            requireOwnersAlone();
            return Optional.of(OrderEncoding.decode(id, bytes()));
        } catch (InvalidInputException e) {
            throw refused(e.getMessage(), e);
        } catch (IOException e) {
            throw refused("cannot be read: " + OneLine.of(e), e);
        }
    }

    private InvalidInputException refused(String why, Exception cause) {
        return new InvalidInputException("order file " + file + " " + why, cause);
    }

    private void requireOwnersAlone() throws IOException {
        if (!isPosix()) {
            return;
        }
        Set<PosixFilePermission> permissions =
                Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        if (!FOR_ITS_OWNER.value().containsAll(permissions)) {
            throw new InvalidInputException(
                    "is open to others than its owner ("
                            + PosixFilePermissions.toString(permissions)
                            + ")");
        }
    }

    /** Reads the file, and not more than one byte beyond what it may have. */
    private byte[] bytes() throws IOException {
        try (SeekableByteChannel in =
                Files.newByteChannel(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer bytes = ByteBuffer.allocate(OrderEncoding.MOST_BYTES + 1);
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {
                // A read may end before the file does.
                continue;
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    @Override
    public void keep(DeltaOrder order) {
        try {
            Files.deleteIfExists(fresh);
            write(OrderEncoding.encode(id, order));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            if (isPosix()) {
                // The move is on the disk once the directory is.
                try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                    entries.force(true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the newest order cannot be kept in " + file + ": " + OneLine.of(e), e);
        }
    }

    private void write(byte[] bytes) throws IOException {
        try (FileChannel out =
                isPosix()
                        ? FileChannel.open(fresh, FRESH, FOR_ITS_OWNER)
                        : FileChannel.open(fresh, FRESH)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
    }

    private boolean isPosix() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
