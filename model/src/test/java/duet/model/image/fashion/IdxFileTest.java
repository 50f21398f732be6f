package duet.model.image.fashion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An IDX file")
class IdxFileTest {
    private static final int MOST = 100;

    @TempDir private Path directory;

    @Test
    @DisplayName("gives its values as they are written, from 0 to 255")
    void values() throws IOException {
        IdxFile read = read(IdxBytes.gzip(IdxBytes.of(new byte[] {0, 1, -1, 7, -128, 9}, 3, 2)), 2);
        assertThat(read.count()).isEqualTo(3);
        assertThat(new int[] {read.at(0), read.at(2), read.at(4), read.at(5)})
                .containsExactly(0, 255, 128, 9);
    }

    @Test
    @DisplayName("may be compressed in several members")
    void members() throws IOException {
        byte[] bytes = IdxBytes.of(new byte[] {1, 2, 3}, 3);
        IdxFile read =
                read(
                        joined(
                                IdxBytes.gzip(Arrays.copyOf(bytes, 5)),
                                IdxBytes.gzip(Arrays.copyOfRange(bytes, 5, bytes.length))));
        assertThat(read.at(2)).isEqualTo(3);
    }

    @Nested
    @DisplayName("is refused in one line that names it")
    class Refused {

        @Test
        @DisplayName("wherever it is cut")
        void cut() throws IOException {
            byte[] random = new byte[60];
            new SplittableRandom(1).nextBytes(random);
            byte[] whole = IdxBytes.gzip(IdxBytes.of(random, 20, 3));
            for (int length = 0; length < whole.length; length++) {
                refused(Arrays.copyOf(whole, length), 3).containsAnyOf("cut off", "gzip");
            }
        }

        @Test
        @DisplayName("when its content ends early")
        void ends() throws IOException {
            refused(IdxBytes.gzip(IdxBytes.of(new byte[5], 3, 2)), 2)
                    .contains("after 5 of the 6 bytes of its 3 values");
            refused(IdxBytes.gzip(new byte[] {0, 0}), 2).contains("has 2 bytes");
            refused(IdxBytes.gzip(new byte[] {0, 0, 8, 2, 0, 0}), 2)
                    .contains("before the size of its dimension 1");
        }

        @Test
        @DisplayName("when it goes on, inside the compression or after it")
        void goesOn() throws IOException {
            byte[] sound = IdxBytes.gzip(IdxBytes.of(new byte[3], 3));
            refused(IdxBytes.gzip(IdxBytes.of(new byte[4], 3))).contains("goes on after its 3");
            refused(joined(sound, new byte[] {5})).contains("goes on after its 3");
            refused(joined(sound, new byte[100])).contains("goes on after its 3");
            refused(joined(sound, sound)).contains("goes on after its 3");
        }

        @Test
        @DisplayName("when it is no gzip file, or its checksum is another")
        void noGzip() throws IOException {
            refused(IdxBytes.of(new byte[3], 3)).contains("gzip");
            byte[] sound = IdxBytes.gzip(IdxBytes.of(new byte[3], 3));
            sound[sound.length - 8] ^= 1;
            refused(sound).contains("gzip");
        }

        @Test
        @DisplayName("when it holds something else")
        void magic() throws IOException {
            refused(IdxBytes.gzip(IdxBytes.of(new byte[6], 3, 2)))
                    .contains("begins with 00000802", "1 dimensions with 00000801");
        }

        @Test
        @DisplayName("when it has another shape")
        void shape() throws IOException {
            refused(IdxBytes.gzip(IdxBytes.of(new byte[6], 3, 2)), 28)
                    .contains("has 2 as its dimension 2, 28 is needed");
        }

        @Test
        @DisplayName("when it says that it has more values than there may be, or none")
        void count() throws IOException {
            refused(IdxBytes.gzip(IdxBytes.of(new byte[3], MOST + 1)))
                    .contains("has 101 values, the range is 1 to 100");
            refused(IdxBytes.gzip(IdxBytes.of(new byte[3], -1))).contains("has 4294967295 values");
            refused(IdxBytes.gzip(IdxBytes.of(new byte[0], 0))).contains("has 0 values");
        }

        private org.assertj.core.api.AbstractStringAssert<?> refused(byte[] bytes, int... shape)
                throws IOException {
            Path file = file(bytes);
            var thrown =
                    assertThatThrownBy(() -> IdxFile.read(file, MOST, shape))
                            .isInstanceOf(InvalidInputException.class);
            return thrown.message().startsWith(file.toString()).doesNotContain("\n");
        }
    }

    private IdxFile read(byte[] bytes, int... shape) throws IOException {
        return IdxFile.read(file(bytes), MOST, shape);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("values.gz"), bytes);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
