package duet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.serving.DeviceScorer;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.Encoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Offline evaluation also measures")
class OfflineMeasurementsTest {
    private static final int ITEMS = 60;
    private static final int WIDTH = 8;
    private static final int RANK = 2;
    private static final int LAYERS = 2;

    @TempDir private Path directory;
    private ModelBundle bundle;
    private OfflineEvaluation evaluation;
    private ServedGenerator generator;
    private DeviceScorer scorer;
    private List<EvaluationTask> tasks;

    @BeforeEach
    void load() {
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        new Dimensions(
                                        ITEMS,
                                        8,
                                        20,
                                        new DeviceSizes(WIDTH, 1, 1, 8),
                                        LAYERS,
                                        GeneratorSizes.recurrent(8, 8, 8, 8, 2))
                                .withMemory(0, List.of(0.5, 0.9))
                                .withRank(RANK),
                        Vocabulary.of(LongStream.rangeClosed(1001, 1000 + ITEMS).toArray()),
                        5);
        evaluation = OfflineEvaluation.load(bundle);
        generator = ServedGenerator.load(bundle);
        scorer = DeviceScorer.load(bundle);
        Random random = new Random(1);
        tasks =
                IntStream.range(0, 10)
                        .mapToObj(
                                user -> {
                                    long[] items =
                                            random.longs(400, 1001, 1001 + ITEMS)
                                                    .distinct()
                                                    .toArray();
                                    return new EvaluationTask(
                                            "u" + user,
                                            Arrays.copyOf(items, 1 + user),
                                            items[20],
                                            Arrays.copyOfRange(items, 21, 40));
                                })
                        .toList();
    }

    @AfterEach
    void close() {
        evaluation.close();
        generator.close();
        scorer.close();
    }

    private GeneratedDeltas deltas(long[] history) {
        return generator.generate(List.of(history));
    }

    /** Ranks one user after the other with these layers. */
    private NearTies ranked(List<float[][]> layers) {
        NearTies metrics = new NearTies();
        for (int i = 0; i < tasks.size(); i++) {
            metrics.add(
                    scorer.score(
                                    List.of(tasks.get(i).history()),
                                    List.<float[][]>of(layers.get(i)),
                                    List.of(tasks.get(i).candidates()))
                            .get(0));
        }
        return metrics;
    }

    @Test
    @DisplayName("cold start: cloud and device know the newest interactions only")
    void historyLengths() {
        List<HistoryLengthQuality> measured = evaluation.byHistoryLength(tasks, List.of(3, 1));

        assertThat(measured).extracting(HistoryLengthQuality::newest).containsExactly(1, 3, null);
        OfflineEvaluation.Result whole = evaluation.evaluate(tasks);
        assertThat(measured.get(2).global()).isEqualTo(whole.global());
        assertThat(measured.get(2).personalized()).isEqualTo(whole.personalized());
        List<EvaluationTask> newest3 =
                tasks.stream()
                        .map(
                                task -> {
                                    long[] history = task.history();
                                    int from = Math.max(0, history.length - 3);
                                    return new EvaluationTask(
                                            task.user(),
                                            Arrays.copyOfRange(history, from, history.length),
                                            task.positive(),
                                            task.negatives());
                                })
                        .toList();
        OfflineEvaluation.Result expected = evaluation.evaluate(newest3);
        assertThat(measured.get(1).global()).isEqualTo(expected.global());
        assertThat(measured.get(1).personalized()).isEqualTo(expected.personalized());
        assertThat(measured.get(1).global()).isNotEqualTo(whole.global());
    }

    @Test
    @DisplayName("the global model alone")
    void globally() {
        assertThat(evaluation.evaluateGlobally(tasks))
                .isEqualTo(evaluation.evaluate(tasks).global());
    }

    @Test
    @DisplayName("ranking with another device's delta and with the mean one")
    void controls() {
        ControlQuality measured = evaluation.controls(tasks);

        List<float[][]> others = new ArrayList<>();
        float[][] mean = scorer.globalLayers();
        for (int i = 0; i < tasks.size(); i++) {
            int other = (i + tasks.size() / 2) % tasks.size();
            others.add(scorer.personalizedLayers(deltas(tasks.get(other).history()), 0));
            GeneratedDeltas own = deltas(tasks.get(i).history());
            for (int n = 1; n <= LAYERS; n++) {
                float[] delta = own.matrix(0, n);
                for (int k = 0; k < delta.length; k++) {
                    mean[n - 1][k] += delta[k] / tasks.size();
                }
            }
        }
        ranked(others).assertAreOf(measured.otherDevice());
        ranked(IntStream.range(0, 10).mapToObj(i -> mean).toList()).assertAreOf(measured.mean());
        assertThat(measured.otherDevice()).isNotEqualTo(evaluation.evaluate(tasks).personalized());
    }

    @Test
    @DisplayName("what an encoding costs in bytes, ranking and time")
    void codec() {
        LongSupplier clock = new AtomicLong()::incrementAndGet;
        LongSupplier millisecondSteps = () -> clock.getAsLong() * 1_000_000;

        CodecQuality exact = evaluation.throughCodec(tasks, Encoding.FLOAT32, millisecondSteps);
        CodecQuality small = evaluation.throughCodec(tasks, Encoding.INT4, millisecondSteps);

        int rows = 2 * RANK + 1;
        assertThat(exact.weightBytes()).isEqualTo(LAYERS * rows * WIDTH * 4);
        assertThat(small.weightBytes()).isEqualTo(LAYERS * rows * (WIDTH / 2 + 2));
        assertThat(exact.wireBytes() - small.wireBytes())
                .isCloseTo(exact.weightBytes() - small.weightBytes(), within(16.0));
        assertThat(small.wireBytes())
                .isBetween(small.weightBytes() + 40, small.weightBytes() + 150);
        ranked(
                        tasks.stream()
                                .map(task -> scorer.personalizedLayers(deltas(task.history()), 0))
                                .toList())
                .assertAreOf(exact.personalized());
        assertThat(small.rank()).isEqualTo(RANK);
        // One step of the clock for a batch of ten.
        assertThat(exact.encodeMicros()).isEqualTo(100);
        assertThat(exact.decodeMicros()).isEqualTo(100);
    }

    @Test
    @DisplayName("how much one interaction changes a delta and the ten best")
    void oscillation() {
        Oscillation measured = evaluation.oscillation(tasks, 2);

        int pairs = 0;
        double change = 0;
        double top = 0;
        for (EvaluationTask task : tasks) {
            long[] history = task.history();
            for (int end = history.length; end > 1 && end > history.length - 2; end--) {
                pairs++;
                GeneratedDeltas before = deltas(Arrays.copyOf(history, end - 1));
                GeneratedDeltas after = deltas(Arrays.copyOf(history, end));
                double difference = 0;
                double norm = 0;
                for (int n = 1; n <= LAYERS; n++) {
                    float[] a = before.matrix(0, n);
                    float[] b = after.matrix(0, n);
                    for (int k = 0; k < a.length; k++) {
                        difference += Math.pow(a[k] - b[k], 2);
                        norm += Math.pow(b[k], 2);
                    }
                }
                change += Math.sqrt(difference / norm);
                List<Integer> kept = new ArrayList<>(topTen(task, after));
                kept.retainAll(topTen(task, before));
                top += 1 - kept.size() / 10.0;
            }
        }
        assertThat(measured.pairs()).isEqualTo(pairs).isEqualTo(9 + 8);
        assertThat(measured.relativeChange()).isCloseTo(change / pairs, within(1e-4)).isPositive();
        assertThat(measured.topTenChange()).isCloseTo(top / pairs, within(0.02));
    }

    private List<Integer> topTen(EvaluationTask task, GeneratedDeltas deltas) {
        float[] scores =
                scorer.score(
                                List.of(task.history()),
                                List.<float[][]>of(scorer.personalizedLayers(deltas, 0)),
                                List.of(task.candidates()))
                        .get(0);
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                .limit(10)
                .toList();
    }

    @Test
    @DisplayName("no change where no user has two deltas")
    void noPairs() {
        assertThat(evaluation.oscillation(tasks.subList(0, 1), 3))
                .isEqualTo(new Oscillation(0, 0, 0));
    }

    @Test
    @DisplayName("the time of a generation")
    void generationTime() {
        AtomicLong nanos = new AtomicLong();
        assertThat(evaluation.microsPerGeneration(tasks, 4, () -> nanos.getAndAdd(8_000)))
                .isEqualTo(2);
    }
}
