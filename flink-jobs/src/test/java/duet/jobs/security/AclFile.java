package duet.jobs.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rules of {@code deploy/security/acls.txt}, as {@code kafka-acls --add} understands them. */
public final class AclFile {
    public static final Path SHIPPED = Path.of("..", "deploy", "security", "acls.txt");

    private static final Map<String, ResourceType> RESOURCES =
            Map.of(
                    "--topic", ResourceType.TOPIC,
                    "--group", ResourceType.GROUP,
                    "--transactional-id", ResourceType.TRANSACTIONAL_ID);

    private AclFile() {}

    public static List<AclBinding> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(AclFile::binding)
                .toList();
    }

    private static AclBinding binding(String line) {
        List<String> words = Arrays.asList(line.split(" "));
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            if (options.put(words.get(i), words.get(i + 1)) != null) {
                throw new IllegalArgumentException("'" + line + "' has an option twice");
            }
        }
        String principal = options.remove("--allow-principal");
        AclOperation operation = AclOperation.fromString(options.remove("--operation"));
        String pattern = options.remove("--resource-pattern-type");
        Map.Entry<String, String> resource = options.entrySet().iterator().next();
        if (options.size() != 1 || !RESOURCES.containsKey(resource.getKey())) {
            throw new IllegalArgumentException("'" + line + "' has other options");
        }
        return new AclBinding(
                new ResourcePattern(
                        RESOURCES.get(resource.getKey()),
                        resource.getValue(),
                        pattern == null
                                ? PatternType.LITERAL
                                : PatternType.fromString(pattern.toUpperCase(Locale.ROOT))),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }
}
