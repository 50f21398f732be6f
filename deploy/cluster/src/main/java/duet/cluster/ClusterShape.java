package duet.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import duet.schemas.FreePorts;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Says what a cluster consists of and where its parts listen, all on 127.0.0.1. It is kept in the
 * cluster's directory, so that one that is started again is where it was.
 *
 * @param clusterId Kafka's id of the cluster
 * @param taskManagers number of TaskManagers
 * @param slots task slots of each
 * @param brokerPorts where clients reach each broker
 * @param controllerPorts where the brokers' controllers reach each other
 * @param zookeeperPort where ZooKeeper listens
 * @param restPort Flink's REST interface and web page
 * @param metricsPorts where Prometheus scrapes: the JobManager first, then each TaskManager
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterShape(
        String clusterId,
        int taskManagers,
        int slots,
        List<Integer> brokerPorts,
        List<Integer> controllerPorts,
        int zookeeperPort,
        int restPort,
        List<Integer> metricsPorts) {

    /** There are three brokers, so that one may fail and two still agree. */
    public static final int BROKERS = 3;

    /** Windows and deltas have so many partitions, enough for twice the usual parallelism. */
    public static final int PARTITIONS = 4;

    static final String HOST = "127.0.0.1";

    private static final int LARGEST_PORT = 65_535;

    public ClusterShape {
        brokerPorts = List.copyOf(brokerPorts);
        controllerPorts = List.copyOf(controllerPorts);
        metricsPorts = List.copyOf(metricsPorts);
    }

    /** Returns the shape of a cluster on ports that are free now. */
    public static ClusterShape onFreePorts(int taskManagers, int slots) {
        return of(taskManagers, slots, FreePorts.find(portsNeeded(taskManagers)));
    }

    /**
     * Returns the shape of a cluster on the ports from a first one on.
     *
     * @throws InvalidInputException naming the port that is taken, or does not exist
     */
    public static ClusterShape onPortsFrom(int first, int taskManagers, int slots) {
        int needed = portsNeeded(taskManagers);
        if (first < 1 || first + needed - 1 > LARGEST_PORT) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the first port is %d, it must be 1 to %d: %d are needed from there on",
                            first,
                            LARGEST_PORT - needed + 1,
                            needed));
        }
        ClusterShape shape =
                of(taskManagers, slots, IntStream.range(first, first + needed).boxed().toList());
        shape.requireFreePorts();
        return shape;
    }

    private static int portsNeeded(int taskManagers) {
        return 2 * BROKERS + 3 + taskManagers;
    }

    private static ClusterShape of(int taskManagers, int slots, List<Integer> ports) {
        return new ClusterShape(
                Uuid.randomUuid().toString(),
                taskManagers,
                slots,
                ports.subList(0, BROKERS),
                ports.subList(BROKERS, 2 * BROKERS),
                ports.get(2 * BROKERS),
                ports.get(2 * BROKERS + 1),
                ports.subList(2 * BROKERS + 2, ports.size()));
    }

    /** Returns the same places with another number of TaskManagers and slots. */
    public ClusterShape resized(int newTaskManagers, int newSlots) {
        List<Integer> metrics =
                new ArrayList<>(
                        metricsPorts.subList(
                                0, Math.min(metricsPorts.size(), newTaskManagers + 1)));
        metrics.addAll(FreePorts.find(newTaskManagers + 1 - metrics.size()));
        return new ClusterShape(
                clusterId,
                newTaskManagers,
                newSlots,
                brokerPorts,
                controllerPorts,
                zookeeperPort,
                restPort,
                metrics);
    }

    /**
     * Returns these places for the cluster that another shape described, whose data it goes on
     * with.
     */
    public ClusterShape continuing(ClusterShape before) {
        return new ClusterShape(
                before.clusterId,
                taskManagers,
                slots,
                brokerPorts,
                controllerPorts,
                zookeeperPort,
                restPort,
                metricsPorts);
    }

    /** Returns where Kafka's clients connect first. */
    public String bootstrapServers() {
        return brokerPorts.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** Returns the address of Flink's REST interface and web page. */
    public String restUrl() {
        return "http://" + HOST + ":" + restPort;
    }

    /**
     * Refuses ports on which somebody else listens.
     *
     * @throws InvalidInputException naming the first such port
     */
    void requireFreePorts() {
        List<Integer> all = new ArrayList<>(brokerPorts);
        all.addAll(controllerPorts);
        all.add(zookeeperPort);
        all.add(restPort);
        all.addAll(metricsPorts);
        for (int port : all) {
            try {
                FreePorts.probe(port);
            } catch (IOException e) {
                throw new InvalidInputException(
                        "port " + port + " of " + HOST + " is in use by another process", e);
            }
        }
    }
}
