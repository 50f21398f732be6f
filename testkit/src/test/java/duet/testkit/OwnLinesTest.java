package duet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A program's own lines")
class OwnLinesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR org.apache.kafka.controller.EventPerformanceMonitor - Exceptionally slow",
                "WARN  kafka.server.BrokerLifecycleManager - no heartbeat",
                "11:22:33.444 WARN  o.a.f.r.c.CheckpointCoordinator - late\n"
                        + "\tat org.apache.flink.A.b(A.java:1)",
                "11:22:33.444 WARN  k.s.KafkaApis - slow",
                "11:22:33.444 WARN  o.a.k.s.SomeServer - slow"
            })
    @DisplayName("are not those of a server in its JVM")
    void servers(String log) {
        assertThat(OwnLines.of(log)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "duet: no broker answers",
                "SLF4J: no binding",
                "11:22:33.444 WARN  d.e.c.Duet - late\n\tat duet.cli.Duet.b(Duet.java:1)",
                "WARN  duet.jobs.Preflight - late",
                "WARN  org.apache.kafka.clients.NetworkClient - refused",
                "11:22:33.444 WARN  o.a.k.c.NetworkClient - refused",
                "11:22:33.444 WARN  a.d.u.c.CudaUtils - none"
            })
    @DisplayName("are all others")
    void own(String log) {
        assertThat(OwnLines.of(log)).isEqualTo(log);
    }
}
