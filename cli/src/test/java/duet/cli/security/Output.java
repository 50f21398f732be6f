package duet.cli.security;

import duet.cli.Duet;
import duet.cli.terminal.Terminal;
import duet.testkit.OwnLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * Everything that this process would say until this is closed: results, failures, and the log of
 * all threads.
 */
final class Output implements AutoCloseable {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StringWriter log = new StringWriter();
    private final WriterAppender appender;
    private final List<Appender> others;
    private final Level level = LogManager.getRootLogger().getLevel();

    /**
     * Begins to listen.
     *
     * @param level the least of the root logger that is written down
     */
    Output(Level level) {
        appender =
                WriterAppender.createAppender(
                        PatternLayout.newBuilder()
                                .withPattern("%-5p %c - %m%n%xThrowable{full}")
                                .build(),
                        null,
                        log,
                        "output-of-a-test",
                        false,
                        true);
        appender.start();
        others = List.copyOf(root().getAppenders().values());
        others.forEach(other -> root().removeAppender(other.getName()));
        root().addAppender(appender, null, null);
        Configurator.setRootLevel(level);
    }

    private static LoggerConfig root() {
        return LoggerContext.getContext(false).getConfiguration().getRootLogger();
    }

    /** Runs {@code duet} and gives its exit code. */
    int duet(String... args) {
        return Duet.run(
                new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, 100),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    String log() {
        return log.toString();
    }

    /** What the product and its clients log, without the broker that is of the test. */
    String ownLog() {
        return OwnLines.of(log());
    }

    String all() {
        return out.toString(StandardCharsets.UTF_8) + err() + log();
    }

    @Override
    public void close() {
        root().removeAppender(appender.getName());
        appender.stop();
        others.forEach(other -> root().addAppender(other, null, null));
        Configurator.setRootLevel(level);
    }
}
