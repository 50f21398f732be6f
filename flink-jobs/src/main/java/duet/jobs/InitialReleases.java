package duet.jobs;

import duet.jobs.config.GenerationOptions;
import duet.jobs.release.ReleaseRegistry;
import duet.operations.broker.BrokerUnreachableException;
import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
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
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
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

    /**
     * Returns no releases at all: the job takes all of them from the topic, in competition with its
     * first windows.
     */
    public static InitialReleases none() {
        return new InitialReleases(List.of(), Map.of());
    }

    /**
     * Reads the topic up to its present end. However much stands there, what is kept of it is
     * bounded as in the job: {@link ReleaseRegistry#MAX_KNOWN} releases.
     *
     * @throws InvalidInputException if this client has no right to read the topic
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
            return read(consumer, options.releases().modelsTopic());
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

    private static InitialReleases read(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        long deadline = System.nanoTime() + TIME.toNanos();
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic, TIME).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIME);
        Map<String, Known> newest = new TreeMap<>();
        RecordDecoder<ModelRelease> decoder = Records.releaseDecoder();
        while (!reached(consumer, ends)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("its end was not reached in " + TIME.toSeconds() + " s");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record, decoder, newest);
            }
            forgetOldest(newest);
        }
        Map<TopicPartition, Long> positions = new LinkedHashMap<>();
        partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
        return new InitialReleases(
                newest.values().stream().map(Known::encoded).toList(), positions);
    }

    private static void forgetOldest(Map<String, Known> newest) {
        List<ModelRelease> releases = newest.values().stream().map(Known::release).toList();
        newest.keySet().removeAll(ReleaseRegistry.forgettable(releases, version -> false));
    }

    private static boolean reached(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), TIME) >= end.getValue());
    }

    private static void take(
            ConsumerRecord<byte[], byte[]> record,
            RecordDecoder<ModelRelease> decoder,
            Map<String, Known> newest) {
        if (record.value() == null) {
            if (record.key() != null) {
                newest.remove(new String(record.key(), StandardCharsets.UTF_8));
            }
            return;
        }
        try {
            ModelRelease release = decoder.decode(record.value());
            ReleaseValidation.check(release);
            newest.put(release.getVersion(), new Known(release, record.value()));
        } catch (MalformedRecordException e) {
            LOG.warn(
                    "Record at offset {} of partition {} of topic {} is no release: {}",
                    record.offset(),
                    record.partition(),
                    record.topic(),
                    e.getMessage());
        }
    }
}
