package duet.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Says where everything of a cluster is, below one directory:
 *
 * <pre>
 * cluster.json            sizes and ports
 * run/NAME.pid            process id and start time of each process
 * kafka/libs/             Kafka's jars
 * kafka-1/ ... kafka-3/   server.properties, data/, logs/
 * zookeeper/              zoo.cfg, data/, logs/
 * flink/                  lib/, conf/, log/, checkpoints/, savepoints/, ha/, tmp/
 * jobs/                   duet-parameter-generation.jar
 * </pre>
 *
 * @param directory the cluster's directory, absolute
 */
public record ClusterLayout(Path directory) {

    /** The ZooKeeper process has this name. */
    public static final String ZOOKEEPER = "zookeeper";

    /** Flink's JobManager process has this name. */
    public static final String JOB_MANAGER = "jobmanager";

    public ClusterLayout {
        directory = directory.toAbsolutePath().normalize();
    }

    /** Returns the name of a broker's process; brokers are counted from 1. */
    public static String broker(int id) {
        return "kafka-" + id;
    }

    /** Returns the name of a TaskManager's process; TaskManagers are counted from 1. */
    public static String taskManager(int id) {
        return "taskmanager-" + id;
    }

    /** Returns the names of all processes, in the order in which they are shown. */
    public static List<String> processes(int taskManagers) {
        List<String> names = new ArrayList<>();
        for (int id = 1; id <= ClusterShape.BROKERS; id++) {
            names.add(broker(id));
        }
        names.add(ZOOKEEPER);
        names.add(JOB_MANAGER);
        for (int id = 1; id <= taskManagers; id++) {
            names.add(taskManager(id));
        }
        return names;
    }

    Path shape() {
        return directory.resolve("cluster.json");
    }

    Path lock() {
        return run().resolve("lock");
    }

    Path run() {
        return directory.resolve("run");
    }

    Path pidFile(String process) {
        return run().resolve(process + ".pid");
    }

    Path kafkaLibs() {
        return directory.resolve("kafka").resolve("libs");
    }

    Path kafka(int id) {
        return directory.resolve(broker(id));
    }

    Path kafkaProperties(int id) {
        return kafka(id).resolve("server.properties");
    }

    Path kafkaData(int id) {
        return kafka(id).resolve("data");
    }

    Path zookeeper() {
        return directory.resolve(ZOOKEEPER);
    }

    Path zookeeperConfiguration() {
        return zookeeper().resolve("zoo.cfg");
    }

    Path zookeeperData() {
        return zookeeper().resolve("data");
    }

    Path flink() {
        return directory.resolve("flink");
    }

    Path flinkLib() {
        return flink().resolve("lib");
    }

    /** Returns the jar of what serves the metrics of Flink's processes. */
    Path metricsJar() {
        return flinkLib().resolve("duet-loopback-metrics.jar");
    }

    Path flinkConf() {
        return flink().resolve("conf");
    }

    Path flinkConfiguration() {
        return flinkConf().resolve("config.yaml");
    }

    /** Returns the directory of Flink's checkpoints. */
    public Path checkpoints() {
        return flink().resolve("checkpoints");
    }

    /** Returns the directory of Flink's savepoints. */
    public Path savepoints() {
        return flink().resolve("savepoints");
    }

    Path highAvailability() {
        return flink().resolve("ha");
    }

    /**
     * Returns the directory of the temporary files of one Flink process, which is emptied whenever
     * it starts.
     */
    Path temporary(String process) {
        return flink().resolve("tmp").resolve(process);
    }

    /** Returns the slim jar of the parameter generation job. */
    public Path job() {
        return directory.resolve("jobs").resolve(Distribution.JOB_JAR);
    }

    /** Returns the log of a process. */
    public Path log(String process) {
        return logs(process).resolve(process + ".log");
    }

    /** Returns the file of what a process wrote to its standard output and error. */
    public Path output(String process) {
        return logs(process).resolve(process + ".out");
    }

    Path logConfiguration(String process) {
        return process.startsWith("kafka-") || process.equals(ZOOKEEPER)
                ? directory.resolve(process).resolve("log4j2.properties")
                : flinkConf().resolve("log4j2.properties");
    }

    private Path logs(String process) {
        return process.startsWith("kafka-") || process.equals(ZOOKEEPER)
                ? directory.resolve(process).resolve("logs")
                : flink().resolve("log");
    }
}
