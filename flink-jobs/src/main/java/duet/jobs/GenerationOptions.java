package duet.jobs;

import static duet.jobs.OptionValues.durationInRange;
import static duet.jobs.OptionValues.inRange;
import static duet.jobs.OptionValues.path;
import static duet.jobs.OptionValues.text;
import static duet.jobs.OptionValues.value;

import duet.jobs.DuetOptions.StartOffsets;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.history.DeviceHistory;
import duet.jobs.internal.GenerationSettings;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The checked settings of a {@link ParameterGenerationJob}; each is described at its {@link DuetOptions} constant.
 *
 * @param kafka how brokers are reached
 * @param bundle {@link DuetOptions#BUNDLE}; empty: only what is released is served
 * @param windowsTopic {@link DuetOptions#WINDOWS_TOPIC}
 * @param deltasTopic {@link DuetOptions#DELTAS_TOPIC}
 * @param deadLettersTopic {@link DuetOptions#DEAD_LETTERS_TOPIC}
 * @param groupId {@link DuetOptions#GROUP_ID}
 * @param startOffsets {@link DuetOptions#START_OFFSETS}
 * @param bounded {@link DuetOptions#BOUNDED}
 * @param history {@link DuetOptions#HISTORY}, empty for the bundle's
 * @param maxBatchDevices {@link DuetOptions#MAX_BATCH_DEVICES}
 * @param maxBatchWindows {@link DuetOptions#MAX_BATCH_WINDOWS}
 * @param maxBatchDelay {@link DuetOptions#MAX_BATCH_DELAY}
 * @param encoding {@link DuetOptions#ENCODING}
 * @param bufferTimeout {@link DuetOptions#BUFFER_TIMEOUT}
 * @param checkpointInterval {@link DuetOptions#CHECKPOINT_INTERVAL}
 * @param delivery how often what the job writes may arrive
 * @param stateTtl {@link DuetOptions#STATE_TTL}, zero for never
 * @param idleness {@link DuetOptions#IDLENESS}
 * @param producerLinger {@link DuetOptions#PRODUCER_LINGER}
 * @param producerBatchSize {@link DuetOptions#PRODUCER_BATCH_SIZE}
 * @param signing whether deltas are signed
 * @param policy when a window is answered
 * @param releases how model releases reach the job
 */
public record GenerationOptions(
        KafkaClientOptions kafka,
        Optional<Path> bundle,
        String windowsTopic,
        String deltasTopic,
        String deadLettersTopic,
        String groupId,
        StartOffsets startOffsets,
        boolean bounded,
        OptionalInt history,
        int maxBatchDevices,
        int maxBatchWindows,
        Duration maxBatchDelay,
        DeltaEncoding encoding,
        Duration bufferTimeout,
        Duration checkpointInterval,
        DeliveryOptions delivery,
        Duration stateTtl,
        Duration idleness,
        Duration producerLinger,
        MemorySize producerBatchSize,
        SigningOptions signing,
        PolicyOptions policy,
        ReleaseOptions releases) {

    /**
     * Reads and checks the options.
     *
     * @throws InvalidInputException naming the option and its value: missing, unreadable or out of its range
     */
    public static GenerationOptions from(ReadableConfig config) {
        int maxBatchDevices = inRange(config, DuetOptions.MAX_BATCH_DEVICES, 1, 65_536);
        return new GenerationOptions(
                KafkaClientOptions.from(config),
                value(config, DuetOptions.BUNDLE) == null
                        ? Optional.empty()
                        : Optional.of(path(config, DuetOptions.BUNDLE)),
                text(config, DuetOptions.WINDOWS_TOPIC),
                text(config, DuetOptions.DELTAS_TOPIC),
                text(config, DuetOptions.DEAD_LETTERS_TOPIC),
                text(config, DuetOptions.GROUP_ID),
                value(config, DuetOptions.START_OFFSETS),
                value(config, DuetOptions.BOUNDED),
                value(config, DuetOptions.HISTORY) == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                inRange(
                                        config,
                                        DuetOptions.HISTORY,
                                        1,
                                        DeviceHistory.MAX_CAPACITY)),
                maxBatchDevices,
                inRange(config, DuetOptions.MAX_BATCH_WINDOWS, maxBatchDevices, 1 << 20),
                durationInRange(config, DuetOptions.MAX_BATCH_DELAY, 1, 60_000),
                value(config, DuetOptions.ENCODING),
                durationInRange(config, DuetOptions.BUFFER_TIMEOUT, 0, 10_000),
                durationInRange(config, DuetOptions.CHECKPOINT_INTERVAL, 10, 3_600_000),
                DeliveryOptions.from(config),
                durationInRange(
                        config, DuetOptions.STATE_TTL, 0, Duration.ofDays(3_650).toMillis()),
                durationInRange(config, DuetOptions.IDLENESS, 10, 3_600_000),
                durationInRange(config, DuetOptions.PRODUCER_LINGER, 0, 10_000),
                producerBatchSize(config),
                SigningOptions.from(config),
                PolicyOptions.from(config),
                ReleaseOptions.from(config));
    }

    /** {@link DuetOptions#BOOTSTRAP_SERVERS}. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** All topics the job reads or writes; they must exist. */
    public List<String> topics() {
        return List.of(
                windowsTopic,
                deltasTopic,
                deadLettersTopic,
                releases.modelsTopic(),
                releases.statusTopic());
    }

    GenerationSettings settings() {
        return new GenerationSettings(
                history.orElse(GenerationSettings.MODEL_HISTORY),
                maxBatchDevices,
                maxBatchWindows,
                maxBatchDelay.toMillis(),
                encoding,
                windowsTopic,
                stateTtl,
                releases.retireAfter());
    }

    private static MemorySize producerBatchSize(ReadableConfig config) {
        MemorySize size = value(config, DuetOptions.PRODUCER_BATCH_SIZE);
        MemorySize most = MemorySize.ofMebiBytes(64);
        if (size.compareTo(most) > 0) {
            throw new InvalidInputException(
                    "%s is %s, it must be 0 to %s"
                            .formatted(DuetOptions.PRODUCER_BATCH_SIZE.key(), size, most));
        }
        return size;
    }
}
