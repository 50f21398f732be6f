package duet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.PlainGenerator;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ParameterGenerationJobTest {
    private static GenerationOptions options() {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, "localhost:9092");
        config.set(DuetOptions.BUNDLE, "bundle");
        return GenerationOptions.from(config);
    }

    private static StreamExecutionEnvironment environment(Configuration config) {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(2, config);
        ParameterGenerationJob.addTo(env, options(), InitialReleases.none(), PlainGenerator::new);
        return env;
    }

    @Nested
    class Topology {
        private final StreamGraph graph = environment(new Configuration()).getStreamGraph();

        @Test
        void everyOperatorHasANameAndAUidOfItsOwn() {
            Collection<StreamNode> nodes = graph.getStreamNodes();
            assertThat(nodes)
                    .allSatisfy(
                            node -> {
                                assertThat(node.getTransformationUID()).isNotBlank();
                                assertThat(node.getOperatorName()).isNotBlank();
                            });
            assertThat(nodes).extracting(StreamNode::getTransformationUID).doesNotHaveDuplicates();
            assertThat(nodes)
                    .extracting(StreamNode::getTransformationUID)
                    .contains("windows", "window-decoding", "parameter-generation", "models");
        }

        @Test
        void neverFallsBackToKryo() {
            assertThat(graph.getStreamNodes())
                    .allSatisfy(
                            node -> {
                                assertNotKryo(node.getTypeSerializerOut());
                                assertNotKryo(node.getStateKeySerializer());
                                for (TypeSerializer<?> in : node.getTypeSerializersIn()) {
                                    assertNotKryo(in);
                                }
                            });
        }

        private void assertNotKryo(TypeSerializer<?> serializer) {
            if (serializer != null) {
                assertThat(serializer.getClass().getName()).doesNotContain("Kryo");
            }
        }

        @Test
        void shufflesWindowsByDeviceOnce() {
            assertThat(
                            graph.getStreamNodes().stream()
                                    .flatMap(node -> node.getInEdges().stream())
                                    .filter(edge -> edge.getPartitioner().toString().equals("HASH"))
                                    .map(StreamEdge::getTargetId)
                                    .map(graph::getStreamNode)
                                    .map(StreamNode::getTransformationUID))
                    .containsExactly("parameter-generation");
        }
    }

    @Nested
    class Defaults {
        @Test
        void areSetWhereTheEnvironmentSaysNothing() {
            StreamExecutionEnvironment env = environment(new Configuration());

            assertThat(env.getCheckpointInterval()).isEqualTo(5_000);
            assertThat(env.getBufferTimeout()).isEqualTo(5);
            assertThat(env.getConfig().isObjectReuseEnabled()).isTrue();
            assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
            assertThat(env.getConfiguration().get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
            assertThat(env.getConfiguration().get(RestartStrategyOptions.RESTART_STRATEGY))
                    .isEqualTo("exponential-delay");
        }

        @Test
        void giveWayToTheEnvironment() {
            Configuration config = new Configuration();
            config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(42));
            config.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(17));
            config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
            StreamExecutionEnvironment env = environment(config);

            assertThat(env.getCheckpointInterval()).isEqualTo(42_000);
            assertThat(env.getBufferTimeout()).isEqualTo(17);
            assertThat(env.getConfiguration().get(RestartStrategyOptions.RESTART_STRATEGY))
                    .isEqualTo("none");
        }
    }

    @Test
    void sendsSmallDeltasUnlessToldOtherwise() {
        assertThat(options().generation().encoding()).isEqualTo(DeltaEncoding.INT4);
    }

    @Test
    void seesNoPyTorch() {
        assertThatThrownBy(() -> Class.forName("ai.djl.pytorch.engine.PtEngineProvider"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
