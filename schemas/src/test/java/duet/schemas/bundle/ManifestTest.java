package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a manifest, which bundles that are out there and their hashes depend on. */
class ManifestTest {
    private static final ObjectMapper JSON = BundleJson.mapper();

    @ParameterizedTest
    @ValueSource(strings = {"demo", "glyph"})
    void isWrittenAsItWasRead(String shipped) throws IOException {
        byte[] written = Files.readAllBytes(Path.of("..", "models", shipped, ModelBundle.MANIFEST));

        Manifest manifest = JSON.readValue(written, Manifest.class);

        assertThat(JSON.writeValueAsBytes(manifest)).isEqualTo(written);
    }

    @Test
    void keepsAllDimensionsOnOneLevelInTheirOrder() throws IOException {
        Dimensions dimensions =
                new Dimensions(
                        10,
                        2,
                        3,
                        new DeviceSizes(4, 1, 2, 5),
                        6,
                        new GeneratorSizes(7, 8, 9, 11, 12, List.of(0.5, 1.0), 4, 3),
                        new FeatureSizes(13, 14),
                        List.of(0.25));
        String json =
                """
                {"items":10,"window":2,"history":3,"width":4,"blocks":1,"heads":2,"feedForward":5,\
                "dynamicLayers":6,"generatorItemWidth":7,"encoderWidth":8,"embeddingWidth":9,\
                "layerEmbeddingWidth":11,"decoders":12,"memoryDecays":[0.5,1.0],"rank":4,\
                "coldStart":3,"features":13,"inputs":14,"deviceMemoryDecays":[0.25]}\
                """;

        assertThat(new ObjectMapper().writeValueAsString(dimensions)).isEqualTo(json);
        assertThat(JSON.readValue(json, Dimensions.class)).isEqualTo(dimensions);
    }

    @Test
    void ofFormat1HasThePapersGenerator() throws IOException {
        ObjectNode old = JSON.valueToTree(BundleSamples.DIMENSIONS);
        old.remove(
                List.of(
                        "memoryDecays",
                        "rank",
                        "coldStart",
                        "features",
                        "inputs",
                        "deviceMemoryDecays"));

        assertThat(JSON.treeToValue(old, Dimensions.class)).isEqualTo(BundleSamples.DIMENSIONS);
    }
}
