package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bundle's manifest says of how ids of items become numbers. */
class ItemMappingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** In the order of their numbers: 6453…, 7106…, 8786…. */
    private static final String[] IDS = {"item-1", "007", "Käse"};

    @TempDir Path parent;
    private Path directory;

    @BeforeEach
    void write() {
        directory = parent.resolve("bundle");
        BundleSamples.writeHashed(directory, IDS);
    }

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

    private void changeMapping(Consumer<ObjectNode> change) throws IOException {
        change(manifest -> change.accept((ObjectNode) manifest.get("itemIds")));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> ModelBundle.open(directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(directory.resolve(ModelBundle.MANIFEST) + ": ")
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Nested
    class OfHashes {
        @Test
        void givesTheIdsBack() {
            Vocabulary vocabulary = ModelBundle.open(directory).vocabulary();
            assertThat(vocabulary.names().rule()).isEqualTo(ItemIds.HASH);
            assertThat(vocabulary.ids())
                    .containsExactly(
                            6453814349519802412L, 7106483370208201996L, 8786159126242926309L);
            for (int i = 0; i < IDS.length; i++) {
                assertThat(vocabulary.indexOf(ItemIds.hash(IDS[i]))).isEqualTo(i + 1);
                assertThat(vocabulary.names().of(vocabulary.idOf(i + 1))).isEqualTo(IDS[i]);
            }
        }

        @Test
        void saysHowTheyBecomeNumbers() throws IOException {
            assertThat(Files.readString(directory.resolve(ModelBundle.MANIFEST)))
                    .endsWith(
                            """
                              "itemIds" : {
                                "rule" : "hash",
                                "function" : "sha256-63",
                                "seed" : "none",
                                "vectors" : {
                                  "007" : "7106483370208201996",
                                  "7" : "8719647946811673230",
                                  "9223372036854775808" : "5026750492948150819",
                                  "Käse" : "8786159126242926309",
                                  "item-1" : "6453814349519802412"
                                },
                                "names" : [ "item-1", "007", "Käse" ]
                              },
                              "vocabulary" : [ 6453814349519802412, 7106483370208201996,\
                             8786159126242926309 ]
                            }\
                            """
                                    .indent(0)
                                    .stripTrailing());
        }
    }

    @Nested
    class OfNumbers {
        @Test
        void holdsNoNames() throws IOException {
            directory = parent.resolve("numbers");
            ModelBundle bundle = BundleSamples.write(directory, "");
            assertThat(Files.readString(bundle.file(ModelBundle.MANIFEST)))
                    .contains(
                            """
                              "itemIds" : {
                                "rule" : "number",
                                "function" : "sha256-63",
                                "seed" : "none",
                                "vectors" : {
                                  "007" : "7106483370208201996",
                                  "7" : "7",
                                  "9223372036854775808" : "5026750492948150819",
                                  "Käse" : "8786159126242926309",
                                  "item-1" : "6453814349519802412"
                                }
                              },
                              "vocabulary" : [ 10, 20, 30 ]
                            """);
            assertThat(bundle.vocabulary().names().of(10)).isEqualTo("10");
        }

        @Test
        void areWhatBundlesOfFormat2Have() throws IOException {
            directory = parent.resolve("numbers");
            String version = BundleSamples.write(directory, "").modelVersion();
            change(
                    manifest -> {
                        manifest.put("formatVersion", 2);
                        manifest.remove("itemIds");
                    });
            ModelBundle old = ModelBundle.open(directory);
            assertThat(old.modelVersion()).isEqualTo(version);
            assertThat(old.vocabulary().ids()).containsExactly(10, 20, 30);
            assertThat(old.vocabulary().names().rule()).isEqualTo(ItemIds.NUMBER);
            assertThat(old.vocabulary().names().of(10)).isEqualTo("10");
        }

        /** A reader of that format would take the hashes for ids. */
        @Test
        void areAllThatFormat2CanSay() throws IOException {
            change(manifest -> manifest.put("formatVersion", 2));
            assertRefused("not a manifest, it has 'itemIds'");
        }
    }

    /** They stand in the repository as the code of their time wrote them. */
    @ParameterizedTest
    @CsvSource({"demo, sasrec-20e7ca683a46, 480, 3", "glyph, perceptron-329be4d308a7, 21, 2"})
    void opensTheShippedBundles(String name, String version, int items, int format) {
        ModelBundle bundle = ModelBundle.open(Path.of("..", "models", name));
        assertThat(bundle.manifest().formatVersion()).isEqualTo(format);
        assertThat(bundle.modelVersion()).isEqualTo(version);
        assertThat(bundle.vocabulary().size()).isEqualTo(items);
        long first = bundle.vocabulary().idOf(1);
        assertThat(bundle.vocabulary().names().of(first)).isEqualTo(Long.toString(first));
    }

    @Nested
    class Refuses {
        private void names(String... names) throws IOException {
            changeMapping(mapping -> mapping.set("names", JSON.valueToTree(names)));
        }

        @Test
        void aNameThatIsNotTheItems() throws IOException {
            names("item-1", "7", "Käse");
            assertRefused(
                    "itemIds.names[1] is '7', whose number is 8719647946811673230, the vocabulary"
                            + " has 7106483370208201996 there");
        }

        @Test
        void aNameTwice() throws IOException {
            names("item-1", "item-1", "Käse");
            assertRefused("itemIds.names[1] is 'item-1', whose number is 6453814349519802412");
        }

        @Test
        void namesInAnotherOrder() throws IOException {
            names("007", "item-1", "Käse");
            assertRefused("itemIds.names[0] is '007'");
        }

        @Test
        void moreOrFewerNamesThanItems() throws IOException {
            names("item-1", "007");
            assertRefused("itemIds.names has 2 entries, the vocabulary 3");
            names("item-1", "007", "Käse", "more");
            assertRefused("itemIds.names has 4 entries, the vocabulary 3");
            changeMapping(mapping -> mapping.remove("names"));
            assertRefused("itemIds.names has 0 entries, the vocabulary 3");
        }

        @Test
        void noName() throws IOException {
            names("item-1", null, "Käse");
            assertRefused("itemIds.names[1] is null");
            names("item-1", "", "Käse");
            assertRefused("the item id '' has 0 characters");
        }

        @Test
        void aNameThatIsTooLong() throws IOException {
            names("item-1", "x".repeat(2049), "Käse");
            assertRefused("…' has 2,049 characters, it must have 1 to 2,048");
            names("item-1", "x".repeat(1 << 20), "Käse");
            assertThatThrownBy(() -> ModelBundle.open(directory))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(directory.resolve(ModelBundle.MANIFEST) + ": not a manifest");
        }

        /** What has half a character hashes as if it had a question mark. */
        @Test
        void aNameThatOnlyHashesRight() throws IOException {
            directory = parent.resolve("other");
            ModelBundle bundle = BundleSamples.writeHashed(directory, "a?", "b", "c");
            Path file = bundle.file(ModelBundle.MANIFEST);
            writeManifest(
                    Files.readString(file)
                            .replace("\"a?\"", "\"a\\ud83c\"")
                            .getBytes(StandardCharsets.UTF_8));
            assertRefused("the item id 'a?' is no Unicode: it has half a character");
        }

        @ParameterizedTest
        @ValueSource(strings = {"b\\u0000", " b", "b\\n", "\\u2003b"})
        void aNameThatNoLogGives(String name) throws IOException {
            directory = parent.resolve("other");
            BundleSamples.writeHashed(directory, "a", "b", "c");
            long number =
                    ItemIds.hash(new ObjectMapper().readValue('"' + name + '"', String.class));
            change(
                    manifest -> {
                        ((ObjectNode) manifest.get("dimensions")).put("items", 1);
                        manifest.putArray("vocabulary").add(number);
                        ((ObjectNode) manifest.get("itemIds")).putArray("names").add("@");
                    });
            Path file = directory.resolve(ModelBundle.MANIFEST);
            writeManifest(
                    Files.readString(file)
                            .replace("\"@\"", '"' + name + '"')
                            .getBytes(StandardCharsets.UTF_8));
            assertRefused("white space, or holds a NUL");
        }

        @Test
        void aNameThatControlsATerminal() throws IOException {
            names("item-1", "a\u001b[2J\n\u202e", "Käse");
            assertRefused("itemIds.names[1] is 'a?[2J??', whose number is");
        }

        @Test
        void namesBesideNumbers() throws IOException {
            changeMapping(
                    mapping -> {
                        mapping.put("rule", "number");
                        ((ObjectNode) mapping.get("vectors")).put("7", "7");
                    });
            assertRefused(
                    "itemIds.names is there, but by the rule number items have no other names");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                nullValues = "null",
                value = {
                    "rule | xxhash | this version of Duet knows number and hash",
                    "rule | null | this version of Duet knows number and hash",
                    "function | xxh64 | this version of Duet knows sha256-63",
                    "function | null | this version of Duet knows sha256-63",
                    "seed | 42 | this version of Duet knows none",
                    "seed | null | this version of Duet knows none"
                })
        void whatThisVersionCannotFollow(String key, String value, String known)
                throws IOException {
            changeMapping(mapping -> mapping.put(key, value));
            assertRefused("itemIds." + key + " is '" + value + "', " + known);
        }

        @ParameterizedTest
        @ValueSource(strings = {"7106483370208201997", "16329855406", "", "7106483370208201996.0"})
        void aVectorThatDoesNotHold(String number) throws IOException {
            changeMapping(mapping -> ((ObjectNode) mapping.get("vectors")).put("007", number));
            assertRefused(
                    "itemIds.vectors gives '007' the number "
                            + number
                            + ", by the rule hash it is 7106483370208201996");
        }

        @Test
        void noVectorsAndTooMany() throws IOException {
            changeMapping(mapping -> mapping.remove("vectors"));
            assertRefused("itemIds.vectors has 0 entries, it must be 1 to 100");
            changeMapping(
                    mapping -> {
                        ObjectNode vectors = mapping.putObject("vectors");
                        for (int i = 0; i <= 100; i++) {
                            vectors.put("v" + i, "0");
                        }
                    });
            assertRefused("itemIds.vectors has 101 entries, it must be 1 to 100");
            changeMapping(mapping -> mapping.putObject("vectors").putNull("007"));
            assertRefused("itemIds.vectors gives '007' the number null");
        }

        @Test
        void keysThatNobodyKnows() throws IOException {
            changeMapping(mapping -> mapping.put("salt", "pepper"));
            assertRefused("not a manifest");
            changeMapping(mapping -> mapping.remove("salt"));
            change(manifest -> manifest.put("salt\u001b", "pepper"));
            assertRefused("not a manifest, it has 'salt?'");
        }

        @Test
        void numbersThatAreNotThoseOfTheNames() throws IOException {
            change(manifest -> ((ArrayNode) manifest.get("vocabulary")).set(0, 5));
            assertRefused("itemIds.names[0] is 'item-1', whose number is 6453814349519802412");
        }

        @Test
        void toWriteNamesThatAreNotTheItems() {
            Vocabulary contradictory =
                    Vocabulary.of(
                            new long[] {1, 2, 3}, ItemNames.of(ItemIds.HASH, List.of("a", "b")));
            assertThatThrownBy(
                            () ->
                                    BundleWriter.write(
                                            parent.resolve("other"),
                                            "sasrec",
                                            BundleSamples.DIMENSIONS,
                                            contradictory,
                                            new TreeMap<>(),
                                            new TreeMap<>(),
                                            BundleSamples.files(""),
                                            Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the item 1 has the name '#0000000000000001'");
            assertThat(parent.resolve("other")).doesNotExist();
        }
    }
}
