package duet.simulator.fleet;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.FetchLimits;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.signature.Verifier;
import duet.simulator.network.NetworkConditions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how a fleet reaches its cluster, what its devices ask for, and how long it waits.
 *
 * @param kafka client properties of producer, consumers and admin client, {@code bootstrap.servers}
 *     included; they win over the fleet's defaults and may hold secrets
 * @param topics where windows go and answers are found
 * @param waits how long a run waits for its cluster
 * @param uptake how devices take up what is released
 * @param part the devices that this process stands for, of a fleet that several share
 * @param trust whose signatures devices ask for
 * @param circumstances what a scenario makes of the devices' world
 * @param measured what is measured
 */
public record FleetOptions(
        Map<String, Object> kafka,
        StreamTopics topics,
        Waits waits,
        Uptake uptake,
        FleetPart part,
        Trust trust,
        Circumstances circumstances,
        Measured measured) {
    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    /**
     * Says where windows go and answers are found.
     *
     * @param windows the fleet writes to it
     * @param deltas answers
     * @param deadLetters refused windows
     * @param models releases
     */
    public record StreamTopics(String windows, String deltas, String deadLetters, String models) {
        /** Names Duet's own topics. */
        public static final StreamTopics DEFAULT =
                new StreamTopics(Topics.WINDOWS, Topics.DELTAS, Topics.DEAD_LETTERS, Topics.MODELS);
    }

    /**
     * Says how long a run waits for its cluster.
     *
     * @param broker how long a broker may take to answer at the start
     * @param answer after everything was sent, how long no answer may come before the run is given
     *     up
     * @param silence how long the brokers may be silent in a run before it is given up; null: it
     *     goes on without them, and shows what that means for the devices
     */
    public record Waits(Duration broker, Duration answer, @Nullable Duration silence) {
        /** Lasts through slow starts and bursts, and never gives a run up for silence. */
        public static final Waits DEFAULT = of(Duration.ofSeconds(15), Duration.ofSeconds(60));

        public Waits {
            requirePositive("broker timeout", broker);
            requirePositive("answer timeout", answer);
            if (silence != null) {
                requirePositive("broker silence", silence);
            }
        }

        /** Never gives a run up because its brokers are silent. */
        public static Waits of(Duration broker, Duration answer) {
            return new Waits(broker, answer, null);
        }

        /** Changes how long no answer may come. */
        public Waits withAnswer(Duration value) {
            return new Waits(broker, value, silence);
        }

        /** Changes how long the brokers may be silent. */
        public Waits withSilence(Duration value) {
            return new Waits(broker, answer, value);
        }
    }

    /**
     * Says how devices take up what is released.
     *
     * @param switchOver over how long they do, one after the other: devices in the field do not all
     *     fetch a model in the same moment, and each asks for new weights when it has it; zero is
     *     all at once
     * @param fetch what a bundle may cost; where it does not arrive in time, the devices that wait
     *     for it try again later
     * @param allowed where bundles may be
     * @param bundleCache directory that bundles are kept in, the newest; nothing else belongs into
     *     it
     */
    public record Uptake(
            Duration switchOver, FetchLimits fetch, AllowedAddresses allowed, Path bundleCache) {
        public Uptake {
            requireNotBelowZero("time to switch over", switchOver);
        }

        /** Takes releases up over 10 s, each bundle within 30 s. */
        public static Uptake defaults() {
            return of(Duration.ofSeconds(10), Duration.ofSeconds(30));
        }

        /** Keeps bundles where all of Duet does, and takes them from addresses of https alone. */
        public static Uptake of(Duration switchOver, Duration fetchTime) {
            return new Uptake(
                    switchOver,
                    FetchLimits.within(fetchTime),
                    AllowedAddresses.beginningWith(List.of()),
                    BundleFetcher.defaultCache());
        }

        /** Changes where bundles may be. */
        public Uptake withAllowed(AllowedAddresses value) {
            return new Uptake(switchOver, fetch, value, bundleCache);
        }

        /** Changes where bundles are kept. */
        public Uptake withBundleCache(Path value) {
            return new Uptake(switchOver, fetch, allowed, value);
        }
    }

    /**
     * Says whose signatures devices ask for.
     *
     * @param deltas devices take only deltas that these keys have signed; null: any
     * @param releases devices take only releases that these keys have signed
     */
    public record Trust(@Nullable Verifier deltas, ReleaseKeys releases) {
        /** Asks for no signature. */
        public static final Trust NONE = new Trust(null, ReleaseKeys.none());
    }

    /**
     * Says what a scenario makes of the devices' world.
     *
     * @param network what lies between the devices and the broker
     * @param warmUp how long from the start of the stream latencies and counts are kept apart from
     *     those of the steady state: code is compiled and caches fill in that time
     * @param otherModels which devices run another model than the fleet, by their index, from the
     *     start and whatever is released; the same model has to be the same object
     */
    public record Circumstances(
            NetworkConditions network,
            Duration warmUp,
            IntFunction<Optional<DeviceModel>> otherModels) {
        /** Has a perfect network, no warm-up, and one model for all. */
        public static final Circumstances PLAIN =
                new Circumstances(
                        NetworkConditions.PERFECT, Duration.ZERO, device -> Optional.empty());

        public Circumstances {
            requireNotBelowZero("warm-up", warmUp);
        }

        /** Changes what lies between the devices and the broker. */
        public Circumstances withNetwork(NetworkConditions value) {
            return new Circumstances(value, warmUp, otherModels);
        }

        /** Changes which devices run another model than the fleet. */
        public Circumstances withOtherModels(IntFunction<Optional<DeviceModel>> value) {
            return new Circumstances(network, warmUp, value);
        }
    }

    /**
     * Says what is measured.
     *
     * @param quality whether devices rank over the stream
     * @param lens whether devices keep the items they touched last over windows, so that a look at
     *     one shows what it would really rank
     * @param gatedWindows how many windows the job has gated so far, from any start and never less
     *     than before; null: every window is expected to be answered
     */
    public record Measured(boolean quality, boolean lens, @Nullable LongSupplier gatedWindows) {
        /** Measures what comes and when, and how well devices rank. */
        public static final Measured DEFAULT = new Measured(true, false, null);

        /** Measures what comes and when; no device ranks. */
        public static final Measured NO_QUALITY = new Measured(false, false, null);
    }

    /**
     * Checks the options.
     *
     * @throws InvalidInputException if the client properties lack {@code bootstrap.servers}
     */
    public FleetOptions {
        if (kafka.getOrDefault(BOOTSTRAP_SERVERS, "").toString().isBlank()) {
            throw new InvalidInputException("the Kafka properties lack " + BOOTSTRAP_SERVERS);
        }
        kafka = Map.copyOf(kafka);
    }

    /** Gives a whole fleet Duet's topics and times of waiting, on a perfect network. */
    public static FleetOptions of(String bootstrapServers) {
        return new FleetOptions(
                Map.of(BOOTSTRAP_SERVERS, bootstrapServers),
                StreamTopics.DEFAULT,
                Waits.DEFAULT,
                Uptake.defaults(),
                FleetPart.WHOLE,
                Trust.NONE,
                Circumstances.PLAIN,
                Measured.DEFAULT);
    }

    /** Adds client properties; they win over those that were there. */
    public FleetOptions withKafka(Map<String, ?> properties) {
        Map<String, Object> merged = new HashMap<>(kafka);
        merged.putAll(properties);
        return new FleetOptions(
                merged, topics, waits, uptake, part, trust, circumstances, measured);
    }

    public FleetOptions withTopics(StreamTopics value) {
        return new FleetOptions(kafka, value, waits, uptake, part, trust, circumstances, measured);
    }

    public FleetOptions withWaits(Waits value) {
        return new FleetOptions(kafka, topics, value, uptake, part, trust, circumstances, measured);
    }

    public FleetOptions withUptake(Uptake value) {
        return new FleetOptions(kafka, topics, waits, value, part, trust, circumstances, measured);
    }

    public FleetOptions withPart(FleetPart value) {
        return new FleetOptions(
                kafka, topics, waits, uptake, value, trust, circumstances, measured);
    }

    public FleetOptions withTrust(Trust value) {
        return new FleetOptions(kafka, topics, waits, uptake, part, value, circumstances, measured);
    }

    public FleetOptions withCircumstances(Circumstances value) {
        return new FleetOptions(kafka, topics, waits, uptake, part, trust, value, measured);
    }

    public FleetOptions withMeasured(Measured value) {
        return new FleetOptions(kafka, topics, waits, uptake, part, trust, circumstances, value);
    }

    public String bootstrapServers() {
        return kafka.get(BOOTSTRAP_SERVERS).toString();
    }

    /** Names the brokers alone: the client properties may hold secrets. */
    @Override
    public String toString() {
        return "FleetOptions[" + bootstrapServers() + "]";
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new InvalidInputException(
                    "the " + name + " is " + duration + ", it must be above 0");
        }
    }

    private static void requireNotBelowZero(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new InvalidInputException(
                    "the " + name + " is " + duration + ", it must not be below 0");
        }
    }
}
