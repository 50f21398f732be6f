package duet.jobs.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in {@code deploy/monitoring/alerts.yml}, as far as its names can be checked against
 * the job.
 */
final class AlertRules {

    /** The folder of the monitoring files; tests run in the folder of their module. */
    static final Path MONITORING = Path.of("..", "deploy", "monitoring");

    private static final Pattern SELECTOR = Pattern.compile("(flink_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern RECORDED = Pattern.compile("duet:[\\w:]+");

    private final List<JsonNode> rules = new ArrayList<>();

    private AlertRules() {}

    static AlertRules read() throws IOException {
        AlertRules read = new AlertRules();
        JsonNode document = new YAMLMapper().readTree(MONITORING.resolve("alerts.yml").toFile());
        document.get("groups").forEach(group -> group.get("rules").forEach(read.rules::add));
        return read;
    }

    /**
     * A metric as a rule asks for it: its name and labels, written {@code name="value"}, that it
     * must have.
     */
    record Selector(String metric, Set<String> labels) {

        /** Whether a line of an exposition is a sample that the rule reads. */
        boolean reads(String line) {
            return line.startsWith(metric + "{") && labels.stream().allMatch(line::contains);
        }
    }

    List<JsonNode> alerts() {
        return rules.stream().filter(rule -> rule.has("alert")).toList();
    }

    /** Everything that comes from Flink's reporter. */
    Set<Selector> selectors() {
        Set<Selector> selectors = new LinkedHashSet<>();
        for (JsonNode rule : rules) {
            Matcher selector = SELECTOR.matcher(rule.get("expr").asText());
            while (selector.find()) {
                Set<String> labels = new TreeSet<>();
                Matcher label = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
                while (label.find()) {
                    labels.add(label.group());
                }
                selectors.add(new Selector(selector.group(1), labels));
            }
        }
        return selectors;
    }

    /** Recorded names that a rule reads before another one records them. */
    List<String> readBeforeRecorded() {
        Set<String> recorded = new LinkedHashSet<>();
        List<String> tooEarly = new ArrayList<>();
        for (JsonNode rule : rules) {
            Matcher read = RECORDED.matcher(rule.get("expr").asText());
            while (read.find()) {
                if (!recorded.contains(read.group())) {
                    tooEarly.add(read.group());
                }
            }
            if (rule.has("record")) {
                recorded.add(rule.get("record").asText());
            }
        }
        return tooEarly;
    }
}
