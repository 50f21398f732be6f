package duet.embedded.kafka;

import duet.operations.broker.KafkaClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Kafka broker and its KRaft controller inside this JVM, on free ports of 127.0.0.1.
 *
 * <p>Its log lives in a temporary directory that goes away with {@link #close()}, or when the JVM
 * is stopped by a signal. The servers are wired as {@code kafka.server.KafkaRaftServer} does it,
 * with two differences: the system picks the ports, so two brokers never race for one, and a fault
 * is reported to the caller, where Kafka's own wiring ends the process.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** What the names of the brokers' directories of this JVM begin with. */
    public static final String DIRECTORY_PREFIX =
            "duet-kafka-" + ProcessHandle.current().pid() + "-";

    private static final int NODE_ID = 1;
    private static final ListenerName LISTENER = new ListenerName("PLAINTEXT");
    private static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String HOST = "127.0.0.1";

    /**
     * The limit is long enough for a machine that is busy with other things: the broker is in this
     * JVM, it does not go away.
     */
    private static final int PATIENCE_SECONDS = 300;

    private static final String PATIENCE_MILLIS =
            String.valueOf(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    private static final int POLL_MILLIS = 10;

    private final Path directory;
    private final Thread shutdownHook = new Thread(this::stop, "duet-broker-shutdown");
    private @Nullable ControllerServer controller;
    private @Nullable BrokerServer broker;
    private boolean stopped;

    private EmbeddedBroker(Path directory) {
        this.directory = directory;
    }

    /**
     * Formats a fresh log directory, starts controller and broker and returns once the broker takes
     * requests.
     *
     * @throws IllegalStateException when Kafka does not start; nothing is left behind then
     */
    public static EmbeddedBroker start() {
        return start(Map.of());
    }

    /**
     * Starts a broker as {@link #start()} does, with broker settings of the caller's own over the
     * defaults.
     *
     * @param overrides broker configuration by Kafka's own names
     */
    public static EmbeddedBroker start(Map<String, String> overrides) {
        EmbeddedBroker broker;
        try {
            broker = new EmbeddedBroker(Files.createTempDirectory(DIRECTORY_PREFIX));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make a temporary directory for the embedded broker", e);
        }
        try {
            broker.startUp(overrides);
            Runtime.getRuntime().addShutdownHook(broker.shutdownHook);
            return broker;
        } catch (Exception | LinkageError e) {
            broker.stop();
            throw new IllegalStateException(
                    "the embedded Kafka broker did not start: " + reason(e), e);
        }
    }

    private void startUp(Map<String, String> overrides) throws Exception {
        // Kafka makes upper case of its own settings by the default locale; in Turkish it finds
        // none of them.
        Locale.setDefault(Locale.ROOT);
        KafkaConfig config = KafkaConfig.fromProps(properties(overrides), false);
        String log = directory.toString();
        ByteArrayOutputStream formatting = new ByteArrayOutputStream();
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setControllerListenerName(CONTROLLER_LISTENER)
                .addDirectory(log)
                .setMetadataLogDirectory(log)
                .setPrintStream(new PrintStream(formatting, true, StandardCharsets.UTF_8))
                .run();

        var storage = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        CompletableFuture<Map<Integer, InetSocketAddress>> voters = new CompletableFuture<>();
        SharedServer shared =
                new SharedServer(
                        config,
                        storage._1(),
                        Time.SYSTEM,
                        new Metrics(),
                        voters,
                        List.of(),
                        (name, fatal, action) -> throwing(action),
                        ServerSocketFactory.INSTANCE);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2());
        controller
                .socketServerFirstBoundPortFuture()
                .thenAccept(
                        port ->
                                voters.complete(
                                        Map.of(NODE_ID, new InetSocketAddress(HOST, port))));
        controller.startup();
        broker.startup();
    }

    private Properties properties(Map<String, String> overrides) {
        Properties properties = new Properties();
        properties.putAll(
                Map.ofEntries(
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry("node.id", String.valueOf(NODE_ID)),
                        // Port 0 here and in the listeners: the real ones are known once they are
                        // bound.
                        Map.entry("controller.quorum.voters", NODE_ID + "@0.0.0.0:0"),
                        Map.entry(
                                "listeners",
                                "PLAINTEXT://" + HOST + ":0,CONTROLLER://" + HOST + ":0"),
                        Map.entry(
                                "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("controller.listener.names", CONTROLLER_LISTENER),
                        Map.entry("inter.broker.listener.name", LISTENER.value()),
                        Map.entry("log.dir", directory.toString()),
                        Map.entry("auto.create.topics.enable", "false"),
                        Map.entry("offsets.topic.replication.factor", "1"),
                        Map.entry("offsets.topic.num.partitions", "1"),
                        Map.entry("transaction.state.log.replication.factor", "1"),
                        Map.entry("transaction.state.log.num.partitions", "1"),
                        Map.entry("transaction.state.log.min.isr", "1"),
                        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                        Map.entry("share.coordinator.state.topic.min.isr", "1"),
                        Map.entry("group.initial.rebalance.delay.ms", "0"),
                        Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                        Map.entry("initial.broker.registration.timeout.ms", PATIENCE_MILLIS),
                        Map.entry("broker.session.timeout.ms", PATIENCE_MILLIS),
                        // A single node has nobody to hand its partitions to.
                        Map.entry("controlled.shutdown.enable", "false"),
                        Map.entry("num.network.threads", "2"),
                        Map.entry("num.io.threads", "4")));
        properties.putAll(overrides);
        return properties;
    }

    /** Returns where clients connect without encryption or a password, {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers(LISTENER.value());
    }

    /**
     * Returns where clients connect to another listener, {@code host:port}.
     *
     * @param listener name of one of the listeners that the broker was started with
     */
    public String bootstrapServers(String listener) {
        return HOST + ":" + broker.boundPort(new ListenerName(listener));
    }

    /**
     * Creates topics and returns when their partitions can be used: the controller knows a topic
     * before the broker does.
     *
     * @throws IllegalStateException when the broker refuses, naming its reason
     */
    public void createTopics(Collection<NewTopic> topics) {
        Map<String, Object> settings =
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        PATIENCE_MILLIS);
        try (Admin admin = KafkaClients.admin(settings)) {
            CreateTopicsResult created = admin.createTopics(topics);
            created.all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
            for (NewTopic topic : topics) {
                int partitions = created.numPartitions(topic.name()).get();
                for (int partition = 0; partition < partitions; partition++) {
                    newest.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
                }
            }
            awaitKnown(admin, topics.stream().map(NewTopic::name).toList());
            // Asks again by itself until every leader answers.
            admin.listOffsets(newest).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were created", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "cannot create topics: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the embedded broker did not create topics in " + PATIENCE_SECONDS + " s", e);
        }
    }

    private static void awaitKnown(Admin admin, Collection<String> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                admin.describeTopics(topics)
                        .allTopicNames()
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** Returns the directory that holds the broker's log until {@link #close()}. */
    Path directory() {
        return directory;
    }

    /** Stops broker and controller and deletes the log. Closing twice does nothing. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is going down and runs, or has run, the hook itself.
        }
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (broker != null) {
            broker.shutdown();
        }
        if (controller != null) {
            controller.shutdown();
        }
        try {
            Utils.delete(directory.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot delete the embedded broker's log in " + directory, e);
        }
    }

    /**
     * Returns a handler that lets a fault at the start reach the caller, and a later one the log;
     * Kafka's own wiring ends the process here.
     */
    private static FaultHandler throwing(Runnable action) {
        return (message, cause) -> {
            action.run();
            LOG.error(message, cause);
            return new IllegalStateException(message, cause);
        };
    }

    /**
     * Returns the innermost message of Kafka's own: it names the address or the setting, while what
     * it caused and was caused by do not.
     */
    private static String reason(Throwable thrown) {
        Throwable reason = thrown;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof KafkaException || !(reason instanceof KafkaException)) {
                reason = cause;
            }
        }
        return reason.getMessage() == null ? reason.toString() : reason.getMessage();
    }
}
