package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The settings of a cluster")
class ClusterConfigurationTest {
    private final ClusterShape shape = ClusterShape.onFreePorts(2, 2);
    private final ClusterLayout layout = new ClusterLayout(Path.of("/srv/duet"));
    private final ClusterConfiguration configuration = new ClusterConfiguration(layout, shape);

    @Test
    @DisplayName(
            "keep three copies of everything, two of them in sync, and elect no broker that is"
                    + " behind")
    void replication() {
        for (int id = 1; id <= ClusterShape.BROKERS; id++) {
            Map<String, String> broker = configuration.broker(id);
            assertThat(broker)
                    .containsEntry("node.id", Integer.toString(id))
                    .containsEntry("default.replication.factor", "3")
                    .containsEntry("offsets.topic.replication.factor", "3")
                    .containsEntry("min.insync.replicas", "2")
                    .containsEntry("unclean.leader.election.enable", "false")
                    .containsEntry("auto.create.topics.enable", "false");
            assertThat(broker.get("listeners"))
                    .contains("PLAINTEXT://127.0.0.1:" + shape.brokerPorts().get(id - 1))
                    .doesNotContain("0.0.0.0");
            assertThat(broker.get("controller.quorum.voters").split(",")).hasSize(3);
        }
    }

    @Test
    @DisplayName("give Flink high availability, RocksDB and incremental checkpoints on disk")
    void flink() {
        assertThat(configuration.flink().toMap())
                .containsEntry("high-availability.type", "zookeeper")
                .containsEntry("state.backend.type", "rocksdb")
                .containsEntry("execution.checkpointing.incremental", "true")
                .containsEntry(
                        "execution.checkpointing.dir", layout.checkpoints().toUri().toString());
    }

    @Test
    @DisplayName("take no jars through Flink's web page, and let no other page read it")
    void webPage() {
        assertThat(configuration.flink().toMap())
                .containsEntry("web.submit.enable", "false")
                .containsEntry(
                        "web.access-control-allow-origin", "http://127.0.0.1:" + shape.restPort());
    }

    @Test
    @DisplayName("call each TaskManager in Flink as its process is called")
    void resourceIds() {
        for (int id = 1; id <= shape.taskManagers(); id++) {
            assertThat(configuration.taskManagerCommand(id).command())
                    .containsSequence(
                            "-D", "taskmanager.resource-id=" + ClusterLayout.taskManager(id));
        }
    }

    @Test
    @DisplayName("show Flink's logs on its page, and leave RocksDB's beside its data")
    void logs() {
        String name = ClusterLayout.taskManager(1);
        assertThat(configuration.jobManagerCommand().command())
                .contains("web.log.path=" + layout.log(ClusterLayout.JOB_MANAGER));
        assertThat(configuration.taskManagerCommand(1).command())
                .contains("taskmanager.log.path=" + layout.log(name))
                .noneMatch(option -> option.startsWith("-Dlog.file="));
    }

    @Test
    @DisplayName("bound the memory of every process, together below 6 GB")
    void memory() {
        List<ClusterProcess.Command> commands = new ArrayList<>();
        for (int id = 1; id <= ClusterShape.BROKERS; id++) {
            commands.add(configuration.brokerCommand(id));
        }
        commands.add(configuration.zookeeperCommand());
        commands.add(configuration.jobManagerCommand());
        for (int id = 1; id <= shape.taskManagers(); id++) {
            commands.add(configuration.taskManagerCommand(id));
        }
        assertThat(commands)
                .allSatisfy(
                        command ->
                                assertThat(command.command())
                                        .filteredOn(option -> option.startsWith("-Xmx"))
                                        .hasSize(1));
        assertThat(commands)
                .extracting(ClusterProcess.Command::name)
                .containsExactlyElementsOf(ClusterLayout.processes(shape.taskManagers()));
        long brokers = 3 * 450L;
        long zookeeper = 120;
        long flink =
                mebibytes("jobmanager.memory.process.size")
                        + shape.taskManagers() * mebibytes("taskmanager.memory.process.size");
        assertThat(brokers + zookeeper + flink).isLessThan(6 * 1024);
    }

    private long mebibytes(String key) {
        return Long.parseLong(configuration.flink().toMap().get(key).replace("m", ""));
    }

    @Nested
    @DisplayName("name ports")
    class Ports {
        @Test
        @DisplayName("that differ")
        void differ() {
            List<Integer> ports = new ArrayList<>(shape.brokerPorts());
            ports.addAll(shape.controllerPorts());
            ports.addAll(shape.metricsPorts());
            ports.add(shape.restPort());
            ports.add(shape.zookeeperPort());
            assertThat(ports).doesNotHaveDuplicates().hasSize(11);
        }

        @Test
        @DisplayName("that stay when it gets larger or smaller")
        void resized() {
            ClusterShape larger = shape.resized(3, 4);
            assertThat(larger.metricsPorts())
                    .startsWith(shape.metricsPorts().toArray(Integer[]::new))
                    .hasSize(4);
            assertThat(larger.bootstrapServers()).isEqualTo(shape.bootstrapServers());
            assertThat(larger.clusterId()).isEqualTo(shape.clusterId());
            assertThat(shape.resized(1, 1).metricsPorts()).hasSize(2);
        }

        @Test
        @DisplayName("and refuse one that is taken, or does not exist")
        void refused() throws IOException {
            try (ServerSocket taken =
                    new ServerSocket(
                            shape.restPort(), 1, InetAddress.getByName(ClusterShape.HOST))) {
                assertThatThrownBy(shape::requireFreePorts)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("port " + taken.getLocalPort());
            }
            assertThatThrownBy(() -> ClusterShape.onPortsFrom(65_530, 2, 2))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("65530");
        }
    }
}
