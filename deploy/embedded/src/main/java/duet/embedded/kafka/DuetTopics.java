package duet.embedded.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The topics between devices and cloud, as they are made on a broker of one's own. */
public final class DuetTopics {

    /** Interaction windows, keyed by device. */
    public static final String WINDOWS = "duet.windows";

    /** Weight deltas, keyed by device; compacted, because only a device's last delta matters. */
    public static final String DELTAS = "duet.deltas";

    /** Model releases; compacted. */
    public static final String MODELS = "duet.models";

    /** Records that could not be processed, with the reason. */
    public static final String DEAD_LETTERS = "duet.dead-letters";

    private static final short ONE_REPLICA = 1;

    private DuetTopics() {}

    /**
     * All four topics.
     *
     * @param partitions partitions of the topics that carry traffic, windows and deltas; the others have one
     */
    public static List<NewTopic> all(int partitions) {
        Map<String, String> compacted =
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        return List.of(
                new NewTopic(WINDOWS, partitions, ONE_REPLICA),
                new NewTopic(DELTAS, partitions, ONE_REPLICA).configs(compacted),
                new NewTopic(MODELS, 1, ONE_REPLICA).configs(compacted),
                new NewTopic(DEAD_LETTERS, 1, ONE_REPLICA));
    }
}
