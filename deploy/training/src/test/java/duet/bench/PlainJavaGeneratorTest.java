package duet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ParameterGenerator;
import duet.model.training.ModelSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainJavaGeneratorTest {
    private static final int ITEMS = 90;

    @TempDir Path directory;

    private ModelBundle bundle(ModelSizes sizes) {
        return BundleExport.untrained(
                directory.resolve("bundle"),
                sizes.dimensions(ITEMS),
                Vocabulary.of(LongStream.rangeClosed(101, 100 + ITEMS).toArray()),
                7);
    }

    @ParameterizedTest
    @CsvSource({"4,5,2", "0,3,2", "4,0,3", "1,5,1"})
    void givesWhatTheJobServes(int rank, int coldStart, int decoders) {
        ModelBundle bundle =
                bundle(
                        ModelSizes.defaults().toBuilder()
                                .rank(rank)
                                .coldStart(coldStart)
                                .decoders(decoders)
                                .build());
        Random random = new Random(rank);
        List<long[]> histories =
                random.ints(12, 0, 240)
                        .mapToObj(n -> random.longs(n, 95, 105 + ITEMS).toArray())
                        .toList();
        try (PlainJavaGenerator plain = new PlainJavaGenerator(bundle);
                ParameterGenerator served = ParameterGenerator.load(bundle)) {
            GeneratedDeltas expected = served.generate(histories);
            List<float[][]> actual = plain.generate(histories);
            for (int device = 0; device < histories.size(); device++) {
                for (int n = 1; n <= 2; n++) {
                    assertThat(actual.get(device)[n - 1])
                            .containsExactly(expected.layer(device, n), within(1e-5f));
                }
            }
        }
    }

    @Test
    void refusesAGeneratorThatReadsMore() {
        assertThatThrownBy(() -> new PlainJavaGenerator(bundle(ModelSizes.paper())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("reads more than a long memory of items");
    }
}
