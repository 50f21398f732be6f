package duet.cluster;

import duet.schemas.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds what the build made to start a cluster from.
 *
 * @param flinkLib jars of Flink's lib
 * @param kafkaLibs jars of Kafka's libs
 * @param job the slim jar of the parameter generation job
 */
public record Distribution(List<Path> flinkLib, List<Path> kafkaLibs, Path job) {

    static final String JOB_JAR = "duet-parameter-generation.jar";

    /**
     * Returns the distribution of the checkout that the launcher started from.
     *
     * @throws InvalidInputException if this process was not started by the launcher, or something
     *     is not built
     */
    static Distribution ofCheckout() {
        Path modules = Path.of("deploy", "dist");
        Path job = built(modules.resolve(Path.of("job", "target", JOB_JAR)));
        return new Distribution(jars(modules, "flink-lib"), jars(modules, "kafka-lib"), job);
    }

    private static List<Path> jars(Path modules, String module) {
        Path list = built(modules.resolve(Path.of(module, "target", "launcher", "class-path")));
        try {
            return Stream.of(Files.readString(list).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + list, e);
        }
    }

    /**
     * Returns a file that the build made in the checkout the launcher started from.
     *
     * @param file the file, seen from the root of the checkout
     * @throws InvalidInputException if this process was not started by the launcher, or the file is
     *     not there
     */
    public static Path built(Path file) {
        Path built =
                Checkout.root()
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                "a cluster is started by the duet script only"))
                        .resolve(file);
        if (!Files.isRegularFile(built)) {
            throw new InvalidInputException(
                    built + " is missing: build the jars first (mvn package)");
        }
        return built;
    }

    /** Makes a directory hold links to exactly these jars. */
    static void link(List<Path> jars, Path directory) {
        try {
            Directories.delete(directory);
            Files.createDirectories(directory);
            for (Path jar : jars) {
                Files.createSymbolicLink(directory.resolve(jar.getFileName()), jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot link jars in " + directory, e);
        }
    }
}
