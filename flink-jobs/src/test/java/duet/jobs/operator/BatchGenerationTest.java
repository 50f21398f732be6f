package duet.jobs.operator;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaSigning;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.PlainGenerator;
import duet.jobs.generation.ServedModel;
import duet.jobs.generation.Windows;
import duet.jobs.history.DeviceHistory;
import duet.jobs.policy.Always;
import duet.jobs.policy.Gate;
import duet.jobs.policy.GenerationPolicy;
import duet.jobs.policy.SentDelta;
import duet.jobs.security.PemKeys;
import duet.jobs.serialization.EncodedRecord;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import duet.schemas.signature.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchGenerationTest {
    private final PlainGenerator generator = new PlainGenerator();
    private @Nullable DeltaSigning signing;
    private ServedModel model = model(new MicroBatch(10, 10));
    private final PlainValueState<SentDelta> sent = new PlainValueState<>();
    private final List<String> out = new ArrayList<>();
    private final List<WeightDelta> deltas = new ArrayList<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private BatchGeneration generation = generation(new Always());
    private long nowMicros = 2_000_000;

    private ServedModel model(MicroBatch batch) {
        return new ServedModel(
                generator,
                new DeltaAssembly(
                        Windows.VERSION, PlainGenerator.DIMENSIONS, DeltaEncoding.FLOAT32, signing),
                batch);
    }

    private BatchGeneration generation(GenerationPolicy policy) {
        return new BatchGeneration(
                new Gate(policy),
                new SentDeltas(sent, sent::setDevice),
                device -> epochs.getOrDefault(device, 0L),
                this::send,
                (window, reason) ->
                        out.add("refuse " + window.origin().offset() + " of " + window.deviceId()),
                new GenerationMetrics(new UnregisteredMetricsGroup()),
                () -> nowMicros);
    }

    private void send(EncodedRecord record) {
        try {
            deltas.add(Records.deltaDecoder().decode(record.value()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        out.add("send " + new String(record.key(), StandardCharsets.UTF_8));
    }

    private void await(DeviceWindow window) {
        DeviceHistory history =
                DeviceHistory.empty()
                        .merge(window.firstSequence(), window.contents(), 10)
                        .history();
        model.batch().add(window, history);
    }

    private void answer() {
        generation.answer(model, nowMicros);
    }

    @Test
    void answersAllDevicesOfABatchInOnePassInTheirOrder() {
        await(window("b", 0, 0, 1));
        await(window("a", 1, 0, 2));
        await(window("b", 2, 0, 3));

        answer();

        assertThat(generator.batches()).containsExactly(2);
        assertThat(out).containsExactly("send b", "send a");
        assertThat(deltas).extracting(WeightDelta::getAnsweredWindows).containsExactly(2, 1);
        assertThat(model.batch().isEmpty()).isTrue();
    }

    @Test
    void refusesEveryWindowOfADeviceWithoutAUsableDeltaAndGoesOn() {
        await(window("a", 0, 0, PlainGenerator.POISON));
        await(window("b", 1, 0, 2));
        await(window("a", 2, 0, PlainGenerator.POISON));

        answer();

        assertThat(out).containsExactly("refuse 0 of a", "refuse 2 of a", "send b");
    }

    @Test
    void datesEveryBatchLaterThanTheOneBeforeAlsoWhereTheClockIsSetBack() {
        for (long now : new long[] {2_000_000, 1_000_000, 1_000_000, 3_000_000}) {
            nowMicros = now;
            await(window("a", 0, 0, 1));
            answer();
        }

        assertThat(deltas)
                .extracting(WeightDelta::getGeneratedAtMicros)
                .containsExactly(2_000_000L, 2_000_001L, 2_000_002L, 3_000_000L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signsADeltaAloneOrWithTheOthersOfItsBatch(boolean ofBatches, @TempDir Path directory)
            throws Exception {
        PemKeys keys = PemKeys.make(directory);
        signing =
                ofBatches
                        ? DeltaSigning.ofBatches(keys.signer())
                        : DeltaSigning.ofEach(keys.signer());
        // More than are signed at once, and one that gets no delta among them.
        model = model(new MicroBatch(300, 300));
        for (int i = 0; i < 300; i++) {
            await(window("d-" + i, i, 0, i == 150 ? PlainGenerator.POISON : i % 50 + 1));
        }

        answer();

        Verifier verifier = Verifier.read(keys.publicKey());
        assertThat(deltas)
                .hasSize(299)
                .allSatisfy(delta -> assertThat(verifier.verifies(delta)).isTrue());
        assertThat(deltas.stream().map(WeightDelta::getDeviceId).toList())
                .isEqualTo(
                        IntStream.range(0, 300)
                                .filter(i -> i != 150)
                                .mapToObj(i -> "d-" + i)
                                .toList());
        int alone = 64;
        assertThat(deltas.get(0).getSignature().remaining())
                .isEqualTo(ofBatches ? alone + 8 + 8 * 32 : alone);

        deltas.clear();
        await(window("d-1", 300, 1, 2));
        answer();

        assertThat(deltas.get(0).getSignature().remaining()).isEqualTo(alone);
        assertThat(verifier.verifies(deltas.get(0))).isTrue();
    }

    @Test
    void namesTheEpochOfADeviceThatWasReset() {
        epochs.put("b", 77L);
        await(window("a", 0, 0, 1));
        await(window("b", 1, 0, 2));
        answer();

        assertThat(deltas).extracting(WeightDelta::getEpoch).containsExactly(0L, 77L);
    }

    @Test
    void remembersNothingWhereEverythingIsAnswered() {
        await(window("a", 0, 0, 1));
        answer();

        assertThat(sent.writes()).isZero();
    }

    @Nested
    class WithAPolicy {
        private boolean sends = true;

        @Test
        void remembersWhatEachDeviceWasSent() {
            generation = generation(candidate -> sends);
            await(window("a", 0, 0, 1));
            await(window("b", 1, 0, 2));
            answer();

            assertThat(sent.of("a"))
                    .isEqualTo(
                            SentDelta.of(
                                    Windows.VERSION,
                                    PlainGenerator.embedding(new long[] {1}),
                                    2_000));
            assertThat(sent.of("b"))
                    .isEqualTo(
                            SentDelta.of(
                                    Windows.VERSION,
                                    PlainGenerator.embedding(new long[] {2}),
                                    2_000));
        }

        @Test
        void holdsBackWhatIsNotSentAndDoesNotRememberIt() {
            generation = generation(candidate -> sends);
            sends = false;
            await(window("a", 0, 0, 1));
            answer();

            assertThat(out).isEmpty();
            assertThat(sent.writes()).isZero();
        }

        @Test
        void comparesWithWhatTheDeviceWasSentLast() {
            List<Double> drifts = new ArrayList<>();
            generation =
                    generation(
                            candidate -> {
                                drifts.add(candidate.drift());
                                return true;
                            });
            await(window("a", 0, 0, 1));
            answer();
            await(window("b", 1, 0, 1));
            await(window("a", 2, 0, 1));
            answer();

            assertThat(drifts.get(1)).as("b was sent nothing yet").isEqualTo(drifts.get(0));
            assertThat(drifts.get(2)).isZero();
        }

        @Test
        void doesNotRememberADeltaThatCouldNotBeMade() {
            generation = generation(candidate -> sends);
            await(window("a", 0, 0, PlainGenerator.POISON));
            answer();

            assertThat(out).containsExactly("refuse 0 of a");
            assertThat(sent.writes()).isZero();
        }
    }
}
