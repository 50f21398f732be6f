package duet.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DriftPolicyTest {
    private static final DriftPolicy POLICY = new DriftPolicy(0.1, 1_000);

    @Test
    void sendsFromTheThresholdOn() {
        assertThat(POLICY.sends(new Candidate(0.099, 5_000, 1))).isFalse();
        assertThat(POLICY.sends(new Candidate(0.1, 5_000, 1))).isTrue();
        assertThat(POLICY.sends(new Candidate(2, 5_000, 1))).isTrue();
    }

    @Test
    void waitsBetweenTwoDeltasOfADevice() {
        assertThat(POLICY.sends(new Candidate(1, 999, 1))).isFalse();
        assertThat(POLICY.sends(new Candidate(1, 1_000, 1))).isTrue();
    }

    @Test
    void doesNotLetADeviceWaitThatGotNothing() {
        assertThat(POLICY.sends(new Candidate(0.1, Long.MAX_VALUE, 1))).isTrue();
        assertThat(POLICY.sends(new Candidate(0.099, Long.MAX_VALUE, 1))).isFalse();
    }

    @Test
    void withoutAThresholdSendsEverything() {
        assertThat(new DriftPolicy(0, 0).sends(new Candidate(0, 0, 1))).isTrue();
    }

    @Test
    void refusesWhatIsNoThreshold() {
        assertThatThrownBy(() -> new DriftPolicy(Double.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new DriftPolicy(2.1, 0)).hasMessageContaining("2.1");
        assertThatThrownBy(() -> new DriftPolicy(0.1, -1)).hasMessageContaining("-1 ms");
    }
}
