package duet.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.network.Backbone;
import duet.model.onnx.DeviceGraph;
import duet.model.onnx.GeneratorGraph;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.Manifest;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleExportTest {
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    20,
                    6,
                    8,
                    new DeviceSizes(8, 2, 2, 12),
                    2,
                    GeneratorSizes.recurrent(5, 7, 6, 4, 2));
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(LongStream.rangeClosed(101, 120).toArray());

    @TempDir Path directory;

    private ModelBundle export(Path target, ModelTensors tensors) {
        return BundleExport.write(
                target,
                "sasrec",
                DIMENSIONS,
                VOCABULARY,
                tensors,
                new TreeMap<>(Map.of("userAuc", 0.9)),
                new TreeMap<>(Map.of("seed", 7, "backbone", "sasrec")),
                Optional.empty());
    }

    @Nested
    class AnExportedBundle {
        @Test
        void isReadBackAsItWasWritten() {
            ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 7);

            export(directory.resolve("bundle"), tensors);

            ModelBundle bundle = ModelBundle.open(directory.resolve("bundle"));
            assertThat(ModelTensors.of(bundle)).isEqualTo(tensors);
            assertThat(bundle.dimensions()).isEqualTo(DIMENSIONS);
            assertThat(bundle.vocabulary().ids()).containsExactly(VOCABULARY.ids());
            assertThat(bundle.manifest().metrics()).containsEntry("userAuc", 0.9);
            assertThat(bundle.manifest().trainingOptions()).containsEntry("seed", 7);
            assertThat(bundle.modelVersion()).startsWith("sasrec-");
        }

        @Test
        void isReadBackWithInt8Items() {
            ModelTensors float32 = tensors(7);
            ModelTensors int8 = float32.withInt8Items();

            ModelBundle bundle = export(directory.resolve("bundle"), int8);

            assertThat(ModelTensors.of(bundle)).isEqualTo(int8).isNotEqualTo(float32);
            assertThat(ModelTensors.deviceOf(bundle)).isEqualTo(int8.device());
            assertThat(ModelTensors.storedDeviceOf(bundle)).isEqualTo(int8.storedDevice());
            assertThat(int8.withInt8Items()).isEqualTo(int8);
            assertThat(bundle.modelVersion())
                    .isNotEqualTo(export(directory.resolve("float32"), float32).modelVersion());
        }

        /** Of 12.8 MB as float32. */
        @Test
        void ofAHundredThousandItemsTakesFourMegabytesOnADevice() throws IOException {
            Dimensions dimensions =
                    new Dimensions(
                            100_000,
                            30,
                            30,
                            new DeviceSizes(32, 1, 1, 32),
                            2,
                            GeneratorSizes.recurrent(2, 2, 2, 2, 1));
            ModelBundle bundle =
                    BundleExport.write(
                            directory.resolve("bundle"),
                            "sasrec",
                            dimensions,
                            Vocabulary.of(LongStream.range(0, 100_000).toArray()),
                            ModelTensors.untrained(dimensions, 7).withInt8Items(),
                            new TreeMap<>(),
                            new TreeMap<>(),
                            Optional.empty());
            for (String name : List.of(ModelBundle.DEVICE_WEIGHTS, ModelBundle.DEVICE_ONNX)) {
                assertThat(Files.size(bundle.file(name))).isBetween(3_800_000L, 4_000_000L);
            }
        }

        /** What others run is what is served. */
        @ParameterizedTest(name = "int8 items {0}")
        @ValueSource(booleans = {false, true})
        void holdsTheGraphsOfItsWeights(boolean int8) {
            ModelTensors written = int8 ? tensors(7).withInt8Items() : tensors(7);
            ModelBundle bundle = export(directory.resolve("bundle"), written);
            assertThat(bundle.file(ModelBundle.GENERATOR_ONNX))
                    .hasBinaryContent(
                            GeneratorGraph.encode(ModelTensors.generatorOf(bundle), DIMENSIONS));
            assertThat(bundle.file(ModelBundle.DEVICE_ONNX))
                    .hasBinaryContent(
                            DeviceGraph.encode(
                                    Backbone.SASREC,
                                    ModelTensors.storedDeviceOf(bundle),
                                    DIMENSIONS));
        }

        @Test
        void hasTheSameBytesForTheSameWeights() throws IOException {
            ModelBundle first = export(directory.resolve("a"), tensors(7));
            ModelBundle second = export(directory.resolve("b"), tensors(7));
            assertThat(contents(first)).usingRecursiveComparison().isEqualTo(contents(second));
        }

        @Test
        void hasAnotherVersionForOtherWeights() {
            ModelBundle first = export(directory.resolve("a"), tensors(7));
            ModelBundle second = export(directory.resolve("b"), tensors(8));
            assertThat(first.modelVersion()).isNotEqualTo(second.modelVersion());
            assertThat(first.manifest().files())
                    .doesNotContainEntry(
                            ModelBundle.GENERATOR_ONNX,
                            second.manifest().files().get(ModelBundle.GENERATOR_ONNX));
        }

        @Test
        void replacesAnOlderOne() {
            export(directory.resolve("bundle"), tensors(7));
            ModelBundle second = export(directory.resolve("bundle"), tensors(8));
            assertThat(ModelTensors.of(second)).isEqualTo(tensors(8));
        }

        private ModelTensors tensors(long seed) {
            return ModelTensors.untrained(DIMENSIONS, seed);
        }
    }

    @Nested
    class AnUntrainedBundle {
        @Test
        void isTheSameForTheSameSeed() throws IOException {
            ModelBundle first =
                    BundleExport.untrained(directory.resolve("a"), DIMENSIONS, VOCABULARY, 3);
            ModelBundle second =
                    BundleExport.untrained(directory.resolve("b"), DIMENSIONS, VOCABULARY, 3);
            ModelBundle third =
                    BundleExport.untrained(directory.resolve("c"), DIMENSIONS, VOCABULARY, 4);
            assertThat(contents(first)).usingRecursiveComparison().isEqualTo(contents(second));
            assertThat(third.modelVersion()).isNotEqualTo(first.modelVersion());
        }

        @Test
        void keepsPaddingAtZeroAndNothingElse() {
            ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 3);
            for (Tensor table :
                    new Tensor[] {
                        tensors.device().get("item.embedding"),
                        tensors.device().get("item.bias"),
                        tensors.generator().get("generator.item.embedding")
                    }) {
                int width = table.values().length / table.shape()[0];
                for (int i = 0; i < table.values().length; i++) {
                    assertThat(table.values()[i] == 0).isEqualTo(i < width);
                }
            }
        }
    }

    @Nested
    class ExportRefuses {
        @Test
        void aMissingTensor() {
            ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 7);
            tensors.device().remove("block.2.ffn1.bias");
            assertThatThrownBy(() -> export(directory.resolve("bundle"), tensors))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the bundle has no tensor block.2.ffn1.bias");
            assertThat(directory.resolve("bundle")).doesNotExist();
        }

        @Test
        void aTensorOfAnotherShape() {
            ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 7);
            tensors.generator().put("encoder.mlp.bias", Tensor.of(new float[5], 5));
            assertThatThrownBy(() -> export(directory.resolve("bundle"), tensors))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "the bundle's encoder.mlp.bias is Tensor[5], its dimensions need [6]");
        }

        @Test
        void aValueThatIsNotFinite() {
            ModelTensors tensors = ModelTensors.untrained(DIMENSIONS, 7);
            tensors.device().get("dynamic.2").values()[11] = Float.NEGATIVE_INFINITY;
            assertThatThrownBy(() -> export(directory.resolve("bundle"), tensors))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("tensor dynamic.2 has the value -Infinity at 11");
        }

        @Test
        void anUnknownBackbone() {
            assertThatThrownBy(
                            () ->
                                    BundleExport.write(
                                            directory.resolve("bundle"),
                                            "ncf",
                                            DIMENSIONS,
                                            VOCABULARY,
                                            ModelTensors.untrained(DIMENSIONS, 7),
                                            new TreeMap<>(),
                                            new TreeMap<>(),
                                            Optional.empty()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "unknown backbone \"ncf\", known: sasrec, gru4rec, din, perceptron");
        }

        @Test
        void aVocabularyOfAnotherSize() {
            assertThatThrownBy(
                            () ->
                                    BundleExport.untrained(
                                            directory.resolve("bundle"),
                                            DIMENSIONS,
                                            Vocabulary.of(new long[] {1, 2}),
                                            7))
                    .hasMessage("the vocabulary has 2 items, the model 20");
        }
    }

    @Nested
    class Loading {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "device.safetensors",
                    "generator.safetensors",
                    "generator.onnx",
                    "device.onnx"
                })
        void namesAMissingFileAndAnAlteredOne(String name) throws IOException {
            Path target = directory.resolve("bundle");
            Path file = export(target, ModelTensors.untrained(DIMENSIONS, 7)).file(name);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> ModelBundle.open(target))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("bundle file " + file + " is altered");

            Files.delete(file);
            assertThatThrownBy(() -> ModelBundle.open(target))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(String.format(Locale.ROOT, "bundle file %s is missing", file));
        }

        @Test
        void refusesAFutureFormat() throws IOException {
            Path target = directory.resolve("bundle");
            Path manifest =
                    export(target, ModelTensors.untrained(DIMENSIONS, 7))
                            .file(ModelBundle.MANIFEST);
            Files.writeString(
                    manifest,
                    Files.readString(manifest)
                            .replaceFirst("\"formatVersion\" : \\d+", "\"formatVersion\" : 99"));
            assertThatThrownBy(() -> ModelBundle.open(target))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "%s has the bundle format 99, this version of Duet reads up to"
                                            + " %d",
                                    manifest,
                                    Manifest.FORMAT_VERSION));
        }
    }

    private static SortedMap<String, byte[]> contents(ModelBundle bundle) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try (var files = Files.list(bundle.directory())) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return new TreeMap<>(contents);
    }
}
