package duet.jobs.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/**
 * The quotas of {@code deploy/security/quotas.txt}, as {@code kafka-configs --alter} understands
 * them.
 */
final class QuotaFile {
    static final Path SHIPPED = Path.of("..", "deploy", "security", "quotas.txt");

    private QuotaFile() {}

    static List<ClientQuotaAlteration> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(QuotaFile::alteration)
                .toList();
    }

    private static ClientQuotaAlteration alteration(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            if (options.put(words.get(i), words.get(i + 1)) != null) {
                throw new IllegalArgumentException("'" + line + "' has an option twice");
            }
        }
        String type = options.remove("--entity-type");
        String name = options.remove("--entity-name");
        String quotas = options.remove("--add-config");
        if (!"users".equals(type) || !options.isEmpty()) {
            throw new IllegalArgumentException("'" + line + "' has other options");
        }
        return new ClientQuotaAlteration(
                new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, name)),
                Arrays.stream(quotas.split(",")).map(QuotaFile::quota).toList());
    }

    private static ClientQuotaAlteration.Op quota(String keyAndValue) {
        String[] parts = keyAndValue.split("=");
        return new ClientQuotaAlteration.Op(parts[0], Double.valueOf(parts[1]));
    }
}
