package duet.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PassThroughJobTest {
    @Nested
    class Topology {
        private final StreamExecutionEnvironment env = environment();
        private final StreamGraph graph = env.getStreamGraph();

        private static StreamExecutionEnvironment environment() {
            Configuration config = new Configuration();
            config.set(DuetOptions.BOOTSTRAP_SERVERS, "localhost:9092");
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.createLocalEnvironment(2, new Configuration());
            PassThroughJob.addTo(env, GenerationOptions.from(config), 300);
            return env;
        }

        @Test
        void everyOperatorHasAUidOfItsOwn() {
            assertThat(graph.getStreamNodes())
                    .extracting(StreamNode::getTransformationUID)
                    .doesNotContainNull()
                    .doesNotHaveDuplicates();
        }

        @Test
        void shufflesByDeviceOnceAsTheGenerationJobDoes() {
            Set<String> behindTheShuffle =
                    graph.getStreamNodes().stream()
                            .flatMap(node -> node.getInEdges().stream())
                            .filter(edge -> edge.getPartitioner().toString().equals("HASH"))
                            .map(edge -> graph.getStreamNode(edge.getTargetId()))
                            .map(StreamNode::getTransformationUID)
                            .collect(Collectors.toSet());
            assertThat(behindTheShuffle).containsExactly("pass-through");
        }

        @Test
        void checkpointsAndBuffersAsTheGenerationJobDoes() {
            assertThat(env.getCheckpointInterval()).isEqualTo(5_000);
            assertThat(env.getConfig().isObjectReuseEnabled()).isTrue();
        }
    }

    @Nested
    class RecordBytes {
        @Test
        void areTakenOutOfTheArguments() {
            List<String> args =
                    new ArrayList<>(
                            List.of("--bounded", "true", "--record-bytes", "300", "--x", "y"));
            assertThat(PassThroughJob.recordBytes(args)).isEqualTo(300);
            assertThat(args).containsExactly("--bounded", "true", "--x", "y");
        }

        @Test
        void mustBeThere() {
            assertThatThrownBy(
                            () ->
                                    PassThroughJob.recordBytes(
                                            new ArrayList<>(List.of("--record-bytes"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("--record-bytes has no value");
        }

        @Test
        void mustBeASizeThatKafkaTakes() {
            assertThatThrownBy(
                            () ->
                                    PassThroughJob.recordBytes(
                                            new ArrayList<>(List.of("--record-bytes", "1000001"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("1000001");
        }
    }
}
