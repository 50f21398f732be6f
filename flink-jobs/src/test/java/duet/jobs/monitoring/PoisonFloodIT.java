package duet.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import duet.testkit.Eventually;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.configuration.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A flood of records that cannot be used")
class PoisonFloodIT {

    private static final int RECORDS = 6_000;

    @TempDir private Path directory;

    @Test
    @DisplayName("fills the dead letters, not the log")
    void logStaysShort() {
        Random random = new Random(7);
        try (MonitoredJob job = MonitoredJob.start(directory, new Configuration());
                Recorder log = Recorder.attached()) {
            for (int i = 0; i < RECORDS; i += 3) {
                byte[] junk = new byte[random.nextInt(64)];
                random.nextBytes(junk);
                job.send(junk);
                job.send(MonitoredJob.window("no-such-version", i));
                byte[] cut = MonitoredJob.window(job.modelVersion(), i);
                job.send(Arrays.copyOf(cut, cut.length - 1));
            }
            job.flush();
            Eventually.until(
                    RECORDS + " dead letters",
                    () -> job.metrics().count("deadLetters"),
                    letters -> letters >= RECORDS);

            assertThat(log.lines())
                    .as("lines of Duet's own")
                    .filteredOn(line -> line.startsWith("duet."))
                    .hasSizeLessThan(10);
            assertThat(log.lines()).as("all lines").hasSizeLessThan(RECORDS / 20);
        }
    }

    /** What all loggers say at INFO and above while it is open. */
    private static final class Recorder extends AbstractAppender implements AutoCloseable {

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Logger root = (Logger) LogManager.getRootLogger();
        private final Level level = root.getLevel();

        private Recorder() {
            super("recorder", null, null, true, Property.EMPTY_ARRAY);
        }

        static Recorder attached() {
            Recorder recorder = new Recorder();
            recorder.start();
            recorder.root.addAppender(recorder);
            Configurator.setRootLevel(Level.INFO);
            return recorder;
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage());
        }

        List<String> lines() {
            return lines;
        }

        @Override
        public void close() {
            Configurator.setRootLevel(level);
            root.removeAppender(this);
            stop();
        }
    }
}
