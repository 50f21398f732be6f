package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file that keeps the newest order of a device")
class FileOrderStoreTest {
    private static final DeltaOrder ORDER = new DeltaOrder(7, 300, 12, 1_700_000_000_000_001L);

    @TempDir Path directory;
    private Path file;
    private FileOrderStore store;

    @BeforeEach
    void name() {
        file = directory.resolve("order");
        store = new FileOrderStore(file, "d-42");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(store::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("order file " + file + " ")
                .hasMessageContaining(why)
                .message()
                .doesNotContain("\n");
    }

    private void owned(byte[] bytes) throws IOException {
        store.keep(ORDER);
        Files.write(file, bytes);
    }

    @Test
    @DisplayName("holds nothing before the first, and the last one afterwards.")
    void keeps() {
        assertThat(store.load()).isEmpty();
        store.keep(ORDER);
        assertThat(new FileOrderStore(file, "d-42").load()).contains(ORDER);
        DeltaOrder next = new DeltaOrder(8, 0, 0, Long.MIN_VALUE);
        store.keep(next);
        assertThat(new FileOrderStore(file, "d-42").load()).contains(next);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    @DisplayName("is for its owner alone, and refused where it is not.")
    void permissions() throws IOException {
        assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"));
        store.keep(ORDER);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("is open to others than its owner (rw-r--r--)");
    }

    @Test
    @DisplayName("survives what a writer left behind that was killed.")
    void leftBehind() throws IOException {
        store.keep(ORDER);
        Files.writeString(directory.resolve(".order.new"), "half of an or");
        assertThat(store.load()).contains(ORDER);
        DeltaOrder next = new DeltaOrder(8, 0, 0, 1);
        store.keep(next);
        assertThat(store.load()).contains(next);
    }

    @Test
    @DisplayName("keeps the order before where the next one cannot be written.")
    void nextNotWritten() throws IOException {
        store.keep(ORDER);
        Files.createDirectories(directory.resolve(".order.new").resolve("in-the-way"));
        assertThatThrownBy(() -> store.keep(new DeltaOrder(8, 0, 0, 1)))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(store.load()).contains(ORDER);
    }

    @Test
    @DisplayName("needs a directory, and a device that can be.")
    void places() {
        assertThatThrownBy(() -> new FileOrderStore(directory.resolve("none/order"), "d-42"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "the order of device 'd-42' cannot be kept in "
                                + directory.resolve("none/order")
                                + ": there is no such directory");
        assertThatThrownBy(() -> new FileOrderStore(file, "é".repeat(129)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("has 258");
        assertThatThrownBy(() -> new FileOrderStore(file, ""))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    @DisplayName("that cannot be written says so.")
    void notKept() throws IOException {
        Files.createDirectories(file.resolve("in-the-way"));
        assertThatThrownBy(() -> store.keep(ORDER))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("the newest order cannot be kept in " + file + ": ");
    }

    @Nested
    @DisplayName("is refused, and not taken for none, where it is")
    class Refused {
        @Test
        @DisplayName("of another device,")
        void foreign() {
            new FileOrderStore(file, "d-43").keep(ORDER);
            assertRefused("is of device 'd-43', not of 'd-42'");
        }

        @Test
        @DisplayName("torn,")
        void torn() throws IOException {
            store.keep(ORDER);
            byte[] whole = Files.readAllBytes(file);
            for (int length = 8; length < whole.length; length++) {
                owned(Arrays.copyOf(whole, length));
                assertRefused("is cut or damaged");
            }
        }

        @Test
        @DisplayName("empty or something else, of any size,")
        void otherContent() throws IOException {
            owned(new byte[0]);
            assertRefused("is no kept order of a device");
            owned(new byte[8 << 20]);
            assertRefused("is no kept order of a device");
        }

        @Test
        @DisplayName("a link, to an order of the device even, which it leaves as it is,")
        void link() throws IOException {
            Path other = directory.resolve("other");
            new FileOrderStore(other, "d-42").keep(ORDER);
            Files.createSymbolicLink(file, other);
            assertRefused("is a link or no regular file");
            byte[] before = Files.readAllBytes(other);
            store.keep(new DeltaOrder(9, 9, 9, 9));
            assertThat(other).hasBinaryContent(before);
            assertThat(Files.isSymbolicLink(file)).isFalse();
        }

        @Test
        @DisplayName("(and no link is followed where the next one is written)")
        void linkToBe() throws IOException {
            Path victim = Files.writeString(directory.resolve("victim"), "precious");
            Files.createSymbolicLink(directory.resolve(".order.new"), victim);
            store.keep(ORDER);
            assertThat(victim).hasContent("precious");
            assertThat(store.load()).contains(ORDER);
        }

        @Test
        @DisplayName("or a directory.")
        void directory() throws IOException {
            Files.createDirectory(file);
            assertRefused("is a link or no regular file");
        }
    }
}
