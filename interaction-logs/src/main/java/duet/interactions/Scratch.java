package duet.interactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Is a directory for what reading has no memory for. It is gone when it is closed, and also when
 * the process is ended before. One that is killed leaves its directory behind: the next deletes it,
 * as nobody holds its lock any more.
 */
final class Scratch implements AutoCloseable {
    private static final String PREFIX = "duet-log";
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;
    private final Thread atEnd;

    private Scratch(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
        this.atEnd = new Thread(this::deleteAtEnd, "duet-log-scratch");
    }

    /**
     * Is made once in a process: the folder for temporary files may hold many others, and what is
     * left there was left before.
     */
    private static final class Once {
        static {
            deleteLeft();
        }

        private Once() {}

        static void happen() {
            // Whoever calls it has made this class.
        }
    }

    /** Makes a directory in which there is nothing but its lock. */
    static Scratch make() {
        try {
            Scratch scratch = locked();
            Runtime.getRuntime().addShutdownHook(scratch.atEnd);
            Once.happen();
            return scratch;
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory can be made", e);
        }
    }

    private static Scratch locked() throws IOException {
        while (true) {
            Path directory = Files.createTempDirectory(ownPrefix());
            Path file = directory.resolve(LOCK);
            FileChannel lock =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try {
                lock.lock();
            } catch (IOException e) {
                lock.close();
                throw e;
            }
            // Another process may have taken it for one that was left, before it was locked.
            if (Files.exists(file)) {
                return new Scratch(directory, lock);
            }
            lock.close();
        }
    }

    /** Tells directories of this process: a lock that it looks at twice is lost (POSIX). */
    private static String ownPrefix() {
        return PREFIX + ProcessHandle.current().pid() + "-";
    }

    Path directory() {
        return directory;
    }

    /** Deletes the directories that processes of this user have left which are no more. */
    private static void deleteLeft() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        String own = ownPrefix();
        try (DirectoryStream<Path> others = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            UserPrincipal user =
                    temporary
                            .getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(System.getProperty("user.name"));
            for (Path other : others) {
                if (!other.getFileName().toString().startsWith(own)
                        && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(user)) {
                    deleteIfLeft(other);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Another process deletes them, too, or may not be looked at: they are no concern of
            // this one's.
        }
    }

    private static void deleteIfLeft(Path other) throws IOException {
        // Without a file to lock it has only just been made, or is something else.
        try (FileChannel channel =
                        FileChannel.open(
                                other.resolve(LOCK),
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS);
                FileLock taken = channel.tryLock()) {
            if (taken != null) {
                delete(other);
            }
        } catch (IOException e) {
            // It has just gone, or is not to be had.
        }
    }

    /** Deletes it; a failure is suppressed where reading has failed before. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException e) {
            return; // the process ends, and the hook deletes
        }
        try (lock) {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files cannot be removed", e);
        }
    }

    private void deleteAtEnd() {
        try {
            delete(directory);
        } catch (IOException ignored) {
            // The reader still writes there, or nothing can be done: nobody is left to hear of it.
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
