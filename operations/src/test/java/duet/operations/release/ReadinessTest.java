package duet.operations.release;

import static duet.operations.release.ReleaseRecords.status;
import static org.assertj.core.api.Assertions.assertThat;

import duet.operations.release.Readiness.State;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The readiness of a job")
class ReadinessTest {

    private static Readiness of(ReleaseStatus... statuses) {
        return Readiness.of(List.of(statuses));
    }

    @Test
    @DisplayName("is unknown while no subtask has said anything")
    void unknown() {
        assertThat(of().state()).isEqualTo(State.UNKNOWN);
        assertThat(of()).hasToString("not seen by a job");
    }

    @Test
    @DisplayName("needs every subtask")
    void all() {
        ReleaseStatus first = status("v", 0, 2, ServingState.READY, 10);
        assertThat(of(first).state()).isEqualTo(State.LOADING);
        assertThat(of(first)).hasToString("1 of 2 ready");
        assertThat(of(first, status("v", 1, 2, ServingState.LOADING, 11)).state())
                .isEqualTo(State.LOADING);
        Readiness ready = of(first, status("v", 1, 2, ServingState.READY, 12));
        assertThat(ready.state()).isEqualTo(State.READY);
        assertThat(ready.ready()).isEqualTo(2);
    }

    @Test
    @DisplayName("is refused by one subtask, whose reason it gives")
    void refused() {
        Readiness refused =
                of(
                        status("v", 0, 2, ServingState.READY, 12),
                        status("v", 1, 2, ServingState.REFUSED, 11));
        assertThat(refused.state()).isEqualTo(State.REFUSED);
        assertThat(refused.refused()).isEqualTo(1);
        assertThat(refused.reason()).isEqualTo("weights are not finite");
    }

    @Test
    @DisplayName("leaves out what subtasks of another parallelism said before")
    void rescaled() {
        Readiness smaller =
                of(
                        status("v", 0, 1, ServingState.READY, 20),
                        status("v", 1, 2, ServingState.REFUSED, 10));
        assertThat(smaller).isEqualTo(new Readiness(State.READY, 1, 0, 1, null));
        Readiness larger =
                of(
                        status("v", 0, 2, ServingState.READY, 20),
                        status("v", 1, 1, ServingState.READY, 10));
        assertThat(larger).isEqualTo(new Readiness(State.LOADING, 1, 0, 2, null));
    }

    @Test
    @DisplayName("is retired once subtasks have given the version up")
    void retired() {
        assertThat(
                        of(
                                        status("v", 0, 2, ServingState.RETIRED, 20),
                                        status("v", 1, 2, ServingState.READY, 10))
                                .state())
                .isEqualTo(State.RETIRED);
    }
}
