package duet.simulator.fleet;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.release.BundleFetcher;
import duet.schemas.signature.Verifier;
import duet.simulator.network.NetworkConditions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * How a fleet reaches its cluster, what its devices ask for, and how long it waits. Immutable:
 * every {@code with} gives other options.
 */
public final class FleetOptions implements Cloneable {
    public static final Duration DEFAULT_BROKER_TIMEOUT = Duration.ofSeconds(15);
    public static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration DEFAULT_SWITCH_OVER = Duration.ofSeconds(10);
    public static final Duration DEFAULT_FETCH_TIMEOUT = Duration.ofSeconds(30);

    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    private Map<String, Object> kafka;
    private String windowsTopic = Topics.WINDOWS;
    private String deltasTopic = Topics.DELTAS;
    private String deadLettersTopic = Topics.DEAD_LETTERS;
    private String modelsTopic = Topics.MODELS;
    private Duration brokerTimeout = DEFAULT_BROKER_TIMEOUT;
    private Duration brokerSilence;
    private Duration answerTimeout = DEFAULT_ANSWER_TIMEOUT;
    private Duration switchOver = DEFAULT_SWITCH_OVER;
    private Duration fetchTimeout = DEFAULT_FETCH_TIMEOUT;
    private Path bundleCache = BundleFetcher.defaultCache();
    private boolean quality = true;
    private boolean lens;
    private FleetPart part = FleetPart.WHOLE;
    private Verifier verifier;
    private LongSupplier gatedWindows;
    private NetworkConditions network = NetworkConditions.PERFECT;
    private Duration warmUp = Duration.ZERO;
    private IntFunction<Optional<DeviceModel>> otherModels = device -> Optional.empty();

    private FleetOptions(Map<String, Object> kafka) {
        this.kafka = checked(kafka);
    }

    /** Default topics and times. */
    public static FleetOptions of(String bootstrapServers) {
        return of(Map.of(BOOTSTRAP_SERVERS, bootstrapServers));
    }

    /**
     * Default topics and times.
     *
     * @param kafka client properties of producer, consumers and admin client; win over the fleet's
     *     defaults
     * @throws InvalidInputException if they lack {@code bootstrap.servers}
     */
    public static FleetOptions of(Map<String, ?> kafka) {
        return new FleetOptions(Map.copyOf(kafka));
    }

    /** These options with further client properties. */
    public FleetOptions withKafka(Map<String, ?> properties) {
        Map<String, Object> merged = new HashMap<>(kafka);
        merged.putAll(properties);
        return with(options -> options.kafka = checked(merged));
    }

    /** Where windows go, and where deltas and refused windows are found. */
    public FleetOptions withTopics(String windows, String deltas, String deadLetters) {
        return with(
                options -> {
                    options.windowsTopic = windows;
                    options.deltasTopic = deltas;
                    options.deadLettersTopic = deadLetters;
                });
    }

    /** Where releases are found. */
    public FleetOptions withModelsTopic(String models) {
        return with(options -> options.modelsTopic = models);
    }

    /** How long a broker may take to answer at the start. */
    public FleetOptions withBrokerTimeout(Duration timeout) {
        return with(options -> options.brokerTimeout = positive("broker timeout", timeout));
    }

    /**
     * How long the brokers may be silent in a run before it is given up; by default it goes on
     * without them, and shows what that means for the devices.
     */
    public FleetOptions withBrokerSilence(Duration atMost) {
        return with(options -> options.brokerSilence = positive("broker silence", atMost));
    }

    /** After everything was sent: how long no answer may come before the run is given up. */
    public FleetOptions withAnswerTimeout(Duration timeout) {
        return with(options -> options.answerTimeout = positive("answer timeout", timeout));
    }

    /**
     * Over how long the devices of a fleet take up a release, one after the other: devices in the
     * field do not all fetch a model in the same moment, and each asks for new weights when it has
     * it. Zero is all at once.
     */
    public FleetOptions withSwitchOver(Duration time) {
        if (time.isNegative()) {
            throw new InvalidInputException(
                    "the time to switch over is " + time + ", it must not be below 0");
        }
        return with(options -> options.switchOver = time);
    }

