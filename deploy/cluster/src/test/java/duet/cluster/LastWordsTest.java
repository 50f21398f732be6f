package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The last words of a process")
class LastWordsTest {

    @Test
    @DisplayName("are the last cause of a stack trace, not the frames below it")
    void cause() {
        assertThat(
                        LastWords.of(
                                List.of(
                                        "ERROR Fatal error during broker startup",
                                        "java.lang.RuntimeException: Unable to start acceptor",
                                        "\tat kafka.server.BrokerServer.startup(BrokerServer.java:1)",
                                        "Caused by: java.net.BindException: Address already in use",
                                        "\tat java.base/sun.nio.ch.Net.bind0(Native Method)",
                                        "\t... 18 more",
                                        "")))
                .contains("java.net.BindException: Address already in use");
    }

    @Test
    @DisplayName("are the last line of any other output, and nothing of none")
    void line() {
        assertThat(LastWords.of(List.of("starting", "  no space left  ", "")))
                .contains("no space left");
        assertThat(LastWords.of(List.of("", " "))).isEmpty();
        assertThat(LastWords.of(List.of())).isEmpty();
    }
}
