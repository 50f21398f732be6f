package duet.schemas.release;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The directory of this machine that fetched bundles are kept in, each under the SHA-256 of its
 * manifest. It belongs to one user, whom alone it lets write: what is verified here nobody else can
 * exchange afterwards. No link in it is followed.
 */
final class BundleCache {
    /** At most so many bundles are kept; those used longest ago are deleted first. */
    static final int MAX_KEPT = 16;

    /** No fetch takes as long: what is older, a process left behind that was killed. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    /** So much of the disk is left to others. */
    private static final long RESERVE_BYTES = 256L << 20;

    private static final String FRESH = ".new-";
    private static final String HASH = "[0-9a-f]{64}";

    private static final FileAttribute<Set<PosixFilePermission>> FOR_ITS_USER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final LongSupplier clockMillis;
    private final DiskSpace space;

    /** Tells how many bytes the disk of a directory can still take. */
    @FunctionalInterface
    interface DiskSpace {
        /** Asks the disk. */
        DiskSpace OF_THE_DISK = directory -> Files.getFileStore(directory).getUsableSpace();

        long usable(Path directory) throws IOException;
    }

    BundleCache(Path directory, LongSupplier clockMillis, DiskSpace space) {
        this.directory = directory;
        this.clockMillis = clockMillis;
        this.space = space;
    }

    /** Returns the directory of this user: {@code duet/releases} below that of all his caches. */
    static Path ofThisUser() {
        String given = System.getenv("XDG_CACHE_HOME");
        // The specification of that variable wants relative paths to be ignored.
        Path caches =
                given != null && Path.of(given).isAbsolute()
                        ? Path.of(given)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("duet").resolve("releases");
    }

    /**
     * Returns a kept bundle, verified again; empty if there is none, or it was altered, in which
     * case it is deleted.
     *
     * @throws IOException if the directory cannot be used
     */
    Optional<ModelBundle> kept(String hash) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        requireOwn();
        Path place = directory.resolve(hash);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(used(place, hash));
        } catch (InvalidInputException e) {
            deleteRecursively(place); // altered since it was fetched
            return Optional.empty();
        }
    }

    /** Makes a directory for a bundle that is about to be fetched. */
    Path fresh() throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            make();
        }
        requireOwn();
        return makeOwn(directory.resolve(FRESH + UUID.randomUUID()));
    }

    /** Keeps what was fetched, and deletes what was used longest ago. */
    ModelBundle keep(Path fresh, String hash) throws IOException {
        Path place = directory.resolve(hash);
        moveTo(place, fresh);
        deleteOldest();
        return used(place, hash);
    }

    /** Returns how many more bytes may be kept. */
    long spaceBytes() throws IOException {
        long usable = space.usable(directory);
        // Some file systems have more than a number can say.
        return usable < 0 ? Long.MAX_VALUE : Math.max(0, usable - RESERVE_BYTES);
    }

    private void make() throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            makeOwn(directory);
        } catch (FileAlreadyExistsException e) {
            // Another process or thread was faster; whose it is, is looked at in any case.
            return;
        }
    }

    private static Path makeOwn(Path path) throws IOException {
        return isPosix(path)
                ? Files.createDirectory(path, FOR_ITS_USER)
                : Files.createDirectory(path);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Refuses a directory in which somebody else could exchange a bundle. */
    private void requireOwn() throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    "bundles cannot be kept in "
                            + directory
                            + ": it is a link or a file, it must be a directory");
        }
        if (!isPosix(directory)) {
            return;
        }
        Set<PosixFilePermission> permissions =
                Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(
                    "bundles cannot be kept in "
                            + directory
                            + ": others than its owner may write to it ("
                            + PosixFilePermissions.toString(permissions)
                            + ")");
        }
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        String self = thisUser();
        if (!owner.equals(self)) {
            throw new IOException(
                    "bundles cannot be kept in "
                            + directory
                            + ": it belongs to "
                            + owner
                            + ", this process is of "
                            + self);
        }
    }

    /** Returns who owns what this process makes: a container may have no name for its user. */
    private String thisUser() throws IOException {
        Path made = Files.createTempFile(directory, FRESH, ".owner");
        try {
            return Files.getOwner(made, LinkOption.NOFOLLOW_LINKS).getName();
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private ModelBundle used(Path place, String hash) throws IOException {
        requireNoLinks(place);
        Files.setLastModifiedTime(place, FileTime.fromMillis(clockMillis.getAsLong()));
        ModelBundle bundle = ModelBundle.open(place);
        if (!hash.equals(bundle.manifestSha256())) {
            throw new InvalidInputException("bundle " + place + " has another manifest");
        }
        return bundle;
    }

    private static void requireNoLinks(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidInputException("bundle " + place + " is no directory");
        }
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InvalidInputException("bundle file " + file + " is no regular file");
                }
            }
        }
    }

    /**
     * Moves a bundle to its place, unless another process or thread was faster: its bundle is the
     * same.
     */
    private static void moveTo(Path place, Path fresh) throws IOException {
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private void deleteOldest() throws IOException {
        List<Path> oldestFirst = entries(HASH);
        for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - MAX_KEPT))) {
            deleteRecursively(old);
        }
        FileTime abandoned = FileTime.fromMillis(clockMillis.getAsLong() - ABANDONED.toMillis());
        for (Path left : entries("\\.new-.*")) {
            if (lastUsed(left).compareTo(abandoned) < 0) {
                deleteRecursively(left);
            }
        }
    }

    private List<Path> entries(String name) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(path -> path.getFileName().toString().matches(name))
                    .sorted(Comparator.comparing(BundleCache::lastUsed))
                    .toList();
        }
    }

    private static FileTime lastUsed(Path bundle) {
        try {
            return Files.getLastModifiedTime(bundle, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // another process or thread deletes it
        }
    }

    /** Deletes what is there; of a link itself, not what it leads to. */
    static void deleteRecursively(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(path)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException e) {
            // Another process or thread deletes the same.
            return;
        }
    }
}