    /**
     * How long one file of a released bundle may take over HTTP; the devices that wait for it try
     * again later.
     */
    public FleetOptions withFetchTimeout(Duration timeout) {
        return with(options -> options.fetchTimeout = positive("fetch timeout", timeout));
    }

    /** Directory that released bundles are kept in, the newest; nothing else belongs into it. */
    public FleetOptions withBundleCache(Path directory) {
        return with(options -> options.bundleCache = directory);
    }

    /** Whether devices rank over the stream. */
    public FleetOptions withQuality(boolean measured) {
        return with(options -> options.quality = measured);
    }

    /**
     * Whether devices keep the items they touched last over windows, so that a look at one shows
     * what it would really rank.
     */
    public FleetOptions withLens(boolean asked) {
        return with(options -> options.lens = asked);
    }

    /** The devices that this process stands for, of a fleet that several share. */
    public FleetOptions withPart(FleetPart held) {
        return with(options -> options.part = held);
    }

    /** Devices take only deltas and releases that these keys have signed. */
    public FleetOptions withVerifier(Verifier keys) {
        return with(options -> options.verifier = keys);
    }

    /**
     * How many windows the job has gated so far, from any start and never less than before; without
     * it every window is expected to be answered.
     */
    public FleetOptions withGatedWindows(LongSupplier gated) {
        return with(options -> options.gatedWindows = gated);
    }

    /** What lies between the devices and the broker; nothing by default. */
    public FleetOptions withNetwork(NetworkConditions conditions) {
        return with(options -> options.network = conditions);
    }

    /**
     * How long from the start of the stream latencies and counts are kept apart from those of the
     * steady state: code is compiled and caches fill in that time.
     */
    public FleetOptions withWarmUp(Duration time) {
        if (time.isNegative()) {
            throw new InvalidInputException("the warm-up is " + time + ", it must not be below 0");
        }
        return with(options -> options.warmUp = time);
    }

    /**
     * Which devices run another model than the fleet, by their index, from the start and whatever
     * is released. The same model has to be the same object.
     */
    public FleetOptions withOtherModels(IntFunction<Optional<DeviceModel>> models) {
        return with(options -> options.otherModels = models);
    }

    public Map<String, Object> kafka() {
        return kafka;
    }

    public String bootstrapServers() {
        return kafka.get(BOOTSTRAP_SERVERS).toString();
    }

    public String windowsTopic() {
        return windowsTopic;
    }

    public String deltasTopic() {
        return deltasTopic;
    }

    public String deadLettersTopic() {
        return deadLettersTopic;
    }

    public String modelsTopic() {
        return modelsTopic;
    }

    public Duration brokerTimeout() {
        return brokerTimeout;
    }

    /** Null where a run is never given up for it. */
    public Duration brokerSilence() {
        return brokerSilence;
    }

    public Duration answerTimeout() {
        return answerTimeout;
    }

    public Duration switchOver() {
        return switchOver;
    }

    public Duration fetchTimeout() {
        return fetchTimeout;
    }

    public Path bundleCache() {
        return bundleCache;
    }

    public boolean quality() {
        return quality;
    }

    public boolean lens() {
        return lens;
    }

    public FleetPart part() {
        return part;
    }

    /** Null where signatures are not asked for. */
    public Verifier verifier() {
        return verifier;
    }

    /** Null where the job does not gate. */
    public LongSupplier gatedWindows() {
        return gatedWindows;
    }

    public NetworkConditions network() {
        return network;
    }

    public Duration warmUp() {
        return warmUp;
    }

    public IntFunction<Optional<DeviceModel>> otherModels() {
        return otherModels;
    }

    private FleetOptions with(Consumer<FleetOptions> change) {
        try {
            FleetOptions changed = (FleetOptions) clone();
            change.accept(changed);
            return changed;
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> checked(Map<String, Object> kafka) {
        if (kafka.getOrDefault(BOOTSTRAP_SERVERS, "").toString().isBlank()) {
            throw new InvalidInputException("the Kafka properties lack " + BOOTSTRAP_SERVERS);
        }
        return Map.copyOf(kafka);
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new InvalidInputException(
                    "the " + name + " is " + duration + ", it must be above 0");
        }
        return duration;
    }
}
