package duet.operations.topics;

import duet.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** Describes the topics between devices and cloud, as they are made on a broker of one's own. */
public final class DuetTopics {

    private static final short ONE_REPLICA = 1;

    private DuetTopics() {}

    /**
     * Returns all topics. Deltas, models, release states and resets are compacted, because only the
     * last one of a device or version matters.
     *
     * @param partitions partitions of the topics that carry traffic, windows and deltas; the others
     *     have one
     */
    public static List<NewTopic> all(int partitions) {
        Map<String, String> compacted =
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        return List.of(
                new NewTopic(Topics.WINDOWS, partitions, ONE_REPLICA),
                new NewTopic(Topics.DELTAS, partitions, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.MODELS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.RELEASE_STATUS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.DEVICE_RESETS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(Topics.DEAD_LETTERS, 1, ONE_REPLICA));
    }
}
