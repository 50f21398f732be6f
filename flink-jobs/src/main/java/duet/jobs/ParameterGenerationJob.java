package duet.jobs;

import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.config.SigningOptions;
import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.jobs.generation.DeltaSigning;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.io.DeadLetterOutput;
import duet.jobs.io.EncodedRecordSerializationSchema;
import duet.jobs.io.EventTime;
import duet.jobs.io.NoEventTime;
import duet.jobs.io.RawRecordDeserializationSchema;
import duet.jobs.io.ReleaseStatusOutput;
import duet.jobs.operator.MicrosClock;
import duet.jobs.operator.OperatorFactories;
import duet.jobs.operator.ParameterGenerationOperator;
import duet.jobs.operator.SignerFactory;
import duet.jobs.operator.WindowDecoding;
import duet.jobs.serialization.CompactTypeInformation;
import duet.jobs.serialization.EncodedRecord;
import duet.jobs.serialization.RawRecord;
import duet.schemas.InvalidInputException;
import duet.schemas.signature.Signer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The job turns interaction windows into weight deltas: it reads windows from Kafka, checks them,
 * merges them into each device's history, generates the device's delta in micro-batches and writes
 * it back, keyed by device. What cannot be used goes to the dead letters with its reason.
 */
public final class ParameterGenerationJob {
    private static final String NAME = "Duet parameter generation";

    /** This is what {@link ParameterTool} holds for an option that is not followed by a value. */
    private static final String NO_VALUE = "__NO_VALUE_KEY";

    private static final Duration STARTING_BROKERS = Duration.ofMinutes(5);

    private ParameterGenerationJob() {}

