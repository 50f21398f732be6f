package duet.studies.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.image.ImageDevice;
import duet.model.image.PopulationSize;
import duet.model.image.glyph.Glyph;
import duet.model.image.glyph.GlyphPopulation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The model of glyphs that comes with Duet, on devices it has never met")
class GlyphEvaluationIT {
    private static final int SAMPLES = 80;
    private static final int FIRST = 60;

    private final ModelBundle bundle = ModelBundle.open(models().resolve("glyph"));
    private final List<ImageDevice> strangers =
            GlyphPopulation.of(30_000, new PopulationSize(1, 1, 40, SAMPLES)).test();

    @Test
    @DisplayName("knows every glyph and is under 300 kB")
    void small() throws IOException {
        assertThat(bundle.vocabulary().ids()).containsExactly(Glyph.labels());
        try (Stream<Path> files = Files.list(bundle.directory())) {
            assertThat(files.mapToLong(GlyphEvaluationIT::size).sum()).isLessThan(300_000);
        }
    }

    @Test
    @DisplayName(
            "is better with its own delta at every age and length, and not with somebody else's")
    void personalizes() {
        try (ImageEvaluation evaluation = evaluation(bundle, FIRST)) {
            double global = evaluation.global().accuracy();
            // 15 of 21 is what can be known without the rotation; the rest is chance of 800
            // samples.
            assertThat(global).isBetween(0.6, 0.77);
            for (int age : new int[] {0, 10, 50}) {
                assertThat(evaluation.aged(age).accuracy())
                        .as("age %d", age)
                        .isGreaterThan(global + 0.1);
            }
            for (int length : new int[] {1, 5, 20}) {
                assertThat(evaluation.ofLength(length).accuracy())
                        .as("%d vectors", length)
                        .isGreaterThan(global);
            }
            assertThat(evaluation.ageing().accuracy()).isGreaterThan(global + 0.1);
            assertThat(evaluation.otherDevice().accuracy()).isLessThan(global + 0.05);
            assertThat(evaluation.meanDelta().accuracy()).isLessThan(global + 0.05);
            // The generator reads no more than the newest H.
            assertThat(evaluation.ofLength(SAMPLES)).isEqualTo(evaluation.aged(0));
        }
    }

    @Test
    @DisplayName("refuses ages that reach beyond what a device has seen")
    void tooOld() {
        try (ImageEvaluation evaluation = evaluation(bundle, FIRST)) {
            assertThatThrownBy(() -> evaluation.aged(FIRST + 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("age 61");
        }
    }

    @Test
    @DisplayName("is not replaced by a model of items, or asked about no sample at all")
    void otherModels() {
        ModelBundle items = ModelBundle.open(models().resolve("demo"));
        assertThatThrownBy(() -> evaluation(items, FIRST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(items.modelVersion())
                .hasMessageContaining("432");
        assertThatThrownBy(() -> evaluation(bundle, SAMPLES))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nothing to classify");
    }

    private ImageEvaluation evaluation(ModelBundle of, int first) {
        return ImageEvaluation.load(of, GlyphPopulation.TASK, strangers, SAMPLES, first);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The nearest folder above the working directory that has the launcher in it holds the models.
     */
    private static Path models() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("duet"))) {
            folder = folder.getParent();
        }
        return folder.resolve("models");
    }
}
