package duet.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.config.PolicyOptions.Kind;
import duet.jobs.policy.Always;
import duet.jobs.policy.BudgetPolicy;
import duet.jobs.policy.Candidate;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.GenerationPolicy;
import duet.jobs.policy.GenerationPolicyFactory;
import duet.jobs.policy.RandomPolicy;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyOptionsTest {
    private static PolicyOptions options(Kind kind) {
        return new PolicyOptions(kind, 0.2, 0.5, Duration.ofSeconds(3));
    }

    @Test
    void answerEverythingUnlessTold() {
        assertThat(PolicyOptions.always().policy()).isEqualTo(Kind.ALWAYS);
        assertThat(PolicyOptions.from(new Configuration())).isEqualTo(PolicyOptions.always());
    }

    @ParameterizedTest
    @EnumSource
    void areReadAsTheyWereSet(Kind kind) {
        Configuration config = new Configuration();
        options(kind).addTo(config);

        assertThat(PolicyOptions.from(config)).isEqualTo(options(kind));
    }

    @Test
    void areReadAsPeopleWriteThem() {
        Configuration config =
                Configuration.fromMap(
                        Map.of(
                                "duet.policy", "budget",
                                "duet.policy.budget", "0.1",
                                "duet.policy.min-interval", "30 s"));

        PolicyOptions options = PolicyOptions.from(config);

        assertThat(options.policy()).isEqualTo(Kind.BUDGET);
        assertThat(options.budget()).isEqualTo(0.1);
        assertThat(options.minInterval()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "duet.policy.budget, 0.0001, it must be 0.001 to 1.0",
        "duet.policy.budget, 1.5, it must be 0.001 to 1.0",
        "duet.policy.drift-threshold, -1, it must be 0.0 to 2.0",
        "duet.policy, never, cannot be read"
    })
    void areRefusedByNameWhereTheyAreWrong(String key, String value, String message) {
        Configuration config = Configuration.fromMap(Map.of(key, value));

        assertThatThrownBy(() -> PolicyOptions.from(config))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(key)
                .hasMessageContaining(message);
    }

    @Test
    void makeThePolicyTheyName() {
        assertThat(options(Kind.ALWAYS).factory().create(0)).isInstanceOf(Always.class);
        assertThat(options(Kind.DRIFT).factory().create(0)).isInstanceOf(DriftPolicy.class);
        assertThat(options(Kind.BUDGET).factory().create(0)).isInstanceOf(BudgetPolicy.class);
        assertThat(options(Kind.RANDOM).factory().create(0)).isInstanceOf(RandomPolicy.class);
    }

    @Test
    void giveThePolicyItsLimits() {
        GenerationPolicy drift = options(Kind.DRIFT).factory().create(0);

        assertThat(drift.sends(new Candidate(0.2, 3_000, 1))).isTrue();
        assertThat(drift.sends(new Candidate(0.19, 3_000, 1))).isFalse();
        assertThat(drift.sends(new Candidate(0.2, 2_999, 1))).isFalse();
    }

    @Test
    void makeFactoriesThatTravelAndGiveEachSubtaskChanceOfItsOwn() throws Exception {
        GenerationPolicyFactory factory = InstantiationUtil.clone(options(Kind.RANDOM).factory());

        assertThat(choices(factory.create(0))).isEqualTo(choices(factory.create(0)));
        assertThat(choices(factory.create(0))).isNotEqualTo(choices(factory.create(1)));
    }

    private static String choices(GenerationPolicy policy) {
        StringBuilder choices = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            choices.append(policy.sends(new Candidate(0.5, 5_000, 1)) ? '1' : '0');
        }
        return choices.toString();
    }

    @Test
    void sayWhatTheyAre() {
        assertThat(options(Kind.ALWAYS).described()).isEqualTo("always");
        assertThat(options(Kind.DRIFT).described()).isEqualTo("drift from 0.2000 on");
        assertThat(options(Kind.BUDGET).described()).isEqualTo("budget of 50.0 %");
    }
}
