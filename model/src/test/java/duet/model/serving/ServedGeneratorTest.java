package duet.model.serving;

import static duet.model.Rounding.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import duet.model.bundle.ModelTensors;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServedGeneratorTest {
    @TempDir Path directory;

    private ModelBundle bundle(Dimensions dimensions, ModelTensors tensors) {
        return RandomModels.bundle(directory.resolve("bundle"), dimensions, tensors);
    }

    private ModelBundle bundle() {
        Dimensions dimensions = RandomModels.dimensions(3, 1, 1, 2);
        return bundle(dimensions, RandomModels.tensors(dimensions, 5));
    }

    @Nested
    class Generates {
        @ParameterizedTest(name = "{0} decoders, {1} layers, batch {2}")
        @CsvSource({"1,2,1", "2,2,1", "3,2,1", "1,1,16", "2,1,16", "3,2,16", "2,3,64", "3,2,64"})
        void whatTheEquationsSayForEveryLengthOfHistory(int decoders, int layers, int batch) {
            Dimensions dimensions = RandomModels.dimensions(decoders, 1, 1, layers);
            ModelTensors tensors = RandomModels.tensors(dimensions, decoders * 100L + layers);
            ModelBundle bundle = bundle(dimensions, tensors);
            PlainGenerator plain = new PlainGenerator(tensors.generator(), dimensions);
            Random random = new Random(batch);
            int window = dimensions.window();
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                for (int round = 0; round <= window + 2; round += Math.min(batch, 7)) {
                    List<long[]> histories = new ArrayList<>();
                    for (int device = 0; device < batch; device++) {
                        int items = (round + device) % (window + 3);
                        histories.add(RandomModels.items(random, items, dimensions));
                    }
                    GeneratedDeltas deltas = generator.generate(histories);
                    assertThat(deltas.size()).isEqualTo(batch);
                    assertThat(deltas.layers()).isEqualTo(layers);
                    for (int device = 0; device < batch; device++) {
                        double[] embedding =
                                plain.embedding(
                                        bundle.vocabulary().window(histories.get(device), window));
                        assertClose(deltas.embedding(device), Matrix.floats(embedding));
                        for (int n = 1; n <= layers; n++) {
                            assertClose(
                                    deltas.layer(device, n),
                                    Matrix.floats(plain.layer(embedding, n)));
                        }
                    }
                }
            }
        }

        @ParameterizedTest(name = "encoder {0}, rank {1}, batch {2}")
        @CsvSource({"0,4,1", "0,4,16", "0,1,16", "0,0,7", "14,4,16", "14,0,16", "0,16,3"})
        void whatTheEquationsSayFromALongMemory(int encoder, int rank, int batch) {
            Dimensions dimensions = RandomModels.withMemory(encoder, rank);
            ModelTensors tensors = RandomModels.tensors(dimensions, 10L * encoder + rank);
            ModelBundle bundle = bundle(dimensions, tensors);
            PlainGenerator plain = new PlainGenerator(tensors.generator(), dimensions);
            Random random = new Random(batch);
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                // From batches of empty histories to such where some are longer than H.
                for (int longest = 0; longest <= 36; longest += 9) {
                    List<long[]> histories = new ArrayList<>();
                    for (int device = 0; device < batch; device++) {
                        int items = Math.max(0, longest - 3 * device);
                        histories.add(RandomModels.items(random, items, dimensions));
                    }
                    GeneratedDeltas deltas = generator.generate(histories);
                    for (int device = 0; device < batch; device++) {
                        double[] embedding =
                                plain.embedding(
                                        bundle.vocabulary().window(histories.get(device), 30));
                        assertClose(deltas.embedding(device), Matrix.floats(embedding));
                        for (int n = 1; n <= 2; n++) {
                            double[] stored = plain.layer(embedding, n);
                            assertThat(deltas.layer(device, n)).hasSize(dimensions.generatedSize());
                            assertClose(deltas.layer(device, n), Matrix.floats(stored));
                            assertThat(deltas.matrix(device, n)).hasSize(dimensions.layerSize());
                            assertClose(
                                    deltas.matrix(device, n), Matrix.floats(plain.matrix(stored)));
                        }
                    }
                }
            }
        }

        /** Its input is a window of exactly L items. */
        @Test
        void whatTheEquationsSayFromABundleOfFormat1() throws IOException {
            Dimensions dimensions = RandomModels.dimensions(2, 1, 1, 2);
            ModelTensors tensors = RandomModels.tensors(dimensions, 1);
            byte[] onnx;
            try (InputStream in = getClass().getResourceAsStream("generator-format-1.onnx")) {
                onnx = in.readAllBytes();
            }
            ModelBundle bundle =
                    RandomModels.bundleWith(
                            directory.resolve("old"),
                            dimensions,
                            Map.of(ModelBundle.GENERATOR_ONNX, onnx));
            PlainGenerator plain = new PlainGenerator(tensors.generator(), dimensions);
            Random random = new Random(4);
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                for (int items : new int[] {0, 1, 12, 20}) {
                    long[] history = RandomModels.items(random, items, dimensions);
                    GeneratedDeltas deltas = generator.generate(List.of(history));
                    double[] embedding = plain.embedding(bundle.vocabulary().window(history, 12));
                    assertClose(deltas.embedding(0), Matrix.floats(embedding));
                    assertClose(deltas.layer(0, 2), Matrix.floats(plain.layer(embedding, 2)));
                }
            }
        }

        @ParameterizedTest(name = "encoder {0}")
        @ValueSource(ints = {0, 14})
        void whatTheEquationsSayFromFeatures(int encoder) {
            Dimensions dimensions = RandomModels.withMemory(encoder, 3).withFeatures(5, 49);
            ModelTensors tensors = RandomModels.tensors(dimensions, 3);
            ModelBundle bundle = bundle(dimensions, tensors);
            PlainGenerator plain = new PlainGenerator(tensors.generator(), dimensions);
            Random random = new Random(9);
            List<float[][]> histories = new ArrayList<>();
            for (int length : new int[] {0, 1, 4, 12, 29, 30, 31, 40}) {
                float[][] history = new float[length][5];
                for (float[] vector : history) {
                    for (int i = 0; i < vector.length; i++) {
                        vector[i] = (float) random.nextGaussian();
                    }
                }
                histories.add(history);
            }
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                for (int size : new int[] {histories.size(), 3, 1}) {
                    GeneratedDeltas deltas =
                            generator.generateFromFeatures(histories.subList(0, size));
                    for (int device = 0; device < size; device++) {
                        double[] embedding = plain.embedding(histories.get(device));
                        assertClose(deltas.embedding(device), Matrix.floats(embedding));
                        assertClose(
                                deltas.layer(device, 2), Matrix.floats(plain.layer(embedding, 2)));
                    }
                }
                assertThat(generator.generateFromFeatures(List.of()).size()).isZero();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 7, 16, 64, 256})
        void theSameForADeviceWhateverBatchItIsIn(int batch) {
            ModelBundle bundle = bundle();
            Random random = new Random(batch);
            List<long[]> histories = new ArrayList<>();
            for (int device = 0; device < batch; device++) {
                histories.add(RandomModels.items(random, random.nextInt(20), bundle.dimensions()));
            }
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                GeneratedDeltas together = generator.generate(histories);
                for (int device = 0; device < batch; device++) {
                    GeneratedDeltas alone = generator.generate(List.of(histories.get(device)));
                    for (int n = 1; n <= 2; n++) {
                        assertClose(together.layer(device, n), alone.layer(0, n));
                    }
                }
            }
        }

        @Test
        void theSameWhenUnknownItemsStandInTheHistory() {
            try (ServedGenerator generator = ServedGenerator.load(bundle())) {
                GeneratedDeltas deltas =
                        generator.generate(
                                List.of(new long[] {10, 20}, new long[] {5, 10, 77777, 20, 1}));
                assertClose(deltas.layer(1, 1), deltas.layer(0, 1));
            }
        }

        @Test
        void nothingForNoDevice() {
            try (ServedGenerator generator = ServedGenerator.load(bundle())) {
                GeneratedDeltas deltas = generator.generate(List.of());
                assertThat(deltas.size()).isZero();
                assertThatThrownBy(() -> deltas.layer(0, 1))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage("device 0 of a batch of 0");
            }
        }

        @Test
        void thenRefusesADeviceOrLayerThatIsNotThere() {
            try (ServedGenerator generator = ServedGenerator.load(bundle())) {
                GeneratedDeltas deltas = generator.generate(List.of(new long[] {10}));
                assertThatThrownBy(() -> deltas.layer(0, 0))
                        .hasMessage("dynamic layer 0, there are 1 to 2");
                assertThatThrownBy(() -> deltas.layer(0, 3))
                        .hasMessage("dynamic layer 3, there are 1 to 2");
                assertThatThrownBy(() -> deltas.embedding(1))
                        .hasMessage("device 1 of a batch of 1");
            }
        }
    }

    @Nested
    class Refuses {
        @Test
        void aModelThatGivesNoFiniteNumberForAnEmptyHistory() {
            Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
            ModelTensors tensors = RandomModels.tensors(dimensions, 5);
            Arrays.fill(tensors.generator().get("layer.2.embedding.bias").values(), 1e20f);
            Arrays.fill(tensors.generator().get("layer.2.decoder.weight").values(), 1e30f);
            ModelBundle bundle = bundle(dimensions, tensors);
            assertThatThrownBy(() -> ServedGenerator.load(bundle))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(bundle.modelVersion())
                    .hasMessageContaining("not finite in dynamic.2");
        }

        /** Everything is zero for an empty window, and overflows float32 for any other. */
        @Test
        void aResultThatIsNotFiniteAndNamesTheDevice() {
            Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
            ModelTensors tensors = RandomModels.tensors(dimensions, 5);
            Arrays.fill(tensors.generator().get("encoder.mlp.bias").values(), 0);
            Arrays.fill(tensors.generator().get("layer.2.embedding.bias").values(), 0);
            Arrays.fill(tensors.generator().get("layer.2.embedding.weight").values(), 1e20f);
            Arrays.fill(tensors.generator().get("layer.2.decoder.weight").values(), 1e30f);
            ModelBundle bundle = bundle(dimensions, tensors);
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                List<long[]> histories = new ArrayList<>(Collections.nCopies(5, new long[0]));
                histories.set(3, new long[] {10, 500});
                assertThatThrownBy(() -> generator.generate(histories))
                        .isInstanceOfSatisfying(
                                NonFiniteParametersException.class,
                                e -> assertThat(e.device()).isEqualTo(3))
                        .hasMessage(
                                String.format(
                                        Locale.ROOT,
                                        "model %s generated a value that is not finite in dynamic.2"
                                                + " for device 3 of the batch",
                                        bundle.modelVersion()));
            }
        }

        @Test
        void aWeightThatIsNotFinite() {
            Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
            ModelTensors tensors = RandomModels.tensors(dimensions, 1);
            tensors.generator().get("layer.2.decoder.bias").values()[9] = Float.NaN;
            ModelBundle bundle =
                    RandomModels.bundleWith(
                            directory.resolve("bundle"),
                            dimensions,
                            Map.of(
                                    ModelBundle.GENERATOR_WEIGHTS,
                                    Safetensors.encode(tensors.generator())));
            assertThatThrownBy(() -> ServedGenerator.load(bundle))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("tensor layer.2.decoder.bias has the value NaN at 9");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "rank 2|layer.1.decoder.weight is Tensor[6, 272], its dimensions need"
                            + " [6, 80]",
                    "width 17|layer.1.decoder.weight is Tensor[6, 272], its dimensions need"
                            + " [6, 306]",
                    "embedding 8|encoder.mlp.weight is Tensor[14, 9], its dimensions need [14, 8]",
                    "items 51|generator.item.embedding is Tensor[51, 10], its dimensions need"
                            + " [52, 10]",
                })
        void weightsThatDoNotFitTheManifest(String change, String message) {
            Dimensions d = RandomModels.dimensions(1, 1, 1, 2);
            int to = Integer.parseInt(change.substring(change.indexOf(' ') + 1));
            Dimensions changed =
                    switch (change.substring(0, change.indexOf(' '))) {
                        case "rank" -> d.withRank(to);
                        case "width" -> with(d, d.items(), to, d.embeddingWidth(), 2);
                        case "embedding" -> with(d, d.items(), d.width(), to, 2);
                        default -> with(d, to, d.width(), d.embeddingWidth(), 2);
                    };
            assertThatThrownBy(() -> ServedGenerator.load(withWeights(d, changed)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the bundle's " + message);
        }

        @Test
        void weightsOfFewerLayersThanTheManifestHas() {
            Dimensions d = RandomModels.dimensions(1, 1, 1, 2);
            Dimensions changed = with(d, d.items(), d.width(), d.embeddingWidth(), 3);
            assertThatThrownBy(() -> ServedGenerator.load(withWeights(d, changed)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the bundle has no tensor layer.3.embedding.weight");
        }

        /** The bundle's weights are of other sizes than its manifest says. */
        private ModelBundle withWeights(Dimensions dimensions, Dimensions inManifest) {
            return RandomModels.bundleWith(
                    directory.resolve("changed"),
                    inManifest,
                    Map.of(
                            ModelBundle.GENERATOR_WEIGHTS,
                            Safetensors.encode(RandomModels.tensors(dimensions, 1).generator())));
        }

        private Dimensions with(Dimensions d, int items, int width, int embedding, int layers) {
            return new Dimensions(
                    items,
                    12,
                    12,
                    new DeviceSizes(width, 1, 1, 24),
                    layers,
                    GeneratorSizes.recurrent(10, 14, embedding, 6, d.decoders()));
        }

        @Test
        void aFeatureVectorOfAnotherWidthOrWithoutANumber() {
            Dimensions dimensions = RandomModels.withMemory(0, 3).withFeatures(2, 49);
            ModelBundle bundle = bundle(dimensions, RandomModels.tensors(dimensions, 3));
            float[][] sound = {{1, 2}};
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                assertThatThrownBy(
                                () ->
                                        generator.generateFromFeatures(
                                                List.of(sound, new float[][] {{1, 2}, {1, 2, 3}})))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(
                                "feature vector 1 of device 1 of the batch has 3 numbers, the"
                                        + " model needs 2");
                assertThatThrownBy(
                                () ->
                                        generator.generateFromFeatures(
                                                List.of(sound, new float[][] {{1, Float.NaN}})))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(
                                "feature vector 0 of device 1 of the batch has the value NaN at 1");
            }
        }

        @Test
        void historiesOfAnotherKindThanTheModels() {
            try (ServedGenerator generator = ServedGenerator.load(bundle())) {
                assertThatThrownBy(() -> generator.generateFromFeatures(List.of()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageEndingWith("reads histories of items");
            }
        }

        @Test
        void toWorkOnceClosed() {
            ServedGenerator generator = ServedGenerator.load(bundle());
            generator.close();
            generator.close();
            assertThatThrownBy(() -> generator.generate(List.of(new long[] {10})))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("generator is closed");
        }
    }

    /** A bundle's graph is for others: what runs is made of its weights. */
    @Nested
    class NeverRunsTheBundlesGraph {
        private static final String SECRET = "abcdefghijklmnopqrstuvwxyz0123456789";

        @Test
        void whichReadsAFileOfThisMachine() throws IOException {
            Path secret = Files.writeString(directory.resolve("secret"), SECRET);
            assertHarmless(hostile(secret.toAbsolutePath().toString()));
            assertHarmless(hostile("../secret"));
        }

        @Test
        void whichIsNone() {
            assertHarmless("not a graph".getBytes(StandardCharsets.UTF_8));
            assertHarmless(new byte[0]);
        }

        private void assertHarmless(byte[] graph) {
            List<long[]> histories = List.of(new long[] {10, 20, 30});
            for (Dimensions dimensions :
                    List.of(
                            RandomModels.dimensions(1, 1, 1, 2),
                            RandomModels.withMemory(14, 3),
                            RandomModels.withMemory(0, 3))) {
                ModelBundle honest =
                        RandomModels.bundleWith(directory.resolve("honest"), dimensions, Map.of());
                ModelBundle hostile =
                        RandomModels.bundleWith(
                                directory.resolve("hostile"),
                                dimensions,
                                Map.of(
                                        ModelBundle.GENERATOR_ONNX,
                                        graph,
                                        ModelBundle.DEVICE_ONNX,
                                        graph));
                try (ServedGenerator expected = ServedGenerator.load(honest);
                        ServedGenerator actual = ServedGenerator.load(hostile);
                        DeviceScorer device = DeviceScorer.load(hostile)) {
                    assertClose(
                            actual.generate(histories).layer(0, 1),
                            expected.generate(histories).layer(0, 1));
                    assertThat(device.scoreGlobally(histories, List.of(new long[] {10})))
                            .hasSize(1);
                }
            }
        }

        /** A graph whose deltas are bytes of a file, as ONNX's external data allows. */
        private byte[] hostile(String location) {
            return ModelProto.newBuilder()
                    .setIrVersion(8)
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                    .setGraph(
                            GraphProto.newBuilder()
                                    .setName("hostile")
                                    .addInitializer(
                                            TensorProto.newBuilder()
                                                    .setName("stolen")
                                                    .setDataType(
                                                            TensorProto.DataType.UINT8.getNumber())
                                                    .addDims(SECRET.length())
                                                    .setDataLocation(
                                                            TensorProto.DataLocation.EXTERNAL)
                                                    .addExternalData(
                                                            StringStringEntryProto.newBuilder()
                                                                    .setKey("location")
                                                                    .setValue(location))))
                    .build()
                    .toByteArray();
        }
    }

    @Nested
    class InOneJvm {
        @Test
        void twoGeneratorsDoNotDisturbEachOther() {
            ModelBundle first = bundle();
            Dimensions dimensions = RandomModels.dimensions(2, 1, 1, 2);
            ModelBundle second =
                    RandomModels.bundle(
                            directory.resolve("second"),
                            dimensions,
                            RandomModels.tensors(dimensions, 6));
            List<long[]> histories = List.of(new long[] {10, 20, 30});
            try (ServedGenerator a = ServedGenerator.load(first);
                    ServedGenerator b = ServedGenerator.load(second)) {
                float[] ofA = a.generate(histories).layer(0, 1);
                float[] ofB = b.generate(histories).layer(0, 1);
                assertThat(ofA).isNotEqualTo(ofB);
                assertThat(a.generate(histories).layer(0, 1)).containsExactly(ofA);
                b.close();
                assertThat(a.generate(histories).layer(0, 1)).containsExactly(ofA);
            }
        }

        @Test
        void aClosedOneIsOpenedAgain() {
            ModelBundle bundle = bundle();
            List<long[]> histories = List.of(new long[] {10, 20, 30});
            GeneratedDeltas before;
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                before = generator.generate(histories);
            }
            try (ServedGenerator generator = ServedGenerator.load(bundle)) {
                assertThat(generator.generate(histories).layer(0, 2))
                        .containsExactly(before.layer(0, 2));
            }
        }

        @Test
        void theContextClassLoaderIsLeftAsItWas() {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            ClassLoader foreign = ClassLoader.getPlatformClassLoader();
            thread.setContextClassLoader(foreign);
            try (ServedGenerator generator = ServedGenerator.load(bundle())) {
                assertThat(generator.generate(List.of(new long[] {10})).size()).isEqualTo(1);
                assertThat(thread.getContextClassLoader()).isSameAs(foreign);
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        /** The engine is looked up once per JVM, so only a new one shows where it is looked for. */
        @Test
        void theEngineIsFoundFromAThreadWhoseContextClassLoaderDoesNotSeeIt() throws Exception {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ForeignContextClassLoader.class.getName(),
                                    bundle().directory().toString())
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output).endsWith("generated 1\n");
        }
    }
}
