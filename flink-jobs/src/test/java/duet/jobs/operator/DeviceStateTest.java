package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.jobs.internal.SentDeltaSerializer;
import duet.jobs.policy.SentDelta;
import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The keyed state of devices")
class DeviceStateTest {
    private static final int MAX_PARALLELISM = 128;
    private static final Path SAVEPOINTS =
            Path.of("src", "test", "resources", "savepoints", "history-2");
    private static final Duration TTL = Duration.ofDays(1);

    /**
     * Where the clock stands at the start; state that was never touched is older than any time to
     * live then.
     */
    private static final long NOW = 1_700_000_000_000L;

    /** A backend of state. */
    private enum Backend {
        HASH_MAP,
        ROCKS_DB;

        StateBackend make() {
            return this == HASH_MAP
                    ? new HashMapStateBackend()
                    : new EmbeddedRocksDBStateBackend(true);
        }
    }

    /** Reads a device's history and, where the element says so, writes it. */
    private static final class Probe extends KeyedProcessFunction<String, Visit, String> {
        private static final long serialVersionUID = 1L;

        private final Duration timeToLive;
        private transient ValueState<DeviceHistory> state;
        private transient ValueState<SentDelta> sent;

        Probe(Duration timeToLive) {
            this.timeToLive = timeToLive;
        }

        @Override
        public void open(OpenContext context) {
            state = getRuntimeContext().getState(DeviceState.history(timeToLive));
            sent =
                    getRuntimeContext()
                            .getState(DeviceState.sent(new SentDeltaSerializer(), timeToLive));
        }

        @Override
        public void processElement(Visit visit, Context context, Collector<String> out)
                throws Exception {
            DeviceHistory history = state.value();
            out.collect(history == null ? "none" : describe(history));
            if (visit.written() != null) {
                state.update(visit.written());
            }
            if (visit.sent() != null) {
                sent.update(visit.sent());
            }
        }
    }

    /**
     * One look at a device's history; what is written and sent takes the place of its state where
     * it is not null.
     */
    private record Visit(String device, DeviceHistory written, SentDelta sent) {}

    private static final DeviceHistory SHORT =
            DeviceHistory.empty().merge(0, new ItemIds(1, 2, 3), 30).history();

    private static final String WRITTEN = "0 1 2,1 2 3";

    private static String describe(DeviceHistory history) {
        InteractionContents contents = history.contents();
        return words(LongStream.range(0, history.size()).map(i -> history.sequence((int) i)))
                + ","
                + (contents instanceof FeatureVectors features
                        ? String.join(
                                " ",
                                Arrays.stream(features.vectors())
                                        .map(DeviceStateTest::vector)
                                        .toList())
                        : words(LongStream.of(((ItemIds) contents).ids())));
    }

    private static String words(LongStream numbers) {
        return String.join(" ", numbers.mapToObj(Long::toString).toList());
    }

    private static String vector(float[] numbers) {
        List<String> words = new ArrayList<>();
        for (float number : numbers) {
            words.add(Float.toString(number));
        }
        return String.join(":", words);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Visit, String> harness(
            Backend backend, Duration timeToLive, OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new Probe(timeToLive)),
                        Visit::device,
                        Types.STRING,
                        MAX_PARALLELISM,
                        1,
                        0);
        harness.setStateBackend(backend.make());
        harness.setStateTtlProcessingTime(NOW);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static String visit(
            KeyedOneInputStreamOperatorTestHarness<String, Visit, String> harness,
            String device,
            boolean writes)
            throws Exception {
        harness.processElement(new Visit(device, writes ? SHORT : null, null), 0);
        List<String> answers = harness.extractOutputValues();
        return answers.get(answers.size() - 1);
    }

