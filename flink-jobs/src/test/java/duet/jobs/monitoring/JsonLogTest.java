package duet.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log as JSON")
class JsonLogTest {

    private static final String FILE = "duet.log";

    @TempDir private Path directory;

    @AfterEach
    void forgetTheFile() {
        System.clearProperty(FILE);
    }

    @Test
    @DisplayName("is one object a line, whatever a message holds")
    void oneObjectALine() throws IOException {
        List<JsonNode> lines =
                logged(
                        log -> {
                            log.info("Serving release {}", "v2\nand \"a second line\"");
                            log.error("failed", new IllegalStateException("no\nreason"));
                            log.debug("not logged");
                        });

        assertThat(lines).hasSize(2);
        JsonNode serving = lines.get(0);
        assertThat(Instant.parse(serving.get("@timestamp").asText())).isBefore(Instant.now());
        assertThat(serving.get("log.level").asText()).isEqualTo("INFO");
        assertThat(serving.get("log.logger").asText()).isEqualTo("duet.test");
        assertThat(serving.get("message").asText())
                .isEqualTo("Serving release v2\nand \"a second line\"");
        assertThat(serving.get("service.name").asText()).isEqualTo("duet");
        JsonNode failed = lines.get(1);
        assertThat(failed.get("error.message").asText()).isEqualTo("no\nreason");
        assertThat(failed.get("error.stack_trace").asText()).contains("oneObjectALine");
    }

    @Test
    @DisplayName("has lines of bounded size")
    void boundedLines() throws IOException {
        List<JsonNode> lines = logged(log -> log.warn("x".repeat(1_000_000)));

        assertThat(lines)
                .singleElement()
                .satisfies(
                        line -> assertThat(line.get("message").asText()).hasSizeLessThan(20_000));
    }

    private interface Logging {
        void to(Logger log);
    }

    private List<JsonNode> logged(Logging logging) throws IOException {
        Path file = directory.resolve("process.log");
        System.setProperty(FILE, file.toString());
        Path configuration = AlertRules.MONITORING.resolve("log4j2-json.properties");
        try (LoggerContext context = new LoggerContext("json", null, configuration.toUri())) {
            context.start();
            logging.to(context.getLogger("duet.test"));
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }
}
