package duet.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class GeneratorMeasurementIT {

    @Test
    void measuresEachEngineAtEachBatchInItsOwnJvm() {
        GeneratorMeasurement measurement =
                new GeneratorMeasurement(
                        List.of(GeneratorEngine.ONNX_RUNTIME, GeneratorEngine.PYTORCH),
                        List.of(1, 8),
                        1,
                        3,
                        Duration.ofMillis(50));
        List<String> progress = new ArrayList<>();

        List<GeneratorFigure> figures =
                measurement.run(
                        (done, total, engine, batch) ->
                                progress.add(
                                        String.format(
                                                Locale.ROOT,
                                                "%d/%d %s %d",
                                                done,
                                                total,
                                                engine,
                                                batch)));

        assertThat(progress)
                .containsExactly(
                        "0/4 onnxruntime 1", "1/4 onnxruntime 8", "2/4 pytorch 1", "3/4 pytorch 8");
        assertThat(figures)
                .extracting(figure -> figure.engine() + " " + figure.batch())
                .containsExactly("onnxruntime 1", "onnxruntime 8", "pytorch 1", "pytorch 8");
        assertThat(figures)
                .allSatisfy(
                        figure -> {
                            assertThat(figure.perSecond()).isPositive();
                            assertThat(figure.bestPerSecond())
                                    .isGreaterThanOrEqualTo(figure.perSecond());
                            assertThat(figure.millisPerBatch())
                                    .isEqualTo(1000 * figure.batch() / figure.perSecond());
                        });
    }

    @Test
    void saysWhatWentWrongInTheOtherJvm() {
        GeneratorMeasurement measurement =
                new GeneratorMeasurement(List.of("tarot"), List.of(1), 1, 1, Duration.ofMillis(50));
        assertThatThrownBy(() -> measurement.run((done, total, engine, batch) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the generator in tarot at batch 1 could not be measured")
                .cause()
                .hasMessage("no engine tarot");
    }
}
