package duet.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A reader of bytes that others wrote, and what it promises whatever they are: no exception but the
 * documented ones, each with a message; no more memory than a multiple of the input and a constant;
 * and, where time is measured, not more than 100 ms.
 *
 * @param <I> what the bytes are handed over as, for example a file
 */
final class FuzzTarget<I> {
    /** Says whether Jazzer mutates; it then has code of its own in all that is read with. */
    private static final boolean FUZZED = System.getenv("JAZZER_FUZZ") != null;

    /**
     * The memory that code may take which Jazzer has added to, as a multiple of what it may take
     * else.
     */
    private static final long ADDED = FUZZED ? 8 : 1;

    /**
     * Says whether the time of the processor is held to its bound. That is for long runs: what a
     * busy machine or a cold compiler takes is no reason to fail a build.
     */
    private static final boolean TIMED = Boolean.getBoolean("duet.fuzz.timed") || FUZZED;

    private static final long MOST_NANOS = 100_000_000;

    /** What exceeds a bound is read so often again: the first time loads classes and compiles. */
    private static final int REPETITIONS = 5;

    private static final Pattern WORD_END = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Reads what the bytes are handed over as. */
    interface Reader<I> {
        void read(I input) throws Exception;
    }

    private final Function<byte[], I> handedOver;
    private final Reader<I> reader;
    private final long bytesPerByte;
    private final long bytesBesides;
    private final List<Class<? extends Exception>> documented;

    /** Says what a reading took, and with what it was refused, if it was. */
    private record Reading(Throwable refusal, long bytes, long nanos) {}

    /**
     * @param handedOver makes what is read of the bytes; it is not part of what is measured
     * @param bytesPerByte bytes of memory that a byte of the input may take
     * @param bytesBesides bytes of memory that any input may take besides
     * @param documented the exceptions that refuse an input
     */
    @SafeVarargs
    FuzzTarget(
            Function<byte[], I> handedOver,
            Reader<I> reader,
            long bytesPerByte,
            long bytesBesides,
            Class<? extends Exception>... documented) {
        this.handedOver = handedOver;
        this.reader = reader;
        this.bytesPerByte = bytesPerByte;
        this.bytesBesides = bytesBesides;
        this.documented = List.of(documented);
    }

    /** Returns the target of a fuzz test: {@code DEAD_LETTERS} of {@code deadLetters()}. */
    static FuzzTarget<?> of(Method fuzzTest) {
        String name = WORD_END.matcher(fuzzTest.getName()).replaceAll("_").toUpperCase(Locale.ROOT);
        try {
            var field = fuzzTest.getDeclaringClass().getDeclaredField(name);
            field.setAccessible(true);
            return (FuzzTarget<?>) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(fuzzTest + " has no target " + name, e);
        }
    }

    /** Returns whether the bytes are handed over as a file, which takes much longer. */
    boolean readsFiles() {
        return handedOver.apply(new byte[0]) instanceof Path;
    }

    /** Returns a function that writes its bytes to a file of that name, always the same one. */
    static Function<byte[], Path> asFile(String name) {
        Path file = Scratch.directory().resolve(name);
        return bytes -> {
            try {
                return Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Returns a function as {@link #asFile} does, for files that must be their owner's alone. */
    static Function<byte[], Path> asOwnFile(String name) {
        try {
            Files.createFile(
                    Scratch.directory().resolve(name),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return asFile(name);
    }

    /**
     * Reads an input and holds the reader to its promises.
     *
     * @return whether the input was accepted
     * @throws AssertionError naming the promise that was broken
     */
    boolean check(byte[] input) {
        I handed = handedOver.apply(input);
        Reading reading = read(handed);
        long most = ADDED * (bytesPerByte * input.length + bytesBesides);
        for (int i = 0; i < REPETITIONS && exceeds(reading, most); i++) {
            Reading again = read(handed);
            reading =
                    new Reading(
                            again.refusal,
                            Math.min(reading.bytes, again.bytes),
                            Math.min(reading.nanos, again.nanos));
        }
        if (exceeds(reading, most)) {
            throw new AssertionError(
                    String.format(
                            Locale.ROOT,
                            "an input of %,d bytes took %,d bytes of memory, the bound is %,d, and"
                                    + " %,d ms",
                            input.length,
                            reading.bytes,
                            most,
                            reading.nanos / 1_000_000));
        }
        return reading.refusal == null;
    }

    private static boolean exceeds(Reading reading, long mostBytes) {
        return reading.bytes > mostBytes || TIMED && reading.nanos > MOST_NANOS;
    }

    private Reading read(I input) {
        Throwable refusal = null;
        long nanos = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        try {
            reader.read(input);
        } catch (Throwable e) {
            refusal = e;
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        if (refusal != null) {
            requireDocumented(refusal);
        }
        return new Reading(refusal, bytes, nanos);
    }

    private void requireDocumented(Throwable refusal) {
        if (documented.stream().noneMatch(type -> type.isInstance(refusal))) {
            throw new AssertionError(
                    "refused with " + refusal + ", documented are " + documented, refusal);
        }
        // That an input ends too early is said by the type alone.
        String message = refusal instanceof EOFException ? "end" : refusal.getMessage();
        if (message == null || message.isBlank()) {
            throw new AssertionError("refused without a word", refusal);
        }
    }
}
