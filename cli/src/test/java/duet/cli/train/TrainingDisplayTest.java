package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import duet.cli.terminal.Terminal;
import duet.model.training.Divergence;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingProgress;
import duet.model.training.sample.Preparation;
import duet.schemas.evaluation.RankingMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The display of a training")
class TrainingDisplayTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(5);
    private final TrainingDisplay display =
            new TrainingDisplay(
                    new Terminal(new PrintStream(shown, true, StandardCharsets.UTF_8), false, 100),
                    nanos::get);

    private String text() {
        display.close();
        return shown.toString(StandardCharsets.UTF_8);
    }

    private static TrainingProgress progress(TrainingPhase phase, double samplesPerSecond) {
        return new TrainingProgress(phase, 1, 2, 3, 4, 0.5, samplesPerSecond, 6);
    }

    @Test
    @DisplayName("shows how a large log is prepared")
    void largeLog() {
        display.onPreparation(Preparation.LAYOUT, 1, 1_000_000);
        display.onPreparation(Preparation.LAYOUT, 1_000_000, 1_000_000);
        assertThat(text()).contains("Laying out the log", "1000000/1000000");
    }

    @Test
    @DisplayName("shows how far the coordinates of items are, where users are many")
    void spectrum() {
        display.onPreparation(Preparation.SPECTRUM, 100_000, 900_000);
        display.onPreparation(Preparation.SPECTRUM, 900_000, 900_000);
        assertThat(text()).contains("Computing where items start", "900000/900000");
    }

    @Test
    @DisplayName("says nothing about what takes a moment, where nobody looks on")
    void smallLog() {
        display.onPreparation(Preparation.LAYOUT, 1, 100);
        display.onPreparation(Preparation.VALIDATION, 100, 100);
        assertThat(text()).isEmpty();
    }

    @Test
    @DisplayName("keeps how fast each phase was, and how long the log was prepared before them")
    void keeps() {
        display.onPreparation(Preparation.LAYOUT, 1, 2);
        nanos.addAndGet(2_000_000_000L);
        display.onPreparation(Preparation.VALIDATION, 2, 2);
        nanos.addAndGet(1_000_000_000L);
        display.onProgress(progress(TrainingPhase.NETWORK, 100));
        nanos.addAndGet(7_000_000_000L);
        display.onProgress(progress(TrainingPhase.NETWORK, 200));
        display.onPreparation(Preparation.STATES, 1, 1);
        nanos.addAndGet(4_000_000_000L);
        display.onProgress(progress(TrainingPhase.GENERATOR, 300));

        assertThat(display.prepared()).isEqualTo(Duration.ofSeconds(7));
        assertThat(display.samplesPerSecond())
                .containsExactly(
                        entry(TrainingPhase.NETWORK, 200.0), entry(TrainingPhase.GENERATOR, 300.0));
        assertThat(text()).contains("Network", "Generator");
    }

    @Test
    @DisplayName("says in a line why a phase ended, and which epoch is kept")
    void divergence() {
        display.onProgress(progress(TrainingPhase.JOINT, 100));
        display.onDivergence(
                new EpochMetrics(
                        TrainingPhase.JOINT,
                        2,
                        0.5,
                        new RankingMetrics.Accumulator().result(),
                        0.75,
                        true),
                new Divergence(4, 17, "the loss is NaN"));

        assertThat(text().lines())
                .contains(
                        "Network and generator: the loss is NaN at step 17 of epoch 4; the phase"
                                + " ends here, and its best epoch, 2 with userAuc 0.7500, is kept");
    }
}
