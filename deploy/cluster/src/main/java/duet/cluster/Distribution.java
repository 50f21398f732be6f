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
record Distribution(List<Path> flinkLib, List<Path> kafkaLibs, Path job) {

    static final String JOB_JAR = "duet-parameter-generation.jar";

    /** The launcher sets this property to the root of the checkout. */
    private static final String HOME = "duet.home";

    /**
     * Returns the distribution of the checkout that the launcher started from.
     *
     * @throws InvalidInputException if this process was not started by the launcher, or something
     *     is not built
     */
    static Distribution ofCheckout() {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new InvalidInputException("a cluster is started by the duet script only");
        }
        Path modules = Path.of(home, "deploy", "dist");
        Path job = modules.resolve(Path.of("job", "target", JOB_JAR));
        if (!Files.isRegularFile(job)) {
            throw notBuilt(job);
        }
        return new Distribution(jars(modules, "flink-lib"), jars(modules, "kafka-lib"), job);
    }

    private static List<Path> jars(Path modules, String module) {
        Path list = modules.resolve(Path.of(module, "target", "launcher", "class-path"));
        if (!Files.isRegularFile(list)) {
            throw notBuilt(list);
        }
        try {
            return Stream.of(Files.readString(list).strip().split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + list, e);
        }
    }

    private static InvalidInputException notBuilt(Path missing) {
        return new InvalidInputException(
                missing + " is missing: build the jars first (mvn package)");
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
