package duet.model.image.fashion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.model.image.DeviceGroup;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Fashion-MNIST")
class FashionMnistTest {
    @TempDir private Path directory;

    @Test
    @DisplayName("gives every group photographs of its own, of every class")
    void groups() throws IOException {
        IdxBytes.writeDataSet(directory, 6, 2);
        FashionMnist data = FashionMnist.read(directory);
        assertThat(data.of(DeviceGroup.TRAINING).count()).isEqualTo(50);
        assertThat(data.of(DeviceGroup.VALIDATION).count()).isEqualTo(10);
        assertThat(data.of(DeviceGroup.TEST).count()).isEqualTo(20);
        assertThat(data.training().count(3)).isEqualTo(5);
        // The photographs after those for training: 50 is the first of class 0.
        assertThat(data.validation().photograph(0, 0).coverage(0, 4)).isEqualTo(150 / 255.0);
        assertThat(data.training().photograph(0, 0).coverage(27, 4)).isEqualTo(100 / 255.0);
        assertThat(data.training().photograph(0, 0).coverage(27, 6)).isZero();
    }

    @Test
    @DisplayName("is read as the Debian package installs it")
    void installed() {
        Path folder = Path.of(FashionMnist.INSTALLED);
        assumeTrue(
                FashionMnist.isIn(folder),
                "Fashion-MNIST is not installed: " + FashionMnist.INSTALLATION);
        FashionMnist data = FashionMnist.read(folder);
        assertThat(data.training().count()).isEqualTo(50_000);
        assertThat(data.validation().count()).isEqualTo(10_000);
        assertThat(data.test().count()).isEqualTo(10_000);
        for (int label = 0; label < Photographs.CLASSES; label++) {
            assertThat(data.test().count(label)).isEqualTo(1000);
        }
    }

    @Nested
    @DisplayName("is refused")
    class Refused {

        @Test
        @DisplayName("where a file is missing, saying how to get it")
        void missing() throws IOException {
            IdxBytes.writeDataSet(directory, 6, 2);
            Path file = directory.resolve("t10k-labels-idx1-ubyte.gz");
            Files.delete(file);
            assertThat(FashionMnist.isIn(directory)).isFalse();
            refusedNaming(file, "apt-get install dataset-fashion-mnist", "--data DIR");
        }

        @Test
        @DisplayName("where a file is cut in the middle")
        void cut() throws IOException {
            IdxBytes.writeDataSet(directory, 6, 2);
            Path file = directory.resolve("train-images-idx3-ubyte.gz");
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length / 2));
            refusedNaming(file, "cut off");
        }

        @Test
        @DisplayName("where there are more labels than images")
        void counts() throws IOException {
            IdxBytes.writeDataSet(directory, 6, 2);
            Path file = directory.resolve("train-labels-idx1-ubyte.gz");
            Files.write(file, IdxBytes.gzip(IdxBytes.of(new byte[61], 61)));
            refusedNaming(file, "has 61 values for the 60 of");
        }

        @Test
        @DisplayName("where a label is of no class")
        void label() throws IOException {
            IdxBytes.writeDataSet(directory, 6, 2);
            Path file = directory.resolve("t10k-labels-idx1-ubyte.gz");
            byte[] labels = new byte[20];
            labels[4] = 10;
            Files.write(file, IdxBytes.gzip(IdxBytes.of(labels, 20)));
            refusedNaming(file, "label 10 as its value 5, labels are 0 to 9");
        }

        @Test
        @DisplayName("where a group would lack a class")
        void lacking() throws IOException {
            IdxBytes.writeDataSet(directory, 6, 2);
            Path file = directory.resolve("t10k-labels-idx1-ubyte.gz");
            Files.write(file, IdxBytes.gzip(IdxBytes.of(new byte[20], 20)));
            refusedNaming(file, "no value 1 among the 20 for test devices");
        }

        private void refusedNaming(Path file, String... words) {
            assertThatThrownBy(() -> FashionMnist.read(directory))
                    .isInstanceOf(InvalidInputException.class)
                    .message()
                    .startsWith(file.toString())
                    .contains(words)
                    .doesNotContain("\n");
        }
    }
}
