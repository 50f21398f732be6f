package duet.operations.topics;

import duet.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
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

    /**
     * Brokers keep every topic unpacked. Their largest record is counted packed, and consumers
     * unpack whatever they are handed: one record of 500 KB could stand for gigabytes of memory in
     * whoever reads it. The broker unpacks it before, and refuses what is too large then.
     */
    private static final Map<String, String> UNPACKED =
            Map.of(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");

    private static final Map<String, String> COMPACTED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

    private static final Map<String, String> COMPACTED_AND_DELETED =
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(DELTAS_RETENTION.toMillis()));

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
        return List.of(
                topic(Topics.WINDOWS, partitions, Map.of()),
                topic(Topics.DELTAS, partitions, COMPACTED_AND_DELETED),
                topic(Topics.MODELS, 1, COMPACTED),
                topic(Topics.RELEASE_STATUS, 1, COMPACTED),
                topic(Topics.DEVICE_RESETS, 1, COMPACTED),
                topic(Topics.DEAD_LETTERS, 1, Map.of()));
    }

    private static NewTopic topic(String name, int partitions, Map<String, String> cleanup) {
        Map<String, String> settings = new HashMap<>(UNPACKED);
        settings.putAll(cleanup);
        return new NewTopic(name, partitions, ONE_REPLICA).configs(settings);
    }
}
