package duet.cluster.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Makes the reporter of a process; the option {@code port} says where it listens. */
public final class LoopbackPrometheusReporterFactory implements MetricReporterFactory {
    private static final List<Class<?>> CLASSES =
            List.of(LoopbackPrometheusReporterFactory.class, LoopbackPrometheusReporter.class);

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new LoopbackPrometheusReporter(((MetricConfig) properties).getInteger("port", 0));
    }

    /**
     * Writes the jar that makes the factory known to Flink when it stands in its {@code lib}.
     *
     * @throws IOException if it cannot be written
     */
    public static void writeJar(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            for (Class<?> type : CLASSES) {
                String name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(name));
                try (InputStream in = type.getResourceAsStream("/" + name)) {
                    in.transferTo(jar);
                }
            }
            jar.putNextEntry(
                    new ZipEntry("META-INF/services/" + MetricReporterFactory.class.getName()));
            jar.write(
                    LoopbackPrometheusReporterFactory.class
                            .getName()
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
