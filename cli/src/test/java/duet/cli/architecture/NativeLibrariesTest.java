package duet.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A library's new version may drop a machine, and nothing on the others would tell.
 * docs/contribute/machines.md has the table.
 */
@DisplayName("Native libraries")
class NativeLibrariesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "onnxruntime-1, linux-x64/libonnxruntime.so, linux-aarch64/libonnxruntime.so,"
                + " osx-aarch64/libonnxruntime.dylib",
        "pytorch-jni-, linux-x86_64/cpu/, linux-aarch64/cpu/, osx-aarch64/cpu/",
        "frocksdbjni-, linux64.so, linux-aarch64.so, osx-arm64.jnilib",
        "zstd-jni-, linux/amd64/, linux/aarch64/, darwin/aarch64/",
        "lz4-java-, linux/amd64/, linux/aarch64/, darwin/aarch64/",
        "snappy-java-, Linux/x86_64/, Linux/aarch64/, Mac/aarch64/",
        "jna-, linux-x86-64/, linux-aarch64/, darwin-aarch64/",
        "duckdb_jdbc-, linux_amd64, linux_arm64, macos_arm64",
    })
    @DisplayName("are there for every machine that is supported")
    void everyMachine(String jar, String linux, String linuxOnArm, String macOnArm)
            throws IOException {
        List<Path> jars =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .filter(path -> path.getFileName().toString().startsWith(jar))
                        .toList();
        assertThat(jars).isNotEmpty();
        for (Path path : jars) {
            try (JarFile file = new JarFile(path.toFile())) {
                List<String> libraries =
                        file.stream()
                                .map(ZipEntry::getName)
                                .filter(name -> name.matches(".*\\.(so|dylib|jnilib)(_\\w+)?"))
                                .toList();
                assertThat(libraries)
                        .as(path.toString())
                        .anyMatch(name -> name.contains(linux))
                        .anyMatch(name -> name.contains(linuxOnArm))
                        .anyMatch(name -> name.contains(macOnArm));
            }
        }
    }
}
