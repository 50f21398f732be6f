package duet.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import duet.cluster.metrics.LoopbackPrometheusReporterFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Writes the files of a cluster that its processes start from: settings, libraries, log formats.
 */
final class ClusterFiles {
    private final ClusterLayout layout;
    private final ClusterShape shape;
    private final ClusterConfiguration configuration;

    ClusterFiles(ClusterLayout layout, ClusterShape shape, ClusterConfiguration configuration) {
        this.layout = layout;
        this.shape = shape;
        this.configuration = configuration;
    }

    /**
     * Writes everything that the processes read, over what an earlier cluster in the directory
     * left.
     *
     * @throws IllegalStateException if a broker's data cannot be formatted
     */
    void prepare(Distribution distribution) {
        try {
            Files.createDirectories(layout.flinkConf());
            Files.createDirectories(layout.checkpoints());
            Files.createDirectories(layout.savepoints());
            Files.createDirectories(layout.highAvailability());
            Files.createDirectories(layout.zookeeperData());
            Files.createDirectories(layout.job().getParent());
            Files.copy(distribution.job(), layout.job(), StandardCopyOption.REPLACE_EXISTING);
            Distribution.link(distribution.flinkLib(), layout.flinkLib());
            LoopbackPrometheusReporterFactory.writeJar(layout.metricsJar());
            Distribution.link(distribution.kafkaLibs(), layout.kafkaLibs());
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValue(layout.shape().toFile(), shape);
            write(layout.zookeeperConfiguration(), configuration.zookeeper(), "=");
            Map<String, String> flinkSettings = configuration.flink().toMap();
            flinkSettings.replaceAll((key, value) -> '"' + value + '"');
            write(layout.flinkConfiguration(), flinkSettings, ": ");
            for (int id = 1; id <= ClusterShape.BROKERS; id++) {
                Files.createDirectories(layout.kafkaData(id));
                write(layout.kafkaProperties(id), configuration.broker(id), "=");
                format(id);
            }
            for (String process : ClusterLayout.processes(shape.taskManagers())) {
                Files.createDirectories(layout.log(process).getParent());
                writeLogConfiguration(layout.logConfiguration(process));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write the cluster's files in " + layout.directory(), e);
        }
    }

    private static void write(Path file, Map<String, String> settings, String separator)
            throws IOException {
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + separator + setting.getValue())
                        .sorted()
                        .toList());
    }

    private static void writeLogConfiguration(Path file) throws IOException {
        try (InputStream in = ClusterFiles.class.getResourceAsStream("process-log4j2.properties")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes Kafka's id of the cluster into an empty directory of a broker's data. */
    private void format(int id) {
        String data = layout.kafkaData(id).toString();
        if (Files.exists(layout.kafkaData(id).resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setClusterId(shape.clusterId())
                    .setNodeId(id)
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(data)
                    .setMetadataLogDirectory(data)
                    .setPrintStream(
                            new PrintStream(
                                    new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + data + ": " + e.getMessage(), e);
        }
    }
}
