package duet.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says how a cluster is.
 *
 * @param directory where it is
 * @param up whether every process runs and all slots are registered
 * @param bootstrapServers where Kafka's clients connect first; null where there never was a cluster
 * @param webUrl Flink's web page and REST interface; null where there never was a cluster
 * @param slots task slots that are registered
 * @param freeSlots those that no job uses
 * @param processes each process
 * @param jobs each job that Flink knows
 */
public record ClusterStatus(
        String directory,
        boolean up,
        @Nullable String bootstrapServers,
        @Nullable String webUrl,
        int slots,
        int freeSlots,
        List<ProcessStatus> processes,
        List<FlinkRest.Job> jobs) {

    /**
     * Says how a process is.
     *
     * @param name its name
     * @param state running, paused or stopped
     * @param pid its id; 0 if it does not run
     * @param address where it listens
     * @param metricsPort where Prometheus scrapes it; 0 where it does not
     * @param residentBytes memory that it holds
     */
    public record ProcessStatus(
            String name,
            String state,
            long pid,
            String address,
            int metricsPort,
            long residentBytes) {}

    /** Returns how that cluster is now. */
    public static ClusterStatus of(Cluster cluster) {
        ClusterShape shape = cluster.shape();
        List<ProcessStatus> processes = new ArrayList<>();
        for (int id = 1; id <= ClusterShape.BROKERS; id++) {
            processes.add(
                    status(cluster, ClusterLayout.broker(id), shape.brokerPorts().get(id - 1), 0));
        }
        processes.add(status(cluster, ClusterLayout.ZOOKEEPER, shape.zookeeperPort(), 0));
        processes.add(
                status(
                        cluster,
                        ClusterLayout.JOB_MANAGER,
                        shape.restPort(),
                        shape.metricsPorts().get(0)));
        for (int id = 1; id <= shape.taskManagers(); id++) {
            processes.add(
                    status(
                            cluster,
                            ClusterLayout.taskManager(id),
                            0,
                            shape.metricsPorts().get(id)));
        }
        Optional<FlinkRest.Overview> overview =
                cluster.process(ClusterLayout.JOB_MANAGER)
                        .flatMap(process -> cluster.flink().overview());
        List<FlinkRest.Job> jobs = List.of();
        if (overview.isPresent()) {
            try {
                jobs = cluster.flink().jobs();
            } catch (IOException e) {
                overview = Optional.empty();
            }
        }
        int slots = overview.map(FlinkRest.Overview::slots).orElse(0);
        return new ClusterStatus(
                cluster.layout().directory().toString(),
                processes.stream().allMatch(process -> process.state().equals("running"))
                        && slots == shape.taskManagers() * shape.slots(),
                shape.bootstrapServers(),
                shape.restUrl(),
                slots,
                overview.map(FlinkRest.Overview::freeSlots).orElse(0),
                List.copyOf(processes),
                jobs);
    }

    /** Returns the status of a directory in which there never was a cluster. */
    public static ClusterStatus none(Path directory) {
        return new ClusterStatus(
                directory.toAbsolutePath().normalize().toString(),
                false,
                null,
                null,
                0,
                0,
                List.of(),
                List.of());
    }

    private static ProcessStatus status(Cluster cluster, String name, int port, int metricsPort) {
        Optional<ClusterProcess> process = cluster.process(name);
        return new ProcessStatus(
                name,
                process.map(running -> running.isPaused() ? "paused" : "running").orElse("stopped"),
                process.map(ClusterProcess::pid).orElse(0L),
                port == 0 ? "" : ClusterShape.HOST + ":" + port,
                metricsPort,
                process.map(ClusterProcess::residentBytes).orElse(0L));
    }
}
