package duet.jobs.config;

import static duet.jobs.config.OptionValues.durationInRange;
import static duet.jobs.config.OptionValues.inRange;
import static duet.jobs.config.OptionValues.path;
import static duet.jobs.config.OptionValues.text;
import static duet.jobs.config.OptionValues.value;

import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions.StartOffsets;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.WindowKey;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.JumpLimit;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * This record holds the checked settings of a {@link ParameterGenerationJob}; each is described at
 * its {@link DuetOptions} constant.
 *
 * @param kafka how brokers are reached
 * @param bundle {@link DuetOptions#BUNDLE}; empty: only what is released is served
 * @param releases how model releases reach the job
 * @param windows which windows are read
 * @param generation what becomes of them
 * @param output where the job writes to
 * @param execution how Flink runs the job
 */
public record GenerationOptions(
        KafkaClientOptions kafka,
        Optional<Path> bundle,
        ReleaseOptions releases,
        Windows windows,
        Generation generation,
        Output output,
        Execution execution) {
    private static final int MOST_DEVICES = 100_000_000;

    /**
     * These options say which windows the job reads, and what resets their devices.
     *
     * @param topic {@link DuetOptions#WINDOWS_TOPIC}
     * @param resetsTopic {@link DuetOptions#DEVICE_RESETS_TOPIC}
     * @param groupId {@link DuetOptions#GROUP_ID}
     * @param startOffsets {@link DuetOptions#START_OFFSETS}
     * @param bounded {@link DuetOptions#BOUNDED}
     * @param key {@link DuetOptions#WINDOWS_KEY}
     * @param jumps {@link DuetOptions#MAX_JUMP}
     * @param idleness {@link DuetOptions#IDLENESS}
     */
    public record Windows(
            String topic,
            String resetsTopic,
            String groupId,
            StartOffsets startOffsets,
            boolean bounded,
            WindowKey key,
            JumpLimit jumps,
            Duration idleness) {}

    /**
     * These options say how deltas are made of windows.
     *
     * @param history {@link DuetOptions#HISTORY}, empty for the bundle's
     * @param stateTtl {@link DuetOptions#STATE_TTL}, zero for never
     * @param maxDevices {@link DuetOptions#MAX_DEVICES}, 0 for any number
     * @param batch when a batch is generated
     * @param policy when a window is answered
     * @param encoding {@link DuetOptions#ENCODING}
     * @param signing whether deltas are signed
     */
    public record Generation(
            OptionalInt history,
            Duration stateTtl,
            int maxDevices,
            Batch batch,
            PolicyOptions policy,
            DeltaEncoding encoding,
            SigningOptions signing) {}

    /**
     * A batch is generated when one of these limits is reached, whichever comes first.
     *
     * @param maxDevices {@link DuetOptions#MAX_BATCH_DEVICES}
     * @param maxWindows {@link DuetOptions#MAX_BATCH_WINDOWS}
     * @param maxDelay {@link DuetOptions#MAX_BATCH_DELAY}
     */
    public record Batch(int maxDevices, int maxWindows, Duration maxDelay) {}

    /**
     * These options say where the job writes to, and how.
     *
     * @param deltasTopic {@link DuetOptions#DELTAS_TOPIC}
     * @param deadLettersTopic {@link DuetOptions#DEAD_LETTERS_TOPIC}
     * @param delivery how often what the job writes may arrive
     * @param linger {@link DuetOptions#PRODUCER_LINGER}
     * @param batchSize {@link DuetOptions#PRODUCER_BATCH_SIZE}
     */
    public record Output(
            String deltasTopic,
            String deadLettersTopic,
            DeliveryOptions delivery,
            Duration linger,
            MemorySize batchSize) {}

    /**
     * These options say how Flink runs the job, unless its own settings say otherwise.
     *
     * @param bufferTimeout {@link DuetOptions#BUFFER_TIMEOUT}
     * @param checkpointInterval {@link DuetOptions#CHECKPOINT_INTERVAL}
     */
    public record Execution(Duration bufferTimeout, Duration checkpointInterval) {}

    /**
     * Reads and checks the options.
     *
     * @throws InvalidInputException naming the option and its value: missing, unreadable or out of
     *     its range
     */
    public static GenerationOptions from(ReadableConfig config) {
        return new GenerationOptions(
                KafkaClientOptions.from(config),
                value(config, DuetOptions.BUNDLE) == null
                        ? Optional.empty()
                        : Optional.of(path(config, DuetOptions.BUNDLE)),
                ReleaseOptions.from(config),
                new Windows(
                        text(config, DuetOptions.WINDOWS_TOPIC),
                        text(config, DuetOptions.DEVICE_RESETS_TOPIC),
                        text(config, DuetOptions.GROUP_ID),
                        value(config, DuetOptions.START_OFFSETS),
                        value(config, DuetOptions.BOUNDED),
                        value(config, DuetOptions.WINDOWS_KEY),
                        new JumpLimit(
                                inRange(
                                        config,
                                        DuetOptions.MAX_JUMP,
                                        0L,
                                        JumpLimit.HIGHEST_SEQUENCE)),
                        durationInRange(config, DuetOptions.IDLENESS, 10, 3_600_000)),
                new Generation(
                        history(config),
                        durationInRange(
                                config,
                                DuetOptions.STATE_TTL,
                                0,
                                Duration.ofDays(3_650).toMillis()),
                        inRange(config, DuetOptions.MAX_DEVICES, 0, MOST_DEVICES),
                        batch(config),
                        PolicyOptions.from(config),
                        value(config, DuetOptions.ENCODING),
                        SigningOptions.from(config)),
                new Output(
                        text(config, DuetOptions.DELTAS_TOPIC),
                        text(config, DuetOptions.DEAD_LETTERS_TOPIC),
                        DeliveryOptions.from(config),
                        durationInRange(config, DuetOptions.PRODUCER_LINGER, 0, 10_000),
                        producerBatchSize(config)),
                new Execution(
                        durationInRange(config, DuetOptions.BUFFER_TIMEOUT, 0, 10_000),
                        durationInRange(config, DuetOptions.CHECKPOINT_INTERVAL, 10, 3_600_000)));
    }

    private static OptionalInt history(ReadableConfig config) {
        return value(config, DuetOptions.HISTORY) == null
                ? OptionalInt.empty()
                : OptionalInt.of(
                        inRange(config, DuetOptions.HISTORY, 1, DeviceHistory.MAX_CAPACITY));
    }

    private static Batch batch(ReadableConfig config) {
        int maxDevices = inRange(config, DuetOptions.MAX_BATCH_DEVICES, 1, 65_536);
        return new Batch(
                maxDevices,
                inRange(config, DuetOptions.MAX_BATCH_WINDOWS, maxDevices, 1 << 20),
                durationInRange(config, DuetOptions.MAX_BATCH_DELAY, 1, 60_000));
    }

    /** Returns the value of {@link DuetOptions#BOOTSTRAP_SERVERS}. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Returns all topics that the job reads or writes; they must exist. */
    public List<String> topics() {
        return List.of(
                windows.topic(),
                output.deltasTopic(),
                output.deadLettersTopic(),
                releases.modelsTopic(),
                releases.statusTopic(),
                windows.resetsTopic());
    }

    public GenerationSettings settings() {
        return new GenerationSettings(
                new GenerationSettings.History(
                        generation.history().orElse(GenerationSettings.MODEL_HISTORY),
                        generation.stateTtl(),
                        windows.jumps(),
                        generation.maxDevices()),
                generation.batch().maxDevices(),
                generation.batch().maxWindows(),
                generation.batch().maxDelay().toMillis(),
                generation.encoding(),
                windows.topic(),
                windows.resetsTopic(),
                releases.retireAfter());
    }

    private static MemorySize producerBatchSize(ReadableConfig config) {
        MemorySize size = value(config, DuetOptions.PRODUCER_BATCH_SIZE);
        MemorySize most = MemorySize.ofMebiBytes(64);
        if (size.compareTo(most) > 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be 0 to %s",
                            DuetOptions.PRODUCER_BATCH_SIZE.key(),
                            size,
                            most));
        }
        return size;
    }
}
