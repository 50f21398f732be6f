package duet.jobs;

import duet.jobs.config.GenerationOptions;
import duet.jobs.operator.MicrosClock;
import duet.jobs.release.ReleaseRegistry;
import duet.operations.broker.BrokerUnreachableException;
import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This record holds the releases that there are when a job is submitted. The job has them before
 * its first window, which therefore never overtakes the release it is for; it reads on where these
 * end.
 *
 * @param releases encoded releases, the newest record of each version
 * @param endOffsets by partition, the offset after the last record that was read; empty: the job
 *     reads from the oldest
 */
public record InitialReleases(List<byte[]> releases, Map<TopicPartition, Long> endOffsets) {
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(InitialReleases.class);

    /** A known release is kept together with its record. */
    private record Known(ModelRelease release, byte[] encoded) {}

    /** Holds what was read so far of the topic, in its order. */
    private static final class Newest {
        private final ReleaseLedger ledger;
        private final RecordDecoder<ModelRelease> decoder = Records.releaseDecoder();
        private final Map<String, Known> byVersion = new TreeMap<>();

        /** The version that was changed last; its counter is the highest. */
        private @Nullable String changedLast;

        Newest(ReleaseKeys keys) {
            ledger = new ReleaseLedger(keys, 0);
        }

        void take(ConsumerRecord<byte[], byte[]> record) {
            try {
                if (record.value() == null) {
                    delete(record);
                } else {
                    take(record, record.value());
                }
            } catch (MalformedRecordException e) {
                warn(record, "is no release: " + e.getMessage());
            }
        }

        private void delete(ConsumerRecord<byte[], byte[]> record) {
            Optional<String> refusal = ledger.deletionRefusal();
            if (refusal.isPresent()) {
                warn(record, "deletes nothing: " + refusal.get());
            } else if (record.key() != null) {
                byVersion.remove(new String(record.key(), StandardCharsets.UTF_8));
            }
        }

        private void take(ConsumerRecord<byte[], byte[]> record, byte[] encoded)
                throws MalformedRecordException {
            ModelRelease release = decoder.decode(encoded);
            ReleaseValidation.check(release);
            String version = release.getVersion();
            Known known = byVersion.get(version);
            Optional<String> refusal =
                    ledger.take(
                            release,
                            known == null ? null : known.release(),
                            MicrosClock.SYSTEM.nowMicros());
            if (refusal.isPresent()) {
                warn(record, "of release " + version + " does not count: " + refusal.get());
                return;
            }
            byVersion.put(version, new Known(release, encoded));
            changedLast = version;
        }

        void forgetOldest() {
            List<ModelRelease> releases = byVersion.values().stream().map(Known::release).toList();
            byVersion
                    .keySet()
                    .removeAll(
                            ReleaseRegistry.forgettable(
                                    releases, version -> version.equals(changedLast)));
        }

        List<byte[]> encoded() {
            return byVersion.values().stream().map(Known::encoded).toList();
        }

        private static void warn(ConsumerRecord<byte[], byte[]> record, String what) {
            LOG.warn(
                    "Record at offset {} of partition {} of topic {} {}",
                    record.offset(),
                    record.partition(),
                    record.topic(),
                    what);
        }
    }

    /**
     * Returns no releases at all: the job takes all of them from the topic, in competition with its
     * first windows.
     */
    public static InitialReleases none() {
        return new InitialReleases(List.of(), Map.of());
    }

    /**
     * Reads the topic up to its present end. However much stands there, what is kept of it is
     * bounded as in the job: {@link ReleaseRegistry#MAX_KNOWN} releases, of those alone that bear
     * the signatures asked for.
     *
     * @throws InvalidInputException if this client has no right to read the topic, or a key file
     *     cannot be used
     * @throws BrokerUnreachableException if that does not succeed in {@code 30 s}
     */
    public static InitialReleases read(GenerationOptions options) {
        Map<String, Object> properties = new HashMap<>(options.kafka().properties());
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(
                ConsumerConfig.CLIENT_ID_CONFIG, "duet-initial-releases-" + UUID.randomUUID());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(properties)) {
            return read(
                    consumer,
                    options.releases().modelsTopic(),
                    new Newest(options.releases().keys()));
        } catch (AuthorizationException e) {
            throw new InvalidInputException(
                    "topic "
                            + options.releases().modelsTopic()
                            + " at "
                            + options.bootstrapServers()
                            + " cannot be read: this client lacks the right Read on it",
                    e);
        } catch (TimeoutException e) {
            throw new BrokerUnreachableException(
                    String.format(
                            Locale.ROOT,
                            "topic %s at %s cannot be read: %s",
                            options.releases().modelsTopic(),
                            options.bootstrapServers(),
                            e.getMessage()),
                    e);
        }
    }

    private static InitialReleases read(
            KafkaConsumer<byte[], byte[]> consumer, String topic, Newest newest) {
        long deadline = System.nanoTime() + TIME.toNanos();
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic, TIME).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIME);
        while (!reached(consumer, ends)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("its end was not reached in " + TIME.toSeconds() + " s");
            }
            consumer.poll(POLL).forEach(newest::take);
            newest.forgetOldest();
        }
        Map<TopicPartition, Long> positions = new LinkedHashMap<>();
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        return new InitialReleases(newest.encoded(), positions);
    }

    private static boolean reached(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), TIME) >= end.getValue());
    }
}
