package duet.cluster;

import duet.cluster.metrics.LoopbackPrometheusReporterFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * Holds the settings of a cluster's processes and how each is started. All of it together fits in 6
 * GB: 3 brokers of some 400 MB, ZooKeeper of 100 MB, a JobManager of 640 MB and two TaskManagers of
 * 1,280 MB at most.
 */
final class ClusterConfiguration {

    /** Flink's command line has this name where processes are named. */
    static final String CLIENT = "client";

    private static final String BROKER_HEAP = "-Xmx256m";
    private static final String ZOOKEEPER_HEAP = "-Xmx64m";

    /** Flink's own configuration opens these packages for Java 17. */
    private static final List<String> OPENED_PACKAGES =
            List.of(
                    "java.lang",
                    "java.net",
                    "java.io",
                    "java.nio",
                    "sun.nio.ch",
                    "java.lang.reflect",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks");

    private final ClusterLayout layout;
    private final ClusterShape shape;

    ClusterConfiguration(ClusterLayout layout, ClusterShape shape) {
        this.layout = layout;
        this.shape = shape;
    }

    /**
     * Returns the {@code server.properties} of a broker, counted from 1; each is also a controller.
     */
    Map<String, String> broker(int id) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(id));
        properties.put(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, ClusterShape.BROKERS)
                        .mapToObj(
                                node ->
                                        String.format(
                                                Locale.ROOT,
                                                "%d@%s:%d",
                                                node,
                                                ClusterShape.HOST,
                                                shape.controllerPorts().get(node - 1)))
                        .collect(Collectors.joining(",")));
        properties.put(
                "listeners",
                String.format(
                        Locale.ROOT,
                        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d",
                        ClusterShape.HOST,
                        shape.brokerPorts().get(id - 1),
                        ClusterShape.HOST,
                        shape.controllerPorts().get(id - 1)));
        properties.put(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("log.dirs", layout.kafkaData(id).toString());
        properties.put("auto.create.topics.enable", "false");
        String all = Integer.toString(ClusterShape.BROKERS);
        properties.put("default.replication.factor", all);
        properties.put("min.insync.replicas", "2");
        properties.put("unclean.leader.election.enable", "false");
        properties.put("offsets.topic.replication.factor", all);
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", all);
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("transaction.state.log.min.isr", "2");
        properties.put("share.coordinator.state.topic.replication.factor", all);
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // A broker that is gone is noticed after this time, and its partitions move.
        properties.put("broker.session.timeout.ms", "6000");
        // All brokers stop together, none has anybody to hand its partitions to.
        properties.put("controlled.shutdown.enable", "false");
        properties.put("log.segment.bytes", Integer.toString(64 << 20));
        properties.put("log.retention.bytes", Integer.toString(256 << 20));
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        return properties;
    }

    /** Returns the {@code zoo.cfg}. */
    Map<String, String> zookeeper() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("dataDir", layout.zookeeperData().toString());
        settings.put("clientPort", Integer.toString(shape.zookeeperPort()));
        settings.put("clientPortAddress", ClusterShape.HOST);
        settings.put("tickTime", "2000");
        settings.put("maxClientCnxns", "100");
        settings.put("admin.enableServer", "false");
        return settings;
    }

    /**
     * Returns Flink's {@code config.yaml}, the same for all of its processes and for who submits
     * jobs.
     */
    Configuration flink() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("jobmanager.rpc.address", ClusterShape.HOST);
        settings.put("jobmanager.bind-host", ClusterShape.HOST);
        settings.put("taskmanager.host", ClusterShape.HOST);
        settings.put("taskmanager.bind-host", ClusterShape.HOST);
        settings.put("rest.address", ClusterShape.HOST);
        settings.put("rest.bind-address", ClusterShape.HOST);
        settings.put("rest.port", Integer.toString(shape.restPort()));
        settings.put("rest.bind-port", Integer.toString(shape.restPort()));

        settings.put("taskmanager.numberOfTaskSlots", Integer.toString(shape.slots()));
        settings.put("parallelism.default", Integer.toString(shape.taskManagers()));
        // A job uses all TaskManagers rather than all slots of one.
        settings.put("taskmanager.load-balance.mode", "SLOTS");

        settings.put("high-availability.type", "zookeeper");
        settings.put(
                "high-availability.zookeeper.quorum",
                ClusterShape.HOST + ":" + shape.zookeeperPort());
        settings.put("high-availability.storageDir", layout.highAvailability().toUri().toString());
        settings.put("high-availability.cluster-id", "/duet");
        // For so long a JobManager that was killed is still taken for the leader.
        settings.put("high-availability.zookeeper.client.session-timeout", "8 s");
        settings.put("high-availability.zookeeper.client.connection-timeout", "5 s");

        settings.put("heartbeat.interval", "3 s");
        settings.put("heartbeat.timeout", "15 s");

        settings.put("state.backend.type", "rocksdb");
        settings.put("execution.checkpointing.incremental", "true");
        settings.put("execution.checkpointing.storage", "filesystem");
        settings.put("execution.checkpointing.dir", layout.checkpoints().toUri().toString());
        settings.put(
                "execution.checkpointing.savepoint-dir", layout.savepoints().toUri().toString());
        settings.put("execution.checkpointing.num-retained", "3");
        settings.put(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        settings.put("execution.checkpointing.timeout", "60 s");
        // A full disk fails checkpoints; the job streams on meanwhile, and somebody is told.
        settings.put("execution.checkpointing.tolerable-failed-checkpoints", "60");

        settings.put("jobmanager.memory.process.size", "640m");
        settings.put("jobmanager.memory.jvm-metaspace.size", "160m");
        settings.put("jobmanager.memory.jvm-overhead.min", "64m");
        settings.put("jobmanager.memory.jvm-overhead.max", "64m");
        settings.put("jobmanager.memory.off-heap.size", "64m");
        settings.put("taskmanager.memory.process.size", "1280m");
        settings.put("taskmanager.memory.jvm-metaspace.size", "192m");
        settings.put("taskmanager.memory.jvm-overhead.min", "128m");
        settings.put("taskmanager.memory.jvm-overhead.max", "128m");
        settings.put("taskmanager.memory.framework.heap.size", "96m");
        settings.put("taskmanager.memory.framework.off-heap.size", "96m");
        settings.put("taskmanager.memory.task.off-heap.size", "96m");
        settings.put("taskmanager.memory.network.min", "96m");
        settings.put("taskmanager.memory.network.max", "96m");
        settings.put("taskmanager.memory.managed.size", "192m");

        settings.put(
                "metrics.reporter.prometheus.factory.class",
                LoopbackPrometheusReporterFactory.class.getName());
        // Nobody uploads a jar through the web page: jobs come from Flink's own client, by another
        // way that no setting closes.
        settings.put("web.submit.enable", "false");
        // A page of elsewhere must not be told by the browser what stands here.
        settings.put(
                "web.access-control-allow-origin",
                "http://" + ClusterShape.HOST + ":" + shape.restPort());
        settings.put("web.upload.dir", layout.temporary("upload").toString());
        return Configuration.fromMap(settings);
    }

    ClusterProcess.Command brokerCommand(int id) {
        String name = ClusterLayout.broker(id);
        List<String> command = java(name, List.of("-Xms128m", BROKER_HEAP, "-XX:+UseSerialGC"));
        command.add("-cp");
        command.add(layout.kafkaLibs().resolve("*").toString());
        command.add("kafka.Kafka");
        command.add(layout.kafkaProperties(id).toString());
        return command(name, command);
    }

    ClusterProcess.Command zookeeperCommand() {
        List<String> command =
                java(
                        ClusterLayout.ZOOKEEPER,
                        List.of(
                                ZOOKEEPER_HEAP,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dzookeeper.admin.enableServer=false"));
        command.add("-cp");
        command.add(layout.flinkLib().resolve("*").toString());
        command.add("org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer");
        command.addAll(
                List.of(
                        "--zkConfigFile",
                        layout.zookeeperConfiguration().toString(),
                        "--peerId",
                        "1"));
        return command(ClusterLayout.ZOOKEEPER, command);
    }

    ClusterProcess.Command jobManagerCommand() {
        String name = ClusterLayout.JOB_MANAGER;
        Configuration flink = flink();
        JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(flink);
        List<String> options =
                words(JobManagerProcessUtils.generateJvmParametersStr(memory, flink));
        options.add("-XX:+UseSerialGC");
        List<String> command = flinkJava(name, options);
        command.add("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
        command.add("--configDir");
        command.add(layout.flinkConf().toString());
        command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
        command.addAll(ofProcess(name, 0));
        return command(name, command);
    }

    ClusterProcess.Command taskManagerCommand(int id) {
        String name = ClusterLayout.taskManager(id);
        TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(flink());
        List<String> options = words(ProcessMemoryUtils.generateJvmParametersStr(memory));
        options.add("-XX:+UseParallelGC");
        options.add("-XX:+ExitOnOutOfMemoryError");
        options.add("-Dai.djl.offline=true");
        options.add("-Dai.djl.onnx.disable_alternative=true");
        options.add("-DOPT_OUT_TRACKING=true");
        List<String> command = flinkJava(name, options);
        command.add("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
        command.add("--configDir");
        command.add(layout.flinkConf().toString());
        command.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        command.addAll(ofProcess(name, id));
        // Flink then calls it as everybody does, in its web page and where a task is asked for.
        command.add("-D");
        command.add("taskmanager.resource-id=" + name);
        return command(name, command);
    }

    /** Returns Flink's own command line, for one call. */
    ClusterProcess.Command clientCommand(List<String> arguments) {
        String name = CLIENT;
        List<String> command = flinkJava(name, List.of("-Xmx256m", "-XX:+UseSerialGC"));
        command.add("org.apache.flink.client.cli.CliFrontend");
        command.addAll(arguments);
        return command(name, command);
    }

    /** Returns the settings in which Flink's processes differ. */
    private List<String> ofProcess(String name, int metrics) {
        return List.of(
                "-D",
                "metrics.reporter.prometheus.port=" + shape.metricsPorts().get(metrics),
                "-D",
                "io.tmp.dirs=" + layout.temporary(name),
                // What Flink's web page shows. Told by the property log.file instead, Flink makes
                // RocksDB name its log after the whole path of its data: too long for a file name
                // while the state of a checkpoint is taken apart for another parallelism.
                "-D",
                "web.log.path=" + layout.log(name),
                "-D",
                "taskmanager.log.path=" + layout.log(name));
    }

    private List<String> flinkJava(String name, List<String> options) {
        List<String> command = java(name, options);
        for (String opened : OPENED_PACKAGES) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        // Natives are unpacked there; a process that is killed cannot remove them, its successor
        // does.
        command.add("-Djava.io.tmpdir=" + layout.temporary(name));
        command.add("-cp");
        command.add(layout.flinkLib().resolve("*").toString());
        return command;
    }

    private List<String> java(String name, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Kafka does not start in Turkish, and nobody's log should depend on who started the
        // process.
        command.add("-Duser.language=en");
        command.addAll(options);
        command.add("-XX:-UsePerfData");
        command.add("-Dfile.encoding=UTF-8");
        command.add("-Djava.awt.headless=true");
        command.add("-Dduet.process=" + name);
        command.add("-Dduet.log=" + layout.log(name));
        command.add("-Dlog4j2.configurationFile=" + layout.logConfiguration(name));
        return command;
    }

    private ClusterProcess.Command command(String name, List<String> command) {
        return new ClusterProcess.Command(
                name,
                command,
                Map.of(
                        "FLINK_CONF_DIR",
                        layout.flinkConf().toString(),
                        "OMP_NUM_THREADS",
                        "1",
                        "DJL_CACHE_DIR",
                        layout.temporary(name).resolve("djl").toString()),
                layout.directory(),
                layout.output(name));
    }

    private static List<String> words(String line) {
        return new ArrayList<>(List.of(line.strip().split("\\s+")));
    }
}
