package duet.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.bench.profile.Attribution.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AttributionTest {
    private static final String TASK =
            "org.apache.flink.streaming.runtime.tasks.StreamTask.processInput";
    private static final String OPERATOR =
            "duet.jobs.operator.ParameterGenerationOperator.processElement1";

    @Nested
    @DisplayName("A call stack")
    class Stacks {
        private ProcessorPart part(String... methods) {
            return CallStacks.part(List.of(methods));
        }

        @Test
        @DisplayName("belongs to the part of the innermost call that belongs to one")
        void innermost() {
            assertThat(
                            part(
                                    "java.util.HashMap.get",
                                    "org.rocksdb.RocksDB.get",
                                    "org.apache.flink.state.rocksdb.RocksDBValueState.value",
                                    OPERATOR,
                                    TASK))
                    .isEqualTo(ProcessorPart.HISTORY);
            assertThat(part("java.util.ArrayList.add", OPERATOR, TASK))
                    .isEqualTo(ProcessorPart.RUNTIME);
            assertThat(part("ai.onnxruntime.OrtSession.run", "ai.djl.inference.Predictor.predict"))
                    .isEqualTo(ProcessorPart.GENERATOR);
        }

        @Test
        @DisplayName("that ends in what many parts use belongs to who used it")
        void shared() {
            String write = "org.apache.flink.core.memory.DataOutputSerializer.writeByte";
            assertThat(part(write, "duet.jobs.history.HistoryEncoding.write", OPERATOR))
                    .isEqualTo(ProcessorPart.HISTORY);
            assertThat(
                            part(
                                    write,
                                    "duet.jobs.serialization.DeviceWindowSerializer.serialize",
                                    TASK))
                    .isEqualTo(ProcessorPart.SHUFFLE);
            String network = "org.apache.kafka.clients.NetworkClient.poll";
            assertThat(part(network, "org.apache.kafka.clients.producer.internals.Sender.run"))
                    .isEqualTo(ProcessorPart.SINK);
            assertThat(part(network, "org.apache.kafka.clients.consumer.KafkaConsumer.poll"))
                    .isEqualTo(ProcessorPart.SOURCE);
            String avro = "org.apache.avro.io.BinaryDecoder.readLong";
            assertThat(part(avro, "duet.schemas.serde.RecordDecoder.decode"))
                    .isEqualTo(ProcessorPart.DECODING);
            assertThat(part("org.apache.avro.X.y", "duet.schemas.serde.RecordEncoder.encode"))
                    .isEqualTo(ProcessorPart.ENCODING);
        }

        @Test
        @DisplayName(
                "of a broker in the same process is the broker's, and what counts is not the job's")
        void others() {
            String network = "org.apache.kafka.common.network.Selector.poll";
            assertThat(part(network, "kafka.network.Processor.run"))
                    .isEqualTo(ProcessorPart.BROKER);
            assertThat(part("java.util.HashMap.get", "kafka.server.KafkaApis.handle"))
                    .isEqualTo(ProcessorPart.BROKER);
            assertThat(part(network, "org.apache.kafka.clients.admin.KafkaAdminClient.run"))
                    .isEqualTo(ProcessorPart.MEASUREMENT);
        }

        @Test
        @DisplayName("of nobody belongs to the rest")
        void other() {
            assertThat(part("java.lang.Thread.run")).isEqualTo(ProcessorPart.OTHER);
            assertThat(part()).isEqualTo(ProcessorPart.OTHER);
        }
    }

    @Nested
    @DisplayName("Processor time")
    class Time {
        private final List<Sample> samples = new ArrayList<>();

        private void sample(int number, long thread, boolean inNative, String... methods) {
            for (int i = 0; i < number; i++) {
                samples.add(new Sample(thread, inNative, List.of(methods)));
            }
        }

        private Map<ProcessorPart, Double> of(Map<Long, ProcessorTime.OfThread> threads) {
            return Attribution.of(samples, new ProcessorTime(threads));
        }

        @Test
        @DisplayName("of a thread is divided as its samples are, and what waits counts nothing")
        void dividedBySamples() {
            sample(30, 1, false, "duet.schemas.delta.DeltaCodec.encode");
            sample(10, 1, false, OPERATOR);
            sample(500, 1, true, "sun.nio.ch.EPoll.wait", "org.apache.kafka.clients.consumer.X.y");
            Map<ProcessorPart, Double> seconds =
                    of(Map.of(1L, new ProcessorTime.OfThread("parameter-gener", 8)));
            assertThat(seconds.get(ProcessorPart.ENCODING)).isCloseTo(6, within(1e-9));
            assertThat(seconds.get(ProcessorPart.RUNTIME)).isCloseTo(2, within(1e-9));
            assertThat(seconds.get(ProcessorPart.SOURCE)).isZero();
        }

        @Test
        @DisplayName("in native code counts as many ticks as the recorder takes for a turn")
        void nativeTurns() {
            // Four threads wait all the time and one runs natively half of it: 4.5 in a turn.
            for (long waiting = 2; waiting <= 5; waiting++) {
                sample(100, waiting, true, "sun.nio.ch.EPoll.wait");
            }
            sample(50, 1, true, "ai.onnxruntime.OrtSession.run");
            sample(225, 1, false, OPERATOR);
            Map<ProcessorPart, Double> seconds =
                    of(Map.of(1L, new ProcessorTime.OfThread("parameter-gener", 4)));
            assertThat(seconds.get(ProcessorPart.GENERATOR)).isCloseTo(2, within(1e-9));
            assertThat(seconds.get(ProcessorPart.RUNTIME)).isCloseTo(2, within(1e-9));
        }

        @Test
        @DisplayName("of threads without Java goes by their names, and all of it has a part")
        void nativeThreads() {
            sample(3, 4, true, "sun.nio.ch.EPoll.wait", "org.apache.kafka.clients.consumer.X.y");
            Map<ProcessorPart, Double> seconds =
                    of(
                            Map.of(
                                    1L, new ProcessorTime.OfThread("GC Thread#0", 1),
                                    2L, new ProcessorTime.OfThread("C2 CompilerThre", 2),
                                    3L, new ProcessorTime.OfThread("java", 3),
                                    4L, new ProcessorTime.OfThread("Source Data Fet", 4)));
            assertThat(seconds)
                    .containsOnlyKeys(ProcessorPart.values())
                    .containsEntry(ProcessorPart.GARBAGE_COLLECTION, 1.0)
                    .containsEntry(ProcessorPart.COMPILER, 2.0)
                    .containsEntry(ProcessorPart.OTHER, 3.0)
                    .containsEntry(ProcessorPart.SOURCE, 4.0);
            assertThat(seconds.values().stream().mapToDouble(Double::doubleValue).sum())
                    .isCloseTo(10, within(1e-9));
        }
    }

    @Nested
    @DisplayName("The kernel's times")
    class Kernel {
        @Test
        @DisplayName("are read behind the name, whatever stands in it")
        void line() {
            ProcessorTime.OfThread thread =
                    ProcessorTime.parse(
                            "17 (a) b (1/2)#0) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0 99");
            assertThat(thread.name()).isEqualTo("a) b (1/2)#0");
            assertThat(thread.seconds()).isEqualTo(3);
        }

        @Test
        @DisplayName("of this process grow")
        void own() throws Exception {
            long pid = ProcessHandle.current().pid();
            ProcessorTime before = ProcessorTime.of(pid);
            long begin = System.nanoTime();
            long sum = 0;
            while (System.nanoTime() - begin < 100_000_000L
                    || ProcessorTime.of(pid).since(before).seconds() == 0) {
                sum += begin;
            }
            assertThat(ProcessorTime.of(pid).since(before).seconds()).isPositive();
            assertThat(before.threads()).isNotEmpty();
            assertThat(sum).isNotZero();
        }

        @Test
        @DisplayName("of a span leave out threads that ended and count new ones whole")
        void span() {
            ProcessorTime before =
                    new ProcessorTime(
                            Map.of(
                                    1L, new ProcessorTime.OfThread("a", 1),
                                    2L, new ProcessorTime.OfThread("b", 2)));
            ProcessorTime after =
                    new ProcessorTime(
                            Map.of(
                                    2L, new ProcessorTime.OfThread("b", 5),
                                    3L, new ProcessorTime.OfThread("c", 7)));
            assertThat(after.since(before).seconds()).isEqualTo(10);
        }
    }

    @Test
    @DisplayName("knows only classes and packages that there are")
    void names() {
        assertThat(CallStacks.ownNames())
                .isNotEmpty()
                .allSatisfy(
                        name -> {
                            String path = name.replace('.', '/');
                            ClassLoader loader = getClass().getClassLoader();
                            // A class may be named with the dot before its method.
                            boolean known =
                                    loader.getResource(path) != null
                                            || loader.getResource(
                                                            path.replaceAll("/$", "") + ".class")
                                                    != null;
                            assertThat(known).as(name).isTrue();
                        });
    }
}
