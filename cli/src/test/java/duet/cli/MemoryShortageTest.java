package duet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@DisplayName("A want of memory")
class MemoryShortageTest {
    private static final long HEAP = 2L << 30;

    @Test
    @DisplayName("of Java's heap names the heap there is and the options that help")
    void heap() {
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");
        assertThat(MemoryShortage.of(error, HEAP, false))
                .hasValue(
                        "out of memory (Java heap space): Java's heap may grow to 2.1 GB, which"
                                + " this needs more than; DUET_JAVA_OPTS=-Xmx4g allows more");
        assertThat(MemoryShortage.of(error, HEAP, true).orElseThrow())
                .endsWith("allows more, --where reads fewer rows");
    }

    @Test
    @DisplayName("is told by who knows what was needed")
    void known() {
        assertThat(
                        MemoryShortage.of(
                                new IllegalStateException(
                                        "out of memory: training needs 3 GB",
                                        new OutOfMemoryError("Java heap space")),
                                HEAP,
                                true))
                .hasValue("out of memory: training needs 3 GB");
    }

    @Test
    @DisplayName("of the machine, which PyTorch hits, says how much it asked for")
    void engine() {
        assertThat(
                        MemoryShortage.of(
                                new IllegalStateException(
                                        "training failed",
                                        new IllegalArgumentException(
                                                "[enforce fail at alloc_cpu.cpp:117] err == 0."
                                                        + " DefaultCPUAllocator: can't allocate"
                                                        + " memory: you tried to allocate"
                                                        + " 3200000000 bytes. Error code 12")),
                                HEAP,
                                false))
                .hasValue(
                        "out of memory: PyTorch asked for another 3.2 GB, which the machine does"
                                + " not have; a smaller --width needs less");
    }

    @Test
    @DisplayName("is not what another failure is")
    void others() {
        assertThat(MemoryShortage.of(new IllegalStateException("no"), HEAP, true)).isEmpty();
        assertThat(MemoryShortage.of(new IllegalStateException(), HEAP, true)).isEmpty();
    }

    @Command(name = "reads")
    static final class Reads implements Runnable {
        @Option(names = "--where")
        String where;

        @Override
        public void run() {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    @Test
    @DisplayName("is one line and exit code 1, with the options of the command that ran")
    void exitCode() {
        String line = CommandLineRun.with(new Reads(), "reads").failedWith(1);
        assertThat(line)
                .startsWith("duet: out of memory (Java heap space)")
                .contains("DUET_JAVA_OPTS=-Xmx", "--where");
    }
}
