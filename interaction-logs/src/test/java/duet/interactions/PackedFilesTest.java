package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import duet.schemas.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A packed log")
class PackedFilesTest {
    private static final byte[] SKIPPED = {0x5A, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 'a', 'b', 'c', 'd'};

    @TempDir Path folder;

    private static ReadLog read(Path file) {
        return LogReader.read(LogSource.of(file.toString(), null));
    }

    private static String rows(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> i / 10 + "," + i % 10 * 7919 % 100_003 + "," + (1_500_000_000L + i))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static byte[] zstd(String text) {
        return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] packed(String how, byte[] content) throws IOException {
        if (how.equals("zstd")) {
            return Zstd.compress(content);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] packed(String how, String text) throws IOException {
        return packed(how, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("log"), content);
    }

    @Nested
    @DisplayName("that is damaged")
    class Damaged {
        @ParameterizedTest(name = "{0}, {1} of it")
        @CsvSource({
            "zstd,0.05", "zstd,0.4", "zstd,0.8", "zstd,0.9999",
            "gzip,0.05", "gzip,0.4", "gzip,0.8", "gzip,0.9999"
        })
        void isRefusedWhereItEndsTooEarly(String how, double part) throws IOException {
            byte[] whole = packed(how, "user,item,ts\n" + rows(0, 60_000));
            Path file = file(Arrays.copyOf(whole, (int) (whole.length * part)));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(file + " is a damaged " + how + " file: it ends too early");
        }

        @ParameterizedTest(name = "{0} bytes of the second frame")
        @ValueSource(ints = {1, 3, 4, 5, 7, 12, 40})
        void isRefusedWhereItEndsInASecondFrame(int bytes) throws IOException {
            byte[] second = zstd(rows(50, 50));
            Path file =
                    file(
                            joined(
                                    zstd("user,item,ts\n" + rows(0, 50)),
                                    Arrays.copyOf(second, bytes)));

            assertThatThrownBy(() -> read(file))
                    .hasMessage(file + " is a damaged zstd file: it ends too early");
        }

        @Test
        void isRefusedWhereSomethingElseFollows() throws IOException {
            Path file = file(joined(zstd("user,item,ts\n" + rows(0, 50)), new byte[] {1, 2, 3, 4}));

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + " is a damaged zstd file: ");
        }

        @Test
        void isRefusedWhereBytesHaveChanged() throws IOException {
            byte[] whole;
            try (ZstdCompressCtx context = new ZstdCompressCtx().setChecksum(true)) {
                String text = "user,item,ts\n" + rows(0, 60_000);
                whole = context.compress(text.getBytes(StandardCharsets.UTF_8));
            }
            whole[whole.length / 2] ^= 1;
            Path file = file(whole);

            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + " is a damaged zstd file: it is corrupt");
        }
    }

    @Nested
    @DisplayName("as zstd")
    class AsZstd {
        @Test
        void mayBeSeveralFramesAndSomeWithoutData() throws IOException {
            Path file =
                    file(
                            joined(
                                    SKIPPED,
                                    zstd("user,item,ts\n" + rows(0, 50)),
                                    SKIPPED,
                                    zstd(rows(50, 50)),
                                    SKIPPED));

            assertThat(read(file).log().interactions()).isEqualTo(100);
        }

        @Test
        void hasLinesThatAreNamed() throws IOException {
            Path file = file(zstd("user,item,ts\n" + rows(0, 50) + "7,,1500000000\n"));

            assertThatThrownBy(() -> read(file))
                    .hasMessage(file + ":52: no item id: \"7,,1500000000\"");
        }

        @Test
        void isLookedThroughForWhatNoTextHas() throws IOException {
            Path nul = file(zstd("user,item,ts\n" + rows(0, 50) + "7,a\0b,1500000000\n"));

            assertThatThrownBy(() -> read(nul))
                    .hasMessageStartingWith(nul + ":52: byte 4 of the line is NUL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    @DisplayName("may have a byte order mark before JSON, and ends of lines of several kinds")
    void mayHaveOddEnds(String how) throws IOException {
        String object = "{\"user\":\"u\",\"item\":\"i\",\"ts\":1500000000}";
        Path json = file(packed(how, "\uFEFF" + (object + "\n").repeat(6)));

        assertThat(read(json).log().interactions()).isEqualTo(6);

        Path mixed = file(packed(how, "user,item\n" + "u,1\r\n".repeat(5) + "u,2\ru,3\n"));

        assertThat(read(mixed).log().interactions()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    @DisplayName("in 16 bits a character is refused as such")
    void mayBeUtf16(String how) throws IOException {
        Path file =
                file(
                        packed(
                                how,
                                ("user,item,ts\n" + rows(0, 50))
                                        .getBytes(StandardCharsets.UTF_16LE)));

        assertThatThrownBy(() -> read(file)).hasMessageContaining("is UTF-16 text");
    }
}
