package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.evaluation.MeanInterval;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("duet evaluate")
class EvaluateCommandTest {

    @Test
    @DisplayName("says of a difference whether it may be noise, or is none at all")
    void judges() {
        assertThat(EvaluateCommand.judged(new MeanInterval(0.2, 0.1))).isEmpty();
        assertThat(EvaluateCommand.judged(new MeanInterval(-0.2, 0.1))).isEmpty();
        assertThat(EvaluateCommand.judged(new MeanInterval(0.1, 0.2))).contains("may be noise");
        assertThat(EvaluateCommand.judged(new MeanInterval(0, 0.2))).contains("may be noise");
        assertThat(EvaluateCommand.judged(new MeanInterval(0, 0)))
                .isEqualTo(": both rank alike for every user");
        assertThat(EvaluateCommand.judged(new MeanInterval(-0.0, 0)))
                .isEqualTo(": both rank alike for every user");
    }
}
