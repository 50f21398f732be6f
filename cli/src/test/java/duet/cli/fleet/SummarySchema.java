package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import duet.simulator.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Holds the summaries that commands write to their schema. */
final class SummarySchema {
    private SummarySchema() {}

    /** The summary of a report, which is as the schema says. */
    static JsonNode read(Path report) throws IOException {
        JsonNode summary = new ObjectMapper().readTree(report.resolve(Report.SUMMARY).toFile());
        try (InputStream schema = Report.class.getResourceAsStream("summary.schema.json")) {
            assertThat(
                            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                                    .getSchema(schema)
                                    .validate(summary))
                    .as("%s against its schema", report)
                    .isEmpty();
        }
        return summary;
    }
}
