package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.ModelRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The directory that fetched bundles are kept in")
class BundleCacheTest {
    private static final long NOW = 1_700_000_000_000L;

    @TempDir Path directory;
    private Path cache;
    private ModelBundle released;

    @BeforeEach
    void release() {
        assumeTrue(
                directory.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        cache = directory.resolve("caches").resolve("releases");
        released =
                BundleWriter.write(
                        directory.resolve("released"),
                        "sasrec",
                        new Dimensions(
                                20,
                                5,
                                6,
                                new DeviceSizes(4, 1, 1, 4),
                                2,
                                GeneratorSizes.recurrent(4, 4, 4, 4, 1)),
                        Vocabulary.of(LongStream.rangeClosed(1, 20).toArray()),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        Map.of(
                                ModelBundle.DEVICE_WEIGHTS, new byte[] {1},
                                ModelBundle.GENERATOR_WEIGHTS, new byte[] {2},
                                ModelBundle.GENERATOR_ONNX, new byte[] {3},
                                ModelBundle.DEVICE_ONNX, new byte[] {4}),
                        Optional.empty());
    }

    private ModelBundle fetch() throws Exception {
        return new BundleFetcher(
                        cache,
                        () -> NOW,
                        FetchLimits.within(Duration.ofSeconds(60)),
                        AllowedAddresses.everywhere())
                .fetch(
                        ModelRelease.newBuilder()
                                .setVersion(released.modelVersion())
                                .setBundleUri(released.directory().toUri().toString())
                                .setManifestSha256(released.manifestSha256())
                                .setReleasedAtMicros(1)
                                .build());
    }

    private Path place() {
        return cache.resolve(released.manifestSha256());
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(this::fetch)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("bundles cannot be kept in " + cache + ": ")
                .hasMessageContaining(reason)
                .message()
                .hasLineCount(1);
    }

    /** Returns a directory of somebody, with a file that must not be lost. */
    private Path precious() throws IOException {
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "kept");
        return precious;
    }

    @Test
    @DisplayName("is made for its user alone, and what is in it too")
    void ownersOnly() throws Exception {
        fetch();

        for (Path made : List.of(cache, place())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).containsExactly(place());
        }
    }

    @Test
    @DisplayName("is below the caches of the user, not in the shared temporary directory")
    void ofTheUser() {
        assertThat(BundleFetcher.defaultCache())
                .isAbsolute()
                .endsWithRaw(Path.of("duet", "releases"))
                .matches(path -> !path.startsWith(System.getProperty("java.io.tmpdir")));
    }

    @ParameterizedTest
    @DisplayName("is not used where others may write to it")
    @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
    void writable(String permissions) throws Exception {
        fetch();
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(permissions));

        assertRefused("others than its owner may write to it (" + permissions + ")");
    }

    @Test
    @DisplayName("is not used where it is somebody else's")
    void foreign() throws Exception {
        fetch();
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(cache, "unix:uid")),
                "only root can give a directory away");
        Files.setAttribute(cache, "unix:uid", 54_321);

        assertRefused("it belongs to 54321, this process is of ");
    }

    @Test
    @DisplayName("is not used where it is a link, and nothing behind the link is touched")
    void link() throws Exception {
        Path precious = precious();
        Files.createDirectories(cache.getParent());
        Files.createSymbolicLink(cache, precious);

        assertRefused("it is a link or a file");
        try (Stream<Path> left = Files.list(precious)) {
            assertThat(left).containsExactly(precious.resolve("file"));
        }
    }

    @Test
    @DisplayName("gives no bundle through a link: the link is deleted, not what it leads to")
    void linkedBundle() throws Exception {
        fetch();
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(place(), elsewhere);
        Files.createSymbolicLink(place(), elsewhere);

        fetch();

        assertThat(Files.isDirectory(place(), LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(elsewhere.resolve(ModelBundle.MANIFEST)).exists();
    }

    @Test
    @DisplayName("gives no file through a link, even to the same content")
    void linkedFile() throws Exception {
        Path file = fetch().file(ModelBundle.GENERATOR_ONNX);
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);

        fetch();

        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(elsewhere).exists();
    }

    @Test
    @DisplayName("deletes links among what it deletes, not what they lead to")
    void deletes() throws Exception {
        Path precious = precious();
        fetch();
        Files.createSymbolicLink(place().resolve("linked"), precious);

        fetch();

        assertThat(place().resolve("linked")).doesNotExist();
        assertThat(precious.resolve("file")).hasContent("kept");
    }

    @Test
    @DisplayName("loses what a process left behind that was killed")
    void abandoned() throws Exception {
        fetch();
        Path left = Files.createDirectory(cache.resolve(".new-left"));
        Files.setLastModifiedTime(left, FileTime.fromMillis(NOW - 90_000_000));
        Path young = Files.createDirectory(cache.resolve(".new-young"));
        BundleCache.deleteRecursively(place());

        fetch();

        assertThat(left).doesNotExist();
        assertThat(young).exists();
    }
}
