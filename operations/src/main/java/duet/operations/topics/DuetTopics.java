package duet.operations.topics;

import duet.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Describes the topics between devices and cloud, as they are made on a broker of one's own. */
public final class DuetTopics {

    /**
     * Deltas stay so long in their topic, longer than the job remembers a device by default: it
     * takes the deltas of devices out that it forgets, but not of those whose time ends while it is
     * down.
     */
    public static final Duration DELTAS_RETENTION = Duration.ofDays(100);

    private static final short ONE_REPLICA = 1;

    private DuetTopics() {}

    /**
     * Returns all topics. Deltas, models, release states and resets are compacted, because only the
     * last one of a device or version matters; deltas also have a retention.
     *
     * @param partitions partitions of the topics that carry traffic, windows and deltas; the others
     *     have one
     */
    public static List<NewTopic> all(int partitions) {
        Map<String, String> compacted =
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        Map<String, String> compactedAndDeleted =
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT
                                + ","
                                + TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(DELTAS_RETENTION.toMillis()));
        return List.of(
                new NewTopic(Topics.WINDOWS, partitions, ONE_REPLICA),
                new NewTopic(Topics.DELTAS, partitions, ONE_REPLICA).configs(compactedAndDeleted),
                new NewTopic(Topics.MODELS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.RELEASE_STATUS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.DEVICE_RESETS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.DEAD_LETTERS, 1, ONE_REPLICA));
    }
}
