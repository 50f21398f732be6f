package duet.studies.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.training.image.ImageFineTuning;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ImageReportTest {
    private static final ImageReport.Heading HEADING =
            new ImageReport.Heading("Results", "./duet glyphs", "docs/research/glyphs.md");

    @Test
    void saysMeanAndSpreadOfEveryFigure() {
        String page = ImageReport.page(HEADING, List.of(run(1, 0.7, 0.95), run(2, 0.6, 0.85)));
        assertThat(page)
                .startsWith("# Results\n")
                .contains("`./duet glyphs --seed 1,2 --report FILE`", "docs/research/glyphs.md")
                .contains("Mean over 2 seeds")
                .contains("| global | 0.650 (0.600–0.700) | 0.500 (0.500–0.500) |")
                .contains("| generated, age 0 | 0.900 (0.850–0.950) |")
                .contains("| generated, age 50 | 0.800 (0.750–0.850) |")
                .contains("| 1 | 0.700 | 0.950 | 0.850 |", "| 2 | 0.600 | 0.850 | 0.750 |")
                .contains("| generated from 2 | 0.660 (0.660–0.660) |")
                .contains("| fine-tuned on 50 labels | 0.710 (0.710–0.710) |")
                .contains("| 50 | 2.000 (2.000–2.000) | 0.500 (0.500–0.500) |")
                .contains("| 2 | 50 | 20 | 10 | 0.003 | dynamic layers | 4000 |");
    }

    @Test
    void countsAClassAsRecognisedOnlyWhenItScoresAboveAllOthers() {
        ImageQuality.Accumulator quality = new ImageQuality.Accumulator(new long[] {3, 5, 8});
        quality.add(5, new float[] {1, 2, 0}); // right
        quality.add(5, new float[] {2, 2, 0}); // shared
        quality.add(8, new float[] {2, 1, 0}); // last
        ImageQuality result = quality.result();
        assertThat(result.samples()).isEqualTo(3);
        assertThat(result.accuracy()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(result.userAuc()).isCloseTo((1 + 0.75 + 0) / 3, within(1e-12));
    }

    private static ImageRun run(long seed, double global, double personalized) {
        TreeMap<Integer, ImageQuality> byAge = new TreeMap<>();
        byAge.put(0, quality(personalized));
        byAge.put(50, quality(personalized - 0.1));
        ImageFineTuningQuality tuning =
                new ImageFineTuningQuality(
                        4,
                        50,
                        new ImageFineTuning.Setting(20, 10, 3e-3, true),
                        new ImageFineTuningQuality.Seconds(2, 5e-4),
                        quality(0.6),
                        quality(0.9),
                        quality(0.71));
        return new ImageRun(
                new ImageRun.Trained("v", seed, 60),
                quality(global),
                new ImageRun.Generated(
                        quality(personalized), byAge, new TreeMap<>(Map.of(2, quality(0.66)))),
                new ImageRun.Controls(quality(0.5), quality(0.6), quality(0.65)),
                ImageRun.Tuned.of(new TreeMap<>(Map.of(50, tuning))));
    }

    private static ImageQuality quality(double accuracy) {
        return new ImageQuality(100, accuracy, 0.5);
    }

    @Test
    @DisplayName("writes a run without its groups")
    void flat() {
        assertThat(new ObjectMapper().<ObjectNode>valueToTree(run(7, 0.6, 0.9)).fieldNames())
                .toIterable()
                .containsExactly(
                        "modelVersion",
                        "seed",
                        "trainingSeconds",
                        "global",
                        "personalized",
                        "personalizedByAge",
                        "personalizedByLength",
                        "otherDevice",
                        "meanDelta",
                        "ownMix",
                        "fineTuned",
                        "fineTuning",
                        "fineTuningByLabels");
    }

    @Test
    @DisplayName("writes fine-tuning without its groups")
    void flatTuning() {
        assertThat(
                        new ObjectMapper()
                                .<ObjectNode>valueToTree(run(7, 0.6, 0.9).tuned().fineTuning())
                                .fieldNames())
                .toIterable()
                .containsExactly(
                        "devices",
                        "labelled",
                        "epochs",
                        "batch",
                        "learningRate",
                        "classifierOnly",
                        "secondsPerDevice",
                        "secondsPerGeneration",
                        "global",
                        "personalized",
                        "fineTuned");
    }
}
