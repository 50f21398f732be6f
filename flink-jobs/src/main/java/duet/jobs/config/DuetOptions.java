package duet.jobs.config;

import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.WindowKey;
import duet.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * This class holds every setting of the jobs. The table in the documentation is made from these by
 * {@link OptionTable}.
 */
public final class DuetOptions {
    /** All keys begin with this; it may be left out on the command line of a job. */
    public static final String PREFIX = "duet.";

    public static final ConfigOption<String> BOOTSTRAP_SERVERS =
            ConfigOptions.key("duet.bootstrap-servers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Kafka brokers to connect to first: host:port, several separated by"
                                    + " commas. Required.");

    public static final ConfigOption<String> BUNDLE =
            ConfigOptions.key("duet.bundle")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Directory of a model bundle that is served from the start without a"
                                + " release, the same path on every task manager. Without it the"
                                + " job serves what is released.");

    public static final ConfigOption<String> WINDOWS_TOPIC =
            ConfigOptions.key("duet.topic.windows")
                    .stringType()
                    .defaultValue(Topics.WINDOWS)
                    .withDescription("Topic that interaction windows are read from.");

    public static final ConfigOption<String> DELTAS_TOPIC =
            ConfigOptions.key("duet.topic.deltas")
                    .stringType()
                    .defaultValue(Topics.DELTAS)
                    .withDescription("Topic that weight deltas are written to, keyed by device.");

    public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
            ConfigOptions.key("duet.topic.dead-letters")
                    .stringType()
                    .defaultValue(Topics.DEAD_LETTERS)
                    .withDescription(
                            "Topic that records which cannot be used are written to, with the"
                                    + " reason.");

    public static final ConfigOption<String> MODELS_TOPIC =
            ConfigOptions.key("duet.topic.models")
                    .stringType()
                    .defaultValue(Topics.MODELS)
                    .withDescription("Topic that model releases are read from.");

    public static final ConfigOption<String> RELEASE_STATUS_TOPIC =
            ConfigOptions.key("duet.topic.release-status")
                    .stringType()
                    .defaultValue(Topics.RELEASE_STATUS)
                    .withDescription(
                            "Topic that every subtask tells on how far it is with each release.");

    public static final ConfigOption<String> DEVICE_RESETS_TOPIC =
            ConfigOptions.key("duet.topic.device-resets")
                    .stringType()
                    .defaultValue(Topics.DEVICE_RESETS)
                    .withDescription(
                            "Topic that resets of devices are read from, from its oldest record"
                                    + " on.");

    public static final ConfigOption<String> GROUP_ID =
            ConfigOptions.key("duet.group-id")
                    .stringType()
                    .defaultValue("duet-parameter-generation")
                    .withDescription(
                            "Consumer group that read offsets are committed to at every"
                                    + " checkpoint.");

    public static final ConfigOption<StartOffsets> START_OFFSETS =
            ConfigOptions.key("duet.start-offsets")
                    .enumType(StartOffsets.class)
                    .defaultValue(StartOffsets.COMMITTED)
                    .withDescription(
                            "Where a job that starts without a checkpoint begins to read: earliest,"
                                + " latest, or committed: where the group stopped, earliest where"
                                + " it never read.");

    public static final ConfigOption<Boolean> BOUNDED =
            ConfigOptions.key("duet.bounded")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether the job finishes after the windows that are in the topic when"
                                    + " it starts.");

    public static final ConfigOption<WindowKey> WINDOWS_KEY =
            ConfigOptions.key("duet.windows.key")
                    .enumType(WindowKey.class)
                    .defaultValue(WindowKey.DEVICE_ID)
                    .withDescription(
                            "Key that a window's record must have: device-id, the id of its device"
                                + " in UTF-8, any other window goes to the dead letters; or any,"
                                + " for devices that cannot set it.");

    public static final ConfigOption<Long> MAX_JUMP =
            ConfigOptions.key("duet.windows.max-jump")
                    .longType()
                    .defaultValue(1_000_000L)
                    .withDescription(
                            "Most interactions that may be missing between the newest one known of"
                                + " a device and its next window, up to 2^53; a window that begins"
                                + " further ahead goes to the dead letters, and for a device of"
                                + " which nothing is known one that begins beyond 2^53. 0 turns"
                                + " both checks off.");

    public static final ConfigOption<Integer> HISTORY =
            ConfigOptions.key("duet.history")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Newest interactions kept of each device, 1 to 4,096. Without it, as"
                                    + " many as the bundle names.");

    public static final ConfigOption<Integer> MAX_BATCH_DEVICES =
            ConfigOptions.key("duet.batch.max-devices")
                    .intType()
                    .defaultValue(64)
                    .withDescription(
                            "Devices in a batch after which it is generated, 1 to 65,536 for each"
                                + " subtask. What a batch reads should fit into a core's cache.");

    public static final ConfigOption<Integer> MAX_BATCH_WINDOWS =
            ConfigOptions.key("duet.batch.max-windows")
                    .intType()
                    .defaultValue(4096)
                    .withDescription(
                            "Windows in a batch after which it is generated, at least"
                                + " duet.batch.max-devices; bounds the memory of a batch where few"
                                + " devices send many windows.");

    public static final ConfigOption<Duration> MAX_BATCH_DELAY =
            ConfigOptions.key("duet.batch.max-delay")
                    .durationType()
                    .defaultValue(Duration.ofMillis(5))
                    .withDescription(
                            "Longest time after its first window at which a batch is generated, 1"
                                + " ms to 60 s. It is generated at once when no further window has"
                                + " come in that could join it.");

    public static final ConfigOption<DeltaEncoding> ENCODING =
            ConfigOptions.key("duet.encoding")
                    .enumType(DeltaEncoding.class)
                    .defaultValue(DeltaEncoding.INT4)
                    .withDescription(
                            "How deltas are written: int4 or int8, half a byte or a byte for each"
                                    + " number and a scale for each row, or float32, exact and four"
                                    + " times as large as int8.");

    public static final ConfigOption<PolicyOptions.Kind> POLICY =
            ConfigOptions.key("duet.policy")
                    .enumType(PolicyOptions.Kind.class)
                    .defaultValue(PolicyOptions.Kind.ALWAYS)
                    .withDescription(
                            "Which windows are answered: always, all of them; drift, those whose"
                                + " drift reaches duet.policy.drift-threshold; budget, the share"
                                + " duet.policy.budget, those of the largest drift; random, the"
                                + " same share at random.");

    public static final ConfigOption<Double> DRIFT_THRESHOLD =
            ConfigOptions.key("duet.policy.drift-threshold")
                    .doubleType()
                    .defaultValue(0.15)
                    .withDescription(
                            "How far a delta must move a device for the policy drift to send it:"
                                + " root mean square difference of the distribution embedding from"
                                + " the one sent last, 0 to 2; 0 answers all.");

    public static final ConfigOption<Double> BUDGET =
            ConfigOptions.key("duet.policy.budget")
                    .doubleType()
                    .defaultValue(0.25)
                    .withDescription(
                            "Most deltas for each window that the policies budget and random send,"
                                    + " 0.001 to 1.");

    public static final ConfigOption<Duration> MIN_INTERVAL =
            ConfigOptions.key("duet.policy.min-interval")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "Least time between two deltas of a device for one model version, 0 ms"
                                    + " to 7 days; the policy always has none.");

    public static final ConfigOption<Duration> BUFFER_TIMEOUT =
            ConfigOptions.key("duet.buffer-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMillis(5))
                    .withDescription(
                            "Longest time a record waits in a network buffer between tasks, 0 ms to"
                                    + " 10 s. Flink's execution.buffer-timeout.interval comes first"
                                    + " where it is set.");

    public static final ConfigOption<Duration> CHECKPOINT_INTERVAL =
            ConfigOptions.key("duet.checkpoint-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "Time between checkpoints, 10 ms to 1 h. Flink's"
                                + " execution.checkpointing.interval comes first where it is set.");

    public static final ConfigOption<Duration> PRODUCER_LINGER =
            ConfigOptions.key("duet.producer.linger")
                    .durationType()
                    .defaultValue(Duration.ofMillis(5))
                    .withDescription(
                            "Longest time a delta waits for others of its partition to be sent"
                                    + " along, 0 ms to 10 s.");

    public static final ConfigOption<MemorySize> PRODUCER_BATCH_SIZE =
            ConfigOptions.key("duet.producer.batch-size")
                    .memoryType()
                    .defaultValue(MemorySize.parse("256 kb"))
                    .withDescription(
                            "Bytes of one partition that are sent together at most, 0 to 64 mb.");

    public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES =
            ConfigOptions.key("duet.kafka.properties")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "Further properties of all Kafka clients, for example"
                                + " security.protocol; one by one as duet.kafka.properties.NAME, or"
                                + " all as NAME:VALUE,NAME:VALUE. What is secret belongs into"
                                + " duet.kafka.properties-file.");

    public static final ConfigOption<String> KAFKA_PROPERTIES_FILE =
            ConfigOptions.key("duet.kafka.properties-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File of Kafka client properties, read where the job is submitted;"
                                + " duet.kafka.properties comes first where both name a property.");

    public static final ConfigOption<String> SIGNING_PRIVATE_KEY =
            ConfigOptions.key("duet.signing.private-key")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "PEM file of the Ed25519 private key that every delta is signed with,"
                                + " the same path on every task manager. Without it, deltas are not"
                                + " signed.");

    public static final ConfigOption<Boolean> SIGNING_BATCH =
            ConfigOptions.key("duet.signing.batch")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether the deltas of a batch share one signature, which costs the job"
                                + " a fraction of one for each and makes a delta longer by 32 bytes"
                                + " for each doubling of the batch. Devices of versions before this"
                                + " option refuse such deltas.");

    public static final ConfigOption<DeliveryOptions.Delivery> DELIVERY =
            ConfigOptions.key("duet.delivery")
                    .enumType(DeliveryOptions.Delivery.class)
                    .defaultValue(DeliveryOptions.Delivery.AT_LEAST_ONCE)
                    .withDescription(
                            "How often a delta or dead letter may arrive: at-least-once, at once"
                                + " and after a failure some twice, which changes nothing on a"
                                + " device; or exactly-once for those who read committed records"
                                + " alone, which costs up to a checkpoint interval of latency.");

    public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
            ConfigOptions.key("duet.transactional-id-prefix")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Begin of the ids of the job's Kafka transactions, of no other job's;"
                                    + " only with exactly-once. Without it, duet.group-id.");

    public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
            ConfigOptions.key("duet.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "Time after which a broker gives up a transaction, and with it what was"
                                + " written since the checkpoint before: longer than the longest"
                                + " outage to get over, at most the brokers'"
                                + " transaction.max.timeout.ms. 1 s to 7 days; only with"
                                + " exactly-once.");

    public static final ConfigOption<Duration> STATE_TTL =
            ConfigOptions.key("duet.state.ttl")
                    .durationType()
                    .defaultValue(Duration.ofDays(90))
                    .withDescription(
                            "Time after which the job forgets a device that sent nothing new, up to"
                                + " 3,650 days; 0 for never. A device that comes back then begins a"
                                + " new history with what it sends.");

    public static final ConfigOption<Integer> MAX_DEVICES =
            ConfigOptions.key("duet.state.max-devices")
                    .intType()
                    .defaultValue(1_000_000)
                    .withDescription(
                            "Most devices that a subtask remembers, up to 100,000,000; where more"
                                + " come, those that have sent nothing new for longest are"
                                + " forgotten, and their deltas leave the topic. 0 for no limit;"
                                + " deltas of devices that are forgotten then stay as long as the"
                                + " topic keeps them.");

    public static final ConfigOption<Duration> IDLENESS =
            ConfigOptions.key("duet.idleness")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "Time without a window after which a partition no longer counts for"
                                    + " watermarks and the lag of event time, 10 ms to 1 h.");

    public static final ConfigOption<String> RELEASES_PUBLIC_KEY =
            ConfigOptions.key("duet.releases.public-key")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File of Ed25519 public keys in PEM, the same path on every task"
                                + " manager and where the job is submitted; a release that none of"
                                + " them has signed is refused. Without it releases need no"
                                + " signature.");

    public static final ConfigOption<String> RELEASES_ROLLOUT_PUBLIC_KEY =
            ConfigOptions.key("duet.releases.rollout-public-key")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File of Ed25519 public keys in PEM, in the same places; which devices"
                                + " run a release is decided by one of these alone, and those of"
                                + " duet.releases.public-key only announce. Without it they do"
                                + " both.");

    public static final ConfigOption<String> RELEASES_CACHE_DIRECTORY =
            ConfigOptions.key("duet.releases.cache-directory")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Directory on every task manager that released bundles are kept in, the"
                                    + " newest 16; its owner alone may write to it. Without it,"
                                    + " duet/releases in the user's own cache directory"
                                    + " ($XDG_CACHE_HOME or ~/.cache).");

    public static final ConfigOption<List<String>> RELEASES_ALLOW =
            ConfigOptions.key("duet.releases.allow")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "What the addresses of released bundles begin with, for example"
                                + " https://models.example.org/duet/ or file:///models/, several"
                                + " separated by semicolons; a release at another address is"
                                + " refused. Without it every address of https: is allowed and no"
                                + " other.");

    public static final ConfigOption<Duration> RELEASES_FETCH_TIMEOUT =
            ConfigOptions.key("duet.releases.fetch-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(5))
                    .withDescription(
                            "Longest time that a released bundle may take to arrive, all its files"
                                    + " together, 100 ms to 1 h; the release is refused then.");

    public static final ConfigOption<Duration> RELEASES_RETIRE_AFTER =
            ConfigOptions.key("duet.releases.retire-after")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "Time that a model version is served on after no device should run it"
                                    + " any more, up to 7 d; windows that name it go to the dead"
                                    + " letters afterwards.");

    /** The list holds all options in the order of the documentation. */
    public static final List<ConfigOption<?>> ALL =
            List.of(
                    BOOTSTRAP_SERVERS,
                    BUNDLE,
                    WINDOWS_TOPIC,
                    DELTAS_TOPIC,
                    DEAD_LETTERS_TOPIC,
                    MODELS_TOPIC,
                    RELEASE_STATUS_TOPIC,
                    DEVICE_RESETS_TOPIC,
                    GROUP_ID,
                    START_OFFSETS,
                    BOUNDED,
                    WINDOWS_KEY,
                    MAX_JUMP,
                    HISTORY,
                    MAX_BATCH_DEVICES,
                    MAX_BATCH_WINDOWS,
                    MAX_BATCH_DELAY,
                    ENCODING,
                    POLICY,
                    DRIFT_THRESHOLD,
                    BUDGET,
                    MIN_INTERVAL,
                    BUFFER_TIMEOUT,
                    CHECKPOINT_INTERVAL,
                    PRODUCER_LINGER,
                    PRODUCER_BATCH_SIZE,
                    KAFKA_PROPERTIES,
                    KAFKA_PROPERTIES_FILE,
                    SIGNING_PRIVATE_KEY,
                    SIGNING_BATCH,
                    DELIVERY,
                    TRANSACTIONAL_ID_PREFIX,
                    TRANSACTION_TIMEOUT,
                    STATE_TTL,
                    MAX_DEVICES,
                    IDLENESS,
                    RELEASES_PUBLIC_KEY,
                    RELEASES_ROLLOUT_PUBLIC_KEY,
                    RELEASES_CACHE_DIRECTORY,
                    RELEASES_ALLOW,
                    RELEASES_FETCH_TIMEOUT,
                    RELEASES_RETIRE_AFTER);

    private DuetOptions() {}

    /** The start offsets say where a job begins to read that starts without a checkpoint. */
    public enum StartOffsets {
        /** The job begins at the oldest window there is. */
        EARLIEST,
        /** The job begins at the first window that comes in after the start. */
        LATEST,
        /**
         * The job begins where the consumer group stopped, and at the oldest window where it never
         * read.
         */
        COMMITTED
    }
}