    /** The state of the generation operator in a savepoint, as one subtask gets it. */
    private static OperatorSubtaskState savepoint(String kind) throws Exception {
        Path directory = SAVEPOINTS.resolve(kind);
        CheckpointMetadata metadata;
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(directory.resolve("_metadata")))) {
            metadata =
                    Checkpoints.loadCheckpointMetadata(
                            in,
                            DeviceStateTest.class.getClassLoader(),
                            directory.toUri().toString());
        }
        OperatorState state =
                metadata.getOperatorStates().stream()
                        .filter(DeviceStateTest::isKeyed)
                        .findFirst()
                        .orElseThrow();
        return AbstractStreamOperatorTestHarness.repackageState(
                state.getStates().toArray(OperatorSubtaskState[]::new));
    }

    private static boolean isKeyed(OperatorState operator) {
        return operator.getStates().stream()
                .anyMatch(subtask -> !subtask.getManagedKeyedState().isEmpty());
    }

    private static Map<String, String> contents(String kind) throws Exception {
        Map<String, String> contents = new TreeMap<>();
        Files.readAllLines(SAVEPOINTS.resolve(kind + ".csv")).stream()
                .skip(1)
                .map(line -> line.split(",", 2))
                .forEach(line -> contents.put(line[0], line[1]));
        return contents;
    }

    static Stream<Arguments> restores() {
        return Stream.of("items", "features")
                .flatMap(
                        kind ->
                                Stream.of(Backend.values())
                                        .flatMap(
                                                backend ->
                                                        Stream.of(Duration.ZERO, TTL)
                                                                .map(
                                                                        ttl ->
                                                                                Arguments.of(
                                                                                        kind,
                                                                                        backend,
                                                                                        ttl))));
    }

    @ParameterizedTest(name = "{0}, {1}, time to live {2}")
    @MethodSource("restores")
    @DisplayName("is what the savepoint of the older code says")
    void restoresOlderState(String kind, Backend backend, Duration ttl) throws Exception {
        Map<String, String> expected = contents(kind);
        assertThat(expected).hasSize(22);
        try (var harness = harness(backend, ttl, savepoint(kind))) {
            for (var device : expected.entrySet()) {
                assertThat(visit(harness, device.getKey(), false)).isEqualTo(device.getValue());
            }
            assertThat(visit(harness, "never seen", false)).isEqualTo("none");

            harness.setStateTtlProcessingTime(NOW + TTL.toMillis() + 1);
            for (var device : expected.entrySet()) {
                assertThat(visit(harness, device.getKey(), false))
                        .isEqualTo(ttl.isZero() ? device.getValue() : "none");
            }
        }
    }

    static Stream<Backend> backends() {
        return Stream.of(Backend.values());
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("is forgotten when the device has sent nothing new for the time to live")
    void expires(Backend backend) throws Exception {
        try (var harness = harness(backend, TTL, null)) {
            visit(harness, "quiet", true);
            visit(harness, "lively", true);
            harness.setStateTtlProcessingTime(NOW + TTL.toMillis() - 1);
            assertThat(visit(harness, "quiet", false)).isEqualTo(WRITTEN);
            assertThat(visit(harness, "lively", true)).isEqualTo(WRITTEN);

            harness.setStateTtlProcessingTime(NOW + TTL.toMillis());

            assertThat(visit(harness, "quiet", false)).isEqualTo("none");
            assertThat(visit(harness, "lively", false)).isEqualTo(WRITTEN);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("may lose its time to live at a restore")
    void losesTimeToLive(Backend backend) throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = harness(backend, TTL, null)) {
            visit(harness, "d", true);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(backend, Duration.ZERO, snapshot)) {
            harness.setStateTtlProcessingTime(NOW + 10 * TTL.toMillis());

            assertThat(visit(harness, "d", false)).isEqualTo(WRITTEN);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("never expires without a time to live")
    void staysWithoutTimeToLive(Backend backend) throws Exception {
        try (var harness = harness(backend, Duration.ZERO, null)) {
            visit(harness, "d", true);
            harness.setStateTtlProcessingTime(Long.MAX_VALUE);

            assertThat(visit(harness, "d", false)).isEqualTo(WRITTEN);
        }
    }

    @ParameterizedTest(name = "{0}, {1} items, embedding of {2} numbers: at most {3} bytes")
    @CsvSource({
        "HASH_MAP, 30, 0, 112", "HASH_MAP, 200, 0, 456", "HASH_MAP, 200, 64, 576",
        "ROCKS_DB, 30, 0, 112", "ROCKS_DB, 200, 0, 456", "ROCKS_DB, 200, 64, 576",
    })
    @DisplayName("takes as many bytes of a checkpoint as documented")
    void isAsSmallAsDocumented(
            Backend backend, int items, int embedding, long mostBytes, TestReporter reporter)
            throws Exception {
        int devices = 5_000;
        Random random = new Random(1);
        try (var harness = harness(backend, TTL, null)) {
            for (int i = 0; i < devices; i++) {
                DeviceHistory history =
                        DeviceHistory.empty()
                                .merge(
                                        random.nextInt(1_000_000),
                                        new ItemIds(random.longs(items, 1, 16_384).toArray()),
                                        items)
                                .history()
                                .written(NOW - random.nextLong(TTL.toMillis()));
                float[] numbers = new float[embedding];
                for (int j = 0; j < embedding; j++) {
                    numbers[j] = random.nextFloat(-1, 1);
                }
                SentDelta sent = embedding == 0 ? null : SentDelta.of("version", numbers, NOW);
                harness.processElement(
                        new Visit(String.format(Locale.ROOT, "device-%06d", i), history, sent), 0);
            }
            long bytes =
                    harness.snapshot(1, 1).getManagedKeyedState().stream()
                            .mapToLong(KeyedStateHandle::getStateSize)
                            .sum();

            reporter.publishEntry(
                    String.format(
                            Locale.ROOT,
                            "bytes per device, %s, %d items, embedding of %d",
                            backend,
                            items,
                            embedding),
                    String.valueOf((double) bytes / devices));
            assertThat(bytes / devices).isBetween(2L * items + embedding, mostBytes);
        }
    }
}
