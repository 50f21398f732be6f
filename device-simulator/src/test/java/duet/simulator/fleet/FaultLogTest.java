package duet.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

@DisplayName("The log of faults")
class FaultLogTest {

    private final List<String> lines = new ArrayList<>();
    private long micros;
    private final FaultLog faults = new FaultLog(warnings(), () -> micros);

    @Test
    @DisplayName("writes the first of a kind, and then one line a minute with what came in between")
    void oneLineAMinute() {
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            faults.report("malformed delta", () -> "record " + number);
        }
        assertThat(lines).containsExactly("malformed delta: record 0");

        micros += FaultLog.QUIET_MICROS;
        faults.report("malformed delta", () -> "record 10000");
        micros += FaultLog.QUIET_MICROS;
        faults.report("malformed delta", () -> "record 10001");
        assertThat(lines)
                .containsExactly(
                        "malformed delta: record 0",
                        "malformed delta: record 10000 (9999 more since the last line)",
                        "malformed delta: record 10001");
    }

    @Test
    @DisplayName("keeps kinds apart")
    void kinds() {
        faults.report("malformed delta", () -> "a");
        faults.report("window not sent", () -> "b");
        assertThat(lines).containsExactly("malformed delta: a", "window not sent: b");
    }

    @Test
    @DisplayName("writes one line, whatever a message quotes")
    void oneLine() {
        faults.report("dead letter", () -> "device=d\u001b[2J\u202e\nWARN all is well");
        assertThat(lines).containsExactly("dead letter: device=d?[2J??WARN all is well");
    }

    @Test
    @DisplayName("does not make up a message that it does not write")
    void lazy() {
        faults.report("malformed delta", () -> "a");
        faults.report(
                "malformed delta",
                () -> {
                    throw new AssertionError("asked for");
                });
        assertThat(lines).hasSize(1);
    }

    private Logger warnings() {
        return (Logger)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Logger.class},
                        (proxy, method, arguments) -> {
                            assertThat(method.getName()).isEqualTo("warn");
                            Object[] values =
                                    arguments.length == 2 && arguments[1] instanceof Object[] many
                                            ? many
                                            : List.of(arguments)
                                                    .subList(1, arguments.length)
                                                    .toArray();
                            lines.add(
                                    MessageFormatter.arrayFormat((String) arguments[0], values)
                                            .getMessage());
                            return null;
                        });
    }
}
