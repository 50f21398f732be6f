package duet.testkit;

import duet.schemas.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Runs a Kafka broker and its controller in a process of their own, which can be killed as no
 * broker in this JVM can, and started again.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int LOOK_MILLIS = 2_000;
    private static final int PATIENCE_MILLIS = (int) Eventually.limit().toMillis();

    private final Path directory;
    private final String bootstrapServers;
    private Process process;

    private BrokerProcess(Path directory, int port) {
        this.directory = directory;
        bootstrapServers = HOST + ":" + port;
    }

    /** Formats the directory and starts the broker in it. */
    public static BrokerProcess start(Path directory) throws Exception {
        List<Integer> ports = FreePorts.find(2);
        BrokerProcess broker = new BrokerProcess(directory, ports.get(0));
        String log = directory.resolve("log").toString();
        Properties properties = new Properties();
        properties.putAll(
                Map.ofEntries(
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry("node.id", "1"),
                        Map.entry("controller.quorum.voters", "1@" + HOST + ":" + ports.get(1)),
                        Map.entry(
                                "listeners",
                                String.format(
                                        Locale.ROOT,
                                        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d",
                                        HOST,
                                        ports.get(0),
                                        HOST,
                                        ports.get(1))),
                        Map.entry(
                                "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                        Map.entry("controller.listener.names", "CONTROLLER"),
                        Map.entry("log.dir", log),
                        Map.entry("auto.create.topics.enable", "false"),
                        Map.entry("offsets.topic.replication.factor", "1"),
                        Map.entry("offsets.topic.num.partitions", "1"),
                        Map.entry("transaction.state.log.replication.factor", "1"),
                        Map.entry("transaction.state.log.num.partitions", "1"),
                        Map.entry("transaction.state.log.min.isr", "1"),
                        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                        Map.entry("share.coordinator.state.topic.min.isr", "1"),
                        Map.entry("group.initial.rebalance.delay.ms", "0"),
                        Map.entry("log.cleaner.dedupe.buffer.size", "2097152")));
        try (var out = Files.newBufferedWriter(directory.resolve("server.properties"))) {
            properties.store(out, null);
        }
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .addDirectory(log)
                .setMetadataLogDirectory(log)
                .setPrintStream(
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .run();
        broker.startAgain();
        return broker;
    }

    /**
     * Starts the broker on the directory and the port it had before, and returns once it answers.
     */
    public void startAgain() throws Exception {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-Duser.language=en",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "kafka.Kafka",
                                directory.resolve("server.properties").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("broker.log").toFile()))
                        .start();
        try {
            awaitAnswer();
        } catch (Exception | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void awaitAnswer() throws Exception {
        try (Admin admin = admin()) {
            Eventually.until(
                    "an answer of the broker",
                    () -> {
                        if (!process.isAlive()) {
                            throw new IllegalStateException("the broker ended: " + log());
                        }
                        return answers(admin);
                    },
                    this::log);
        }
    }

    private static boolean answers(Admin admin) throws InterruptedException {
        try {
            return !admin.describeCluster(new DescribeClusterOptions().timeoutMs(LOOK_MILLIS))
                    .nodes()
                    .get()
                    .isEmpty();
        } catch (ExecutionException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("broker.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Kills the broker as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * Stops the broker where it is, as a machine does that swaps: its connections stay, and nobody
     * serves them.
     */
    public void suspend() throws Exception {
        signal("STOP");
    }

    /** Lets a suspended broker go on. */
    public void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        ProcessBuilder command =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO();
        // In Turkish kill does not know the names of all signals.
        command.environment().put("LC_ALL", "C");
        Process kill = command.start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("the broker got no signal " + name);
        }
    }

    /**
     * Kills the broker as soon as it is seen to end a transaction of those that the load leads to,
     * or when the load ends.
     */
    public void killAtACommit(Iterator<Runnable> load) throws Exception {
        try (Admin admin = admin()) {
            var committing =
                    new ListTransactionsOptions()
                            .filterStates(List.of(TransactionState.PREPARE_COMMIT));
            while (load.hasNext()) {
                load.next().run();
                if (!Eventually.get("the transactions", admin.listTransactions(committing).all())
                        .isEmpty()) {
                    break;
                }
            }
            kill();
        }
    }

    /** Creates topics and returns when their partitions can be used. */
    public void createTopics(Collection<NewTopic> topics) throws Exception {
        try (Admin admin = admin()) {
            Eventually.get("new topics", admin.createTopics(topics).all());
        }
        List<String> names = topics.stream().map(NewTopic::name).toList();
        Eventually.until("the leaders of " + names, () -> haveLeaders(names), this::log);
    }

    private boolean haveLeaders(List<String> topics) throws Exception {
        try (Admin admin = admin()) {
            return Eventually.get("the topics", admin.describeTopics(topics).allTopicNames())
                    .values()
                    .stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            // Not every broker has heard of a topic at once.
            return false;
        }
    }

    private Admin admin() {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        100,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        PATIENCE_MILLIS));
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