    /**
     * Runs the job on the cluster it is submitted to.
     *
     * @param args options of {@link DuetOptions} as {@code --duet.name value} or {@code --name
     *     value}
     * @throws InvalidInputException naming the option, topic or bundle file that is wrong
     * @throws BrokerUnreachableException if no broker answers
     */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        Configuration config = Configuration.fromMap(env.getConfiguration().toMap());
        config.addAll(parse(args));
        GenerationOptions options = GenerationOptions.from(config);
        Preflight.check(options);
        addTo(env, options, InitialReleases.read(options));
        env.execute(NAME);
    }

    /**
     * Adds the whole topology to an environment. Settings of Flink that the environment does not
     * have get the job's defaults: checkpoints, restarts, object reuse, buffer timeout; unnamed
     * operators and types without a serializer are refused.
     */
    public static void addTo(StreamExecutionEnvironment env, GenerationOptions options) {
        addTo(env, options, InitialReleases.none());
    }

    /**
     * Returns the job for a cluster in this JVM, which is given the environment and where the
     * brokers are. What is wrong with the options is thrown at once, as {@link Preflight} tells it;
     * brokers have minutes to answer, since they are starting, too.
     *
     * @param bundle directory of the model bundle
     * @param options of the job, besides where it finds brokers and bundle
     */
    public static BiConsumer<StreamExecutionEnvironment, String> serving(
            Path bundle, Configuration options) {
        return (env, bootstrapServers) -> {
            Configuration config = new Configuration(options);
            config.set(DuetOptions.BOOTSTRAP_SERVERS, bootstrapServers);
            config.set(DuetOptions.BUNDLE, bundle.toAbsolutePath().toString());
            GenerationOptions checked = GenerationOptions.from(config);
            Preflight.check(checked, STARTING_BROKERS);
            addTo(env, checked, InitialReleases.read(checked));
        };
    }

    /**
     * Returns the job as {@link #serving(Path, Configuration)} does, with the job's defaults
     * besides the encoding.
     */
    public static BiConsumer<StreamExecutionEnvironment, String> serving(
            Path bundle, DeltaEncoding encoding) {
        Configuration options = new Configuration();
        options.set(DuetOptions.ENCODING, encoding);
        return serving(bundle, options);
    }

    /**
     * Adds the topology as {@link #addTo(StreamExecutionEnvironment, GenerationOptions)} does, with
     * the releases that there are.
     */
    public static void addTo(
            StreamExecutionEnvironment env,
            GenerationOptions options,
            InitialReleases initialReleases) {
        addTo(
                env,
                options,
                initialReleases,
                options.bundle().map(BundleGenerator::factory).orElse(null));
    }

    /**
     * Adds the topology as {@link #addTo(StreamExecutionEnvironment, GenerationOptions,
     * InitialReleases)} does, with a generator of another origin.
     *
     * @param shipped makes the generator of the version that is served without a release; null:
     *     there is none
     */
    public static void addTo(
            StreamExecutionEnvironment env,
            GenerationOptions options,
            InitialReleases initialReleases,
            @Nullable DeltaGeneratorFactory shipped) {
        configureDefaults(env, options);

        SingleOutputStreamOperator<DeviceWindow> windows =
                env.fromSource(
                                source(options),
                                WatermarkStrategy.noWatermarks(),
                                "windows",
                                CompactTypeInformation.RAW_RECORD)
                        .uid("windows")
                        .process(
                                new WindowDecoding(options.windows().key(), MicrosClock.SYSTEM),
                                CompactTypeInformation.DEVICE_WINDOW)
                        .name("window-decoding")
                        .uid("window-decoding");

        DataStream<RawRecord> releases =
                env.fromSource(
                                releaseSource(options, initialReleases),
                                NoEventTime.strategy(),
                                "models",
                                CompactTypeInformation.RAW_RECORD)
                        .uid("models")
                        .setParallelism(1); // changes of a release in their order

        DataStream<RawRecord> resets =
                env.fromSource(
                                changeSource(
                                        options,
                                        options.windows().resetsTopic(),
                                        // A job without a savepoint has to know all epochs.
                                        OffsetsInitializer.earliest()),
                                NoEventTime.strategy(),
                                "device-resets",
                                CompactTypeInformation.RAW_RECORD)
                        .uid("device-resets")
                        .setParallelism(1);

        SingleOutputStreamOperator<EncodedRecord> deltas =
                windows.assignTimestampsAndWatermarks(
                                EventTime.strategy(options.windows().idleness()))
                        .name("event-time")
                        .uid("event-time")
                        .keyBy(DeviceWindow::deviceId, Types.STRING)
                        .connect(releases.union(resets).broadcast())
                        .transform(
                                "parameter-generation",
                                CompactTypeInformation.ENCODED_RECORD,
                                new ParameterGenerationOperator(
                                        options.settings(),
                                        new OperatorFactories(
                                                shipped,
                                                options.releases().source(),
                                                initialReleases.releases(),
                                                options.generation().policy().factory(),
                                                signerFactory(options.generation().signing())),
                                        MicrosClock.SYSTEM))
                        .uid("parameter-generation");

        deltas.sinkTo(sink(options, options.output().deltasTopic())).name("deltas").uid("deltas");
        windows.getSideOutput(DeadLetterOutput.TAG)
                .union(deltas.getSideOutput(DeadLetterOutput.TAG))
                .sinkTo(sink(options, options.output().deadLettersTopic()))
                .name("dead-letters")
                .uid("dead-letters");
        deltas.getSideOutput(ReleaseStatusOutput.TAG)
                .sinkTo(
                        // Whoever waits for a release to be ready waits for no checkpoint.
                        sinkBuilder(options, options.releases().statusTopic())
                                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                                .build())
                .name("release-status")
                .uid("release-status")
                .setParallelism(1);
    }

    private static SignerFactory signerFactory(SigningOptions signing) {
        String key = signing.privateKey().map(Path::toString).orElse(null);
        boolean ofBatches = signing.ofBatches();
        return () ->
                Optional.ofNullable(key)
                        .map(Path::of)
                        .map(Signer::read)
                        .map(ofBatches ? DeltaSigning::ofBatches : DeltaSigning::ofEach);
    }

    /** Reads the options of {@link DuetOptions} out of command line arguments. */
    public static Configuration parse(String[] args) {
        Map<String, String> given;
        try {
            given = ParameterTool.fromArgs(args).toMap();
        } catch (IllegalArgumentException e) {
            // Its message repeats all arguments, and one of them may hold a password.
            throw new InvalidInputException(
                    "argument "
                            + strayArgument(args)
                            + " is no option: options begin with -- and have one value");
        }
        Set<String> known =
                DuetOptions.ALL.stream()
                        .map(ConfigOption::key)
                        .collect(Collectors.toCollection(TreeSet::new));
        Configuration config = new Configuration();
        given.forEach(
                (name, value) -> {
                    String key =
                            name.startsWith(DuetOptions.PREFIX) ? name : DuetOptions.PREFIX + name;
                    if (!known.contains(key)
                            && !key.startsWith(DuetOptions.KAFKA_PROPERTIES.key() + ".")) {
                        throw new InvalidInputException(
                                "unknown option --"
                                        + name
                                        + "; the options are "
                                        + String.join(", ", known));
                    }
                    if (value.equals(NO_VALUE)) {
                        if (!key.equals(DuetOptions.BOUNDED.key())) {
                            throw new InvalidInputException("option --" + name + " has no value");
                        }
                        value = "true";
                    }
                    config.setString(key, value);
                });
        return config;
    }

    /**
     * Returns the place, from 1, of the first argument that neither is an option nor follows one.
     */
    private static int strayArgument(String[] args) {
        int i = 0;
        while (i < args.length && args[i].startsWith("-") && args[i].length() > 1) {
            i += i + 1 < args.length && !args[i + 1].startsWith("-") ? 2 : 1;
        }
        return i + 1;
    }

    public static void configureDefaults(
            StreamExecutionEnvironment env, GenerationOptions options) {
        Configuration defaults = new Configuration();
        defaults.set(PipelineOptions.GENERIC_TYPES, false);
        defaults.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        defaults.set(PipelineOptions.OBJECT_REUSE, true);
        defaults.set(PipelineOptions.NAME, NAME);
        defaults.set(ExecutionOptions.BUFFER_TIMEOUT, options.execution().bufferTimeout());
        defaults.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                options.execution().checkpointInterval());
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        defaults.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(500));
        ReadableConfig set = env.getConfiguration();
        Configuration missing = new Configuration();
        for (Map.Entry<String, String> option : defaults.toMap().entrySet()) {
            if (!set.toMap().containsKey(option.getKey())) {
                missing.setString(option.getKey(), option.getValue());
            }
        }
        env.configure(missing);
    }

    public static KafkaSource<RawRecord> source(GenerationOptions options) {
        KafkaSourceBuilder<RawRecord> source =
                KafkaSource.<RawRecord>builder()
                        .setProperties(properties(options))
                        .setBootstrapServers(options.bootstrapServers())
                        .setGroupId(options.windows().groupId())
                        .setTopics(options.windows().topic())
                        .setStartingOffsets(startOffsets(options.windows().startOffsets()))
                        .setDeserializer(new RawRecordDeserializationSchema());
        if (options.windows().bounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return source.build();
    }

    /**
     * Returns the source of releases, which reads on where those end that the job is given; it
     * commits no offsets for them.
     */
    private static KafkaSource<RawRecord> releaseSource(
            GenerationOptions options, InitialReleases initialReleases) {
        return changeSource(
                options,
                options.releases().modelsTopic(),
                initialReleases.endOffsets().isEmpty()
                        ? OffsetsInitializer.earliest()
                        : OffsetsInitializer.offsets(initialReleases.endOffsets()));
    }

    private static KafkaSource<RawRecord> changeSource(
            GenerationOptions options, String topic, OffsetsInitializer from) {
        KafkaSourceBuilder<RawRecord> source =
                KafkaSource.<RawRecord>builder()
                        .setProperties(properties(options))
                        .setBootstrapServers(options.bootstrapServers())
                        .setTopics(topic)
                        .setStartingOffsets(from)
                        .setDeserializer(new RawRecordDeserializationSchema());
        if (options.windows().bounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return source.build();
    }

    @SuppressWarnings("deprecation") // the connector's interface takes Kafka's old type
    private static OffsetsInitializer startOffsets(DuetOptions.StartOffsets start) {
        return switch (start) {
            case EARLIEST -> OffsetsInitializer.earliest();
            case LATEST -> OffsetsInitializer.latest();
            case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
        };
    }

    public static KafkaSink<EncodedRecord> sink(GenerationOptions options, String topic) {
        return options.output().delivery().configure(sinkBuilder(options, topic), topic).build();
    }

    private static KafkaSinkBuilder<EncodedRecord> sinkBuilder(
            GenerationOptions options, String topic) {
        Properties properties = properties(options);
        properties.setProperty(
                ProducerConfig.LINGER_MS_CONFIG,
                Long.toString(options.output().linger().toMillis()));
        properties.setProperty(
                ProducerConfig.BATCH_SIZE_CONFIG,
                Long.toString(options.output().batchSize().getBytes()));
        return KafkaSink.<EncodedRecord>builder()
                .setKafkaProducerConfig(properties)
                .setBootstrapServers(options.bootstrapServers())
                .setRecordSerializer(new EncodedRecordSerializationSchema(topic));
    }

    private static Properties properties(GenerationOptions options) {
        Properties properties = new Properties();
        properties.putAll(options.kafka().properties());
        return properties;
    }
}
