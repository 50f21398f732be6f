package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleWriterTest {
    @TempDir Path parent;

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** What nobody could open or fetch is refused before a model is trained for it. */
    @Nested
    class RefusesAVocabulary {
        @Test
        void whoseManifestWouldBeTooLarge() {
            // Two bytes each in UTF-8.
            String tail = "\u00e9".repeat(ItemIds.MOST_CHARACTERS - 6);
            List<String> ids = IntStream.range(100_000, 117_000).mapToObj(id -> id + tail).toList();
            Vocabulary vocabulary =
                    Vocabulary.of(
                            ids.stream().mapToLong(ItemIds::hash).toArray(),
                            ItemNames.of(ItemIds.HASH, ids));
            assertThatThrownBy(() -> BundleWriter.checkVocabulary(vocabulary))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching(
                            "the manifest of a model of 17,000 items would have 7[0-9],.* bytes,"
                                + " the limit is 67,108,864: ids of items must be shorter, or items"
                                + " fewer");
        }

        @Test
        void andNoOther() {
            assertThatCode(() -> BundleWriter.checkVocabulary(BundleSamples.hashed("a", "b")))
                    .doesNotThrowAnyException();
        }
    }

    @Nested
    class Writes {
        @Test
        void theSameBytesForTheSameModel() throws IOException {
            Path one = parent.resolve("one");
            Path two = parent.resolve("two");
            BundleSamples.write(one, "");
            BundleSamples.write(two, "");
            assertThat(entries(one)).hasSize(6);
            for (Path file : entries(one)) {
                assertThat(two.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }

        @Test
        void aManifestWithoutCarriageReturns() throws IOException {
            BundleSamples.write(parent.resolve("b"), "");
            assertThat(Files.readString(parent.resolve("b").resolve(ModelBundle.MANIFEST)))
                    .doesNotContain("\r")
                    .startsWith("{\n  \"formatVersion\" : 3,\n  \"modelVersion\" : \"sasrec-");
        }

        @Test
        void intoDirectoriesThatAreNotThereYet() {
            Path target = parent.resolve("a/b/c");
            assertThat(BundleSamples.write(target, "").directory()).isEqualTo(target);
        }

        @Test
        void intoAnEmptyDirectory() throws IOException {
            Path target = Files.createDirectory(parent.resolve("b"));
            BundleSamples.write(target, "");
            assertThatCode(() -> ModelBundle.open(target)).doesNotThrowAnyException();
        }

        @Test
        void nothingBesides() throws IOException {
            BundleSamples.write(parent.resolve("b"), "1");
            BundleSamples.write(parent.resolve("b"), "22");
            assertThat(entries(parent)).containsExactly(parent.resolve("b"));
        }

        /** As readable as any directory that is made here, not private as temporary ones are. */
        @Test
        void aDirectoryThatOthersCanRead() throws IOException {
            assumeThat(parent.getFileSystem().supportedFileAttributeViews()).contains("posix");
            Path ordinary = Files.createDirectory(parent.resolve("ordinary"));
            Path ordinaryFile = Files.createFile(parent.resolve("file"));
            assumeThat(Files.getPosixFilePermissions(ordinary))
                    .contains(PosixFilePermission.OTHERS_READ);
            Path target = parent.resolve("b");
            BundleSamples.write(target, "");
            assertThat(Files.getPosixFilePermissions(target))
                    .isEqualTo(Files.getPosixFilePermissions(ordinary));
            for (Path file : entries(target)) {
                assertThat(Files.getPosixFilePermissions(file))
                        .isEqualTo(Files.getPosixFilePermissions(ordinaryFile));
            }
        }

        @Test
        void throughASymbolicLinkToTheDirectoryBehindIt() throws IOException {
            Path real = parent.resolve("real");
            BundleSamples.write(real, "1");
            Path link = Files.createSymbolicLink(parent.resolve("link"), real);
            ModelBundle written = BundleSamples.write(link, "22");
            assertThat(link).isSymbolicLink();
            assertThat(ModelBundle.open(real).modelVersion()).isEqualTo(written.modelVersion());
            assertThat(entries(parent)).containsExactly(link, real);
        }
    }

    @Nested
    class ModelVersion {
        private final byte[] a = {1, 2};
        private final byte[] b = {3};
        private final Vocabulary numbers = Vocabulary.of(new long[] {1, 2, 3});
        private final String version = BundleWriter.modelVersion("sasrec", a, b, numbers);

        @Test
        void namesTheBackboneAndFollowsBothWeightFiles() {
            assertThat(version).matches("sasrec-[0-9a-f]{12}");
            assertThat(BundleWriter.modelVersion("sasrec", a, b, numbers)).isEqualTo(version);
            assertThat(BundleWriter.modelVersion("sasrec", b, b, numbers)).isNotEqualTo(version);
            assertThat(BundleWriter.modelVersion("sasrec", a, a, numbers)).isNotEqualTo(version);
            assertThat(BundleWriter.modelVersion("din", a, b, numbers)).startsWith("din-");
        }

        /** The same rows of weights for other items are another model. */
        @Test
        void followsTheVocabulary() {
            List<Vocabulary> all =
                    List.of(
                            numbers,
                            Vocabulary.of(new long[] {1, 2, 4}),
                            Vocabulary.of(new long[] {1, 2}),
                            BundleSamples.hashed("1", "2", "3"),
                            BundleSamples.hashed("1", "2", "4"),
                            Vocabulary.of(BundleSamples.hashed("1", "2", "3").ids()));
            assertThat(all)
                    .extracting(items -> BundleWriter.modelVersion("sasrec", a, b, items))
                    .doesNotHaveDuplicates();
            assertThat(
                            BundleWriter.modelVersion(
                                    "sasrec", a, b, BundleSamples.hashed("3", "2", "1")))
                    .isEqualTo(
                            BundleWriter.modelVersion(
                                    "sasrec", a, b, BundleSamples.hashed("1", "2", "3")));
        }

        @Test
        void isOneThatReadersAccept() {
            Path target = parent.resolve("b");
            assertThatThrownBy(
                            () ->
                                    BundleWriter.write(
                                            target,
                                            "sas\nrec",
                                            BundleSamples.DIMENSIONS,
                                            Vocabulary.of(new long[] {30, 10, 20}),
                                            new TreeMap<>(),
                                            new TreeMap<>(),
                                            BundleSamples.files("1"),
                                            Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("it must be 1 to 128 letters");
            assertThat(target).doesNotExist();
        }
    }

    @Nested
    class Replaces {
        @Test
        void anOlderBundle() {
            Path target = parent.resolve("b");
            ModelBundle older = BundleSamples.write(target, "1");
            ModelBundle newer = BundleSamples.write(target, "22");
            assertThat(newer.modelVersion()).isNotEqualTo(older.modelVersion());
            assertThat(ModelBundle.open(target).modelVersion()).isEqualTo(newer.modelVersion());
        }

        @Test
        void aBrokenBundle() throws IOException {
            Path target = parent.resolve("b");
            BundleSamples.write(target, "1");
            Files.delete(target.resolve(ModelBundle.DEVICE_ONNX));
            Files.writeString(target.resolve(ModelBundle.MANIFEST), "{");
            ModelBundle newer = BundleSamples.write(target, "22");
            assertThat(ModelBundle.open(target).modelVersion()).isEqualTo(newer.modelVersion());
        }
    }

    @Nested
    class Refuses {
        private void assertRefused(Path target, String message) {
            for (Runnable attempt :
                    new Runnable[] {
                        () -> BundleWriter.checkTarget(target),
                        () -> BundleSamples.write(target, "")
                    }) {
                assertThatThrownBy(attempt::run)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(message);
            }
        }

        @Test
        void aFile() throws IOException {
            Path file = Files.writeString(parent.resolve("notes.txt"), "x");
            assertRefused(file, file + " is a file, a bundle is a directory");
            assertThat(file).hasContent("x");
        }

        @Test
        void aDirectoryOfOtherThings() throws IOException {
            Path file = Files.writeString(parent.resolve("notes.txt"), "x");
            assertRefused(parent, parent + " holds something other than a bundle: notes.txt");
            assertThat(file).hasContent("x");
        }

        @Test
        void aDirectoryOfOtherThingsThatHasAManifestToo() throws IOException {
            Path file = Files.writeString(parent.resolve("notes.txt"), "x");
            Files.writeString(parent.resolve(ModelBundle.MANIFEST), "{}");
            assertRefused(parent, parent + " holds something other than a bundle: notes.txt");
            assertThat(file).hasContent("x");
        }

        @Test
        void aPlaceInsideAFile() throws IOException {
            Path file = Files.writeString(parent.resolve("notes.txt"), "x");
            Path target = file.resolve("a/b");
            assertRefused(target, target + " cannot be created in " + file);
        }

        @Test
        void otherFilesThanThoseOfABundle() {
            Map<String, byte[]> files = BundleSamples.files("");
            files.remove(ModelBundle.DEVICE_ONNX);
            assertThatThrownBy(() -> write(parent.resolve("b"), Map.of(), files))
                    .isInstanceOf(IllegalArgumentException.class);
            files.put("other.onnx", new byte[1]);
            assertThatThrownBy(() -> write(parent.resolve("b"), Map.of(), files))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(parent.resolve("b")).doesNotExist();
        }
    }

    @Nested
    class LeavesTheOldBundleIntact {
        private final Path target = Path.of("b");

        private void assertIntact(String version) throws IOException {
            assertThat(ModelBundle.open(parent.resolve(target)).modelVersion()).isEqualTo(version);
            assertThat(entries(parent)).containsExactly(parent.resolve(target));
        }

        @Test
        void whenAFileCannotBeWritten() throws IOException {
            String version = BundleSamples.write(parent.resolve(target), "1").modelVersion();
            Map<String, byte[]> files = BundleSamples.files("22");
            files.put(ModelBundle.GENERATOR_ONNX, null);
            assertThatThrownBy(() -> write(parent.resolve(target), Map.of(), files))
                    .isInstanceOf(NullPointerException.class);
            assertIntact(version);
        }

        @Test
        void whenTheManifestCannotBeWritten() throws IOException {
            String version = BundleSamples.write(parent.resolve(target), "1").modelVersion();
            Object noJson = new Object();
            assertThatThrownBy(
                            () ->
                                    write(
                                            parent.resolve(target),
                                            Map.of("loss", noJson),
                                            BundleSamples.files("22")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot write bundle");
            assertIntact(version);
        }

        @Test
        void whenTheNewOneCannotBeMoved() throws IOException {
            String version = BundleSamples.write(parent.resolve(target), "1").modelVersion();
            assertThatThrownBy(
                            () ->
                                    BundleWriter.replace(
                                            parent.resolve(target), parent.resolve("missing")))
                    .isInstanceOf(NoSuchFileException.class);
            assertIntact(version);
        }
    }

    private static void write(Path target, Map<String, Object> metrics, Map<String, byte[]> files) {
        BundleWriter.write(
                target,
                "sasrec",
                BundleSamples.DIMENSIONS,
                Vocabulary.of(new long[] {1, 2, 3}),
                new TreeMap<>(metrics),
                new TreeMap<>(),
                files,
                Optional.empty());
    }
}
