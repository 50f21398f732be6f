package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path parent;
    private Path directory;

    @BeforeEach
    void write() {
        directory = parent.resolve("bundle");
        BundleSamples.write(directory, "");
    }

    static Stream<String> allFiles() {
        return Stream.concat(
                ModelBundle.FILES.stream(),
                Stream.of(ModelBundle.MANIFEST, ModelBundle.MANIFEST_HASH));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelBundle.open(directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Test
    void givesWhatWasWritten() {
        ModelBundle bundle = ModelBundle.open(directory);
        assertThat(bundle.directory()).isEqualTo(directory);
        assertThat(bundle.modelVersion()).matches("sasrec-[0-9a-f]{12}");
        assertThat(bundle.dimensions()).isEqualTo(BundleSamples.DIMENSIONS);
        assertThat(bundle.vocabulary().ids()).containsExactly(10, 20, 30);
        assertThat(bundle.manifest().metrics()).isEqualTo(Map.of("epochs", 3, "userAuc", 0.9));
        assertThat(bundle.manifest().trainingOptions())
                .isEqualTo(Map.of("joint", false, "seed", 7));
        assertThat(bundle.manifest().formatVersion()).isEqualTo(3);
        assertThat(bundle.manifest().backbone()).isEqualTo("sasrec");
        assertThat(directory.resolve(ModelBundle.MANIFEST_HASH))
                .hasContent(bundle.manifestSha256() + "  manifest.json");
        assertThat(bundle.file(ModelBundle.DEVICE_ONNX)).hasContent("device.onnx");
        assertThat(bundle.tensors(ModelBundle.DEVICE_WEIGHTS)).containsOnlyKeys("item.bias");
    }

    @Nested
    class RefusesFiles {
        @Test
        void wherePathsLeadNowhere() throws IOException {
            directory = parent.resolve("nothing");
            assertRefused("nothing does not exist");
            Files.createDirectory(directory);
            assertRefused("nothing is not a bundle: it has no manifest.json");
            directory = Files.writeString(parent.resolve("file"), "x");
            assertRefused("file is not a bundle: it has no manifest.json");
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.bundle.ModelBundleTest#allFiles")
        void thatAreMissing(String name) throws IOException {
            Files.delete(directory.resolve(name));
            assertRefused(
                    name.equals(ModelBundle.MANIFEST)
                            ? "it has no manifest.json"
                            : directory.resolve(name) + " is missing");
        }

        /** A flipped bit anywhere in any file. */
        @ParameterizedTest
        @MethodSource("duet.schemas.bundle.ModelBundleTest#allFiles")
        void thatAreAltered(String name) throws IOException {
            Path file = directory.resolve(name);
            byte[] content = Files.readAllBytes(file);
            for (int i = 0; i < content.length; i++) {
                byte[] altered = content.clone();
                altered[i] ^= (byte) (1 << (i % 7));
                Files.write(file, altered);
                assertRefused(name.startsWith(ModelBundle.MANIFEST) ? "manifest.json" : name);
            }
            Files.write(file, content);
            ModelBundle.open(directory);
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.bundle.ModelBundleTest#allFiles")
        void thatAreCutOrLonger(String name) throws IOException {
            Path file = directory.resolve(name);
            byte[] content = Files.readAllBytes(file);
            for (int length : new int[] {0, content.length - 1, content.length + 1}) {
                Files.write(file, Arrays.copyOf(content, length));
                assertRefused("manifest.json".equals(name) ? "manifest.json" : name);
            }
        }

        @Test
        void thatAreDirectories() throws IOException {
            Files.delete(directory.resolve(ModelBundle.DEVICE_ONNX));
            Files.createDirectory(directory.resolve(ModelBundle.DEVICE_ONNX));
            assertRefused("device.onnx is no regular file");
        }

        @Test
        void thatAreTooLarge() throws IOException {
            try (RandomAccessFile large =
                    new RandomAccessFile(
                            directory.resolve(ModelBundle.GENERATOR_WEIGHTS).toFile(), "rw")) {
                large.setLength(1L << 40); // takes no room on the disk
            }
            assertRefused("generator.safetensors has more than 2,147,483,648 bytes, the limit");
        }

        /** A pipe would be waited at for ever. */
        @ParameterizedTest
        @MethodSource("duet.schemas.bundle.ModelBundleTest#allFiles")
        @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void thatArePipes(String name) throws IOException, InterruptedException {
            Path pipe = directory.resolve(name);
            Files.delete(pipe);
            assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
            assertRefused(
                    name.equals(ModelBundle.MANIFEST)
                            ? "it has no manifest.json"
                            : name + " is no regular file");
        }

        @Test
        void thatBecomePipesOnceTheBundleIsOpen() throws IOException, InterruptedException {
            ModelBundle bundle = ModelBundle.open(directory);
            Path pipe = directory.resolve(ModelBundle.DEVICE_WEIGHTS);
            Files.delete(pipe);
            Files.createDirectory(pipe);
            assertThatThrownBy(() -> bundle.tensors(ModelBundle.DEVICE_WEIGHTS))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("device.safetensors is no regular file");
        }

        /** What is used are the bytes that were verified, whatever the file has become. */
        @Test
        void thatAreAlteredOnceTheBundleIsOpen() throws IOException {
            ModelBundle bundle = ModelBundle.open(directory);
            Files.write(
                    directory.resolve(ModelBundle.GENERATOR_WEIGHTS),
                    Safetensors.encode(Map.of("other", Tensor.of(new float[] {1}, 1))));
            assertThatThrownBy(() -> bundle.tensors(ModelBundle.GENERATOR_WEIGHTS))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("generator.safetensors is altered");
        }
    }

    /** Manifests that say nonsense with a hash that is right. */
    @Nested
    class RefusesManifests {
        private void change(Consumer<ObjectNode> change) throws IOException {
            Path file = directory.resolve(ModelBundle.MANIFEST);
            ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
            change.accept(tree);
            writeManifest(JSON.writeValueAsBytes(tree));
        }

        private void writeManifest(byte[] content) throws IOException {
            Files.write(directory.resolve(ModelBundle.MANIFEST), content);
            Files.writeString(
                    directory.resolve(ModelBundle.MANIFEST_HASH),
                    ModelBundle.manifestHashLine(content));
        }

        @Test
        void ofALaterFormatWhateverElseTheyHold() throws IOException {
            Files.writeString(
                    directory.resolve(ModelBundle.MANIFEST), "{\"formatVersion\":4,\"new\":[]}");
            assertRefused(
                    "manifest.json has the bundle format 4, this version of Duet reads up to 3");
        }

        @Test
        void ofNoFormat() throws IOException {
            for (String json :
                    new String[] {
                        "{}",
                        "[]",
                        "",
                        "null",
                        "{\"formatVersion\":\"1\"}",
                        "{\"formatVersion\":1.0}"
                    }) {
                writeManifest(json.getBytes(StandardCharsets.UTF_8));
                assertRefused("manifest.json has no formatVersion");
            }
            change("{\"formatVersion\":0}");
            assertRefused("manifest.json has the bundle format 0");
        }

        private void change(String json) throws IOException {
            writeManifest(json.getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void thatAreNotJson() throws IOException {
            change("{\"formatVersion\":2");
            assertRefused("manifest.json: not a manifest");
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.HostileVersions#all")
        void withAVersionThatNobodyGave(String version) throws IOException {
            change(manifest -> manifest.put("modelVersion", version));
            assertRefused(
                    "manifest.json has the modelVersion '"
                            + OneLine.of(version)
                            + "', it must be 1 to 128 letters, digits, '.', '_' or '-'");
        }

        @Test
        void withAFileNameThatControlsATerminal() throws IOException {
            change(manifest -> ((ObjectNode) manifest.get("files")).put("a\u001b[2J\n", "00"));
            assertRefused("lists 'a?[2J?', which is no file of a bundle");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "modelVersion",
                    "backbone",
                    "dimensions",
                    "vocabulary",
                    "itemIds",
                    "metrics",
                    "trainingOptions",
                    "files"
                })
        void withoutAField(String field) throws IOException {
            change(manifest -> manifest.remove(field));
            assertRefused("manifest.json is incomplete");
        }

        @Test
        void withAFieldOfAnotherType() throws IOException {
            change(manifest -> manifest.put("vocabulary", "all"));
            assertRefused("manifest.json: not a manifest");
        }

        @Test
        void withUnusableDimensions() throws IOException {
            change(manifest -> ((ObjectNode) manifest.get("dimensions")).put("width", 0));
            assertRefused("manifest.json: width is 0, it must be 1 to 4095");
            change(manifest -> ((ObjectNode) manifest.get("dimensions")).remove("width"));
            assertRefused("manifest.json: width is 0, it must be 1 to 4095");
        }

        @Test
        void withASizeNobodyKnows() throws IOException {
            change(manifest -> ((ObjectNode) manifest.get("dimensions")).put("depth", 3));
            assertRefused("manifest.json: not a manifest, its dimensions have 'depth'");
        }

        /** Other readers would take it for something else, or refuse it. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"vocabulary\":[10,      | \"vocabulary\":[10.7,       | vocabulary[0]",
                    "\"vocabulary\":[10,      | \"vocabulary\":[10.0,       | vocabulary[0]",
                    "\"vocabulary\":[10,      | \"vocabulary\":[\"10\",     | vocabulary[0]",
                    "\"vocabulary\":[10,      | \"vocabulary\":[null,       | vocabulary[0]",
                    "\"vocabulary\":[10,      | \"vocabulary\":[false,      | not a manifest",
                    "\"heads\":1,             | \"heads\":1.9,              | dimensions.heads",
                    "\"heads\":1,             | \"heads\":\"1\",            | dimensions.heads",
                    "\"rank\":0,              | \"rank\":null,              | dimensions.rank",
                    "\"rank\":0,              | \"rank\":\"\",              | not a manifest",
                    "\"rank\":0,              | \"rank\":false,             | not a manifest",
                    "\"memoryDecays\":[],     | \"memoryDecays\":[\"0.5\"], | dimensions.memory",
                    "\"memoryDecays\":[],     | \"memoryDecays\":null,      | dimensions.memory",
                    "\"rank\":0,              |                             | dimensions is",
                    "\"backbone\":\"sasrec\", | \"backbone\":[\"sasrec\"],  | not a manifest",
                    "\"seed\":\"none\"        | \"seed\":null               | itemIds.seed",
                    "\"vocabulary\":          | \"vocabulary\":[1],\"vocabulary\": | not a",
                    "\"heads\":1,             | \"heads\":1,\"heads\":1,    | not a manifest",
                    "\"joint\":false          | \"joint\":false,\"joint\":1  | not a manifest"
                })
        void thatNobodyWrites(String written, String instead, String place) throws IOException {
            Path file = directory.resolve(ModelBundle.MANIFEST);
            String json = JSON.readTree(file.toFile()).toString();
            assertThat(json).contains(written.strip());
            change(json.replace(written.strip(), instead == null ? "" : instead.strip()));
            assertRefused("manifest.json: ");
            assertRefused(place);
        }

        @Test
        void withMoreAfterTheirEnd() throws IOException {
            String json = Files.readString(directory.resolve(ModelBundle.MANIFEST));
            for (String more : new String[] {"x", "{}", "]", "\0", "1"}) {
                change(json + more);
                assertRefused("manifest.json: not a manifest");
            }
            change(json + "\n ");
            ModelBundle.open(directory);
        }

        /** Whoever knows a model by its version would take this one for another. */
        @Test
        void withTheVersionOfAnotherModel() throws IOException {
            String own = ModelBundle.open(directory).modelVersion();
            Path other = parent.resolve("other");
            String others = BundleSamples.write(other, "x").modelVersion();
            change(manifest -> manifest.put("modelVersion", others));
            assertRefused(
                    "manifest.json has the modelVersion '"
                            + others
                            + "', by its weights and vocabulary it is '"
                            + own
                            + "'");
            BundleSamples.write(directory, "");
            change(manifest -> manifest.put("backbone", "din"));
            assertRefused("it is 'din-");
            BundleSamples.write(directory, "");
            vocabulary(10, 20, 31);
            assertRefused("by its weights and vocabulary it is");
        }

        /** The version of an older bundle did not cover the vocabulary. */
        @Test
        void butNotOneOfAnOlderFormatForItsVersion() throws IOException {
            change(
                    manifest -> {
                        manifest.put("formatVersion", 2).put("modelVersion", "sasrec-0");
                        manifest.remove("itemIds");
                        ((ObjectNode) manifest.get("dimensions")).remove("rank");
                    });
            assertThat(ModelBundle.open(directory).modelVersion()).isEqualTo("sasrec-0");
        }

        @Test
        void ofAnOlderFormatForATableThatIsNotFloat32() throws IOException {
            byte[] weights =
                    Safetensors.encode(
                            QuantizedTable.of(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))
                                    .stored("t"));
            Files.write(directory.resolve(ModelBundle.DEVICE_WEIGHTS), weights);
            change(
                    manifest -> {
                        manifest.put("formatVersion", 2).remove("itemIds");
                        ((ObjectNode) manifest.get("files"))
                                .put(
                                        ModelBundle.DEVICE_WEIGHTS,
                                        HexFormat.of()
                                                .formatHex(
                                                        ModelBundle.newSha256().digest(weights)));
                    });
            ModelBundle bundle = ModelBundle.open(directory);
            assertThatThrownBy(() -> bundle.storedTensors(ModelBundle.DEVICE_WEIGHTS))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("device.safetensors holds t as I8, only F32 is read");
        }

        @Test
        void thatAreTooLarge() throws IOException {
            try (RandomAccessFile large =
                    new RandomAccessFile(directory.resolve(ModelBundle.MANIFEST).toFile(), "rw")) {
                large.setLength(ModelBundle.MAX_MANIFEST_BYTES + 1L);
            }
            assertRefused("manifest.json has more than 67,108,864 bytes, the limit");
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.bundle.ModelBundleTest#listedFiles")
        void thatDoNotListAFile(String name) throws IOException {
            change(manifest -> ((ObjectNode) manifest.get("files")).remove(name));
            assertRefused("manifest.json does not list " + name);
        }

        @Test
        void thatListFilesElsewhere() throws IOException {
            for (String name : new String[] {"../x", "/etc/passwd", "a/b", "", ".hidden", "a b"}) {
                change(
                        manifest -> {
                            ObjectNode files = (ObjectNode) manifest.get("files");
                            files.retain(ModelBundle.FILES);
                            files.put(name, "00");
                        });
                assertRefused("manifest.json lists '" + name + "', which is no file of a bundle");
            }
        }

        @Test
        void thatListAFileThatIsNoneOfABundle() throws IOException {
            Files.write(directory.resolve("extra.bin"), new byte[0]);
            String ofNothing =
                    HexFormat.of()
                            .formatHex(
                                    ModelBundle.newSha256()
                                            .digest(
                                                    Files.readAllBytes(
                                                            directory.resolve("extra.bin"))));
            change(manifest -> ((ObjectNode) manifest.get("files")).put("extra.bin", ofNothing));
            assertRefused("manifest.json lists 'extra.bin', which is no file of a bundle");
        }

        @Test
        void thatListAFileThatIsNotThere() throws IOException {
            change(manifest -> ((ObjectNode) manifest.get("files")).put(ModelBundle.PROBE, "00"));
            assertRefused("probe.json is missing");
        }

        @Test
        void whoseVocabularyIsNotWhatItSays() throws IOException {
            vocabulary(10, 20);
            assertRefused("manifest.json lists 2 items and gives their number as 3");
            vocabulary(10, 30, 20);
            assertRefused("manifest.json lists the item id 20 after 30, they must ascend");
            vocabulary(10, 20, 20);
            assertRefused("manifest.json lists the item id 20 after 20, they must ascend");
            vocabulary(-10, 20, 30);
            assertRefused("item id -10");
        }

        private void vocabulary(long... ids) throws IOException {
            change(manifest -> manifest.set("vocabulary", JSON.valueToTree(ids)));
        }
    }

    static List<String> listedFiles() {
        return List.copyOf(ModelBundle.FILES);
    }

    @Nested
    class RequiresTensors {
        private final Map<String, Tensor> tensors = Map.of("a", Tensor.of(new float[6], 3, 2));

        @Test
        void ofTheShape() {
            assertThat(ModelBundle.require(tensors, "a", 3, 2)).isSameAs(tensors.get("a"));
        }

        @Test
        void andNamesWhatIsWrong() {
            assertThatThrownBy(() -> ModelBundle.require(tensors, "b", 3, 2))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the bundle has no tensor b");
            assertThatThrownBy(() -> ModelBundle.require(tensors, "a", 2, 3))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("the bundle's a is Tensor[3, 2], its dimensions need [2, 3]");
        }
    }
}
