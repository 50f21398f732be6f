package duet.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import duet.simulator.summary.RunSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The format of summary.json")
class SummaryFormatTest {
    /** Has every key, and a value for every one that may be null. */
    private static final String KEPT = "/duet/simulator/report/summary.json";

    @Test
    @DisplayName("is byte for byte that of the summaries that are kept somewhere")
    void unchanged() throws IOException {
        String kept;
        try (InputStream file = getClass().getResourceAsStream(KEPT)) {
            kept = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        RunSummary read = new ObjectMapper().readValue(kept, RunSummary.class);
        assertThat(Report.json(read) + "\n").isEqualTo(kept);
        assertThat(read.delivery().network().superseded()).isEqualTo(134);
        assertThat(read.quality().source()).isEqualTo(RunSummary.STREAM);
        assertThat(read.run().fleet().workload()).isEqualTo("synthetic");
        assertThat(read.recording().timeline()).hasSize(3);
    }
}
