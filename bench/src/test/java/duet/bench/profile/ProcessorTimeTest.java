package duet.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The processor time of a process")
class ProcessorTimeTest {

    @BeforeAll
    static void requireLinux() {
        assumeThat(Files.isDirectory(Path.of("/proc/self/task")))
                .as("this system counts the time of threads under /proc")
                .isTrue();
    }

    @Test
    @DisplayName("can be read while its threads come and go")
    void comingAndGoing() throws Exception {
        long own = ProcessHandle.current().pid();
        AtomicBoolean done = new AtomicBoolean();
        Thread starter =
                new Thread(
                        () -> {
                            while (!done.get()) {
                                new Thread(() -> {}, "short-lived").start();
                            }
                        });
        starter.start();
        try {
            for (int i = 0; i < 2_000; i++) {
                assertThat(ProcessorTime.of(own).threads()).containsKey(own);
            }
        } finally {
            done.set(true);
            starter.join();
        }
    }

    @Test
    @DisplayName("cannot be read of a process that does not exist")
    void none() {
        assertThatThrownBy(() -> ProcessorTime.of(Integer.MAX_VALUE))
                .isInstanceOf(IOException.class);
    }
}
