package duet.studies.experiment.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A lock says to other processes that something is being worked at. The system gives it back when
 * the process dies.
 */
final class ProcessLock implements AutoCloseable {
    private final FileChannel channel;

    private ProcessLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of that name; empty if it is held. */
    static Optional<ProcessLock> tryTake(Path directory, String name) {
        FileChannel channel = open(directory, name);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return Optional.of(new ProcessLock(channel));
            }
            channel.close();
            return Optional.empty();
        } catch (OverlappingFileLockException e) {
            close(channel);
            return Optional.empty();
        } catch (IOException e) {
            close(channel);
            throw new UncheckedIOException("cannot lock " + name, e);
        }
    }

    /** Returns once no other process holds the lock of that name. */
    static void await(Path directory, String name) {
        try (FileChannel channel = open(directory, name);
                FileLock lock = channel.lock()) {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + name, e);
        }
    }

    private static FileChannel open(Path directory, String name) {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(
                    directory.resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + name, e);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close a lock", e);
        }
    }

    @Override
    public void close() {
        close(channel);
    }
}
