package duet.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.bundle.BundleExport;
import duet.model.network.Backbone;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Models with a long memory, of low rank and of feature windows, through the job")
class ModelKindsIT {
    private static final int ITEMS = 50;
    private static final int FEATURES = 32;

    /** The sizes that models have by default, but for their items. */
    private static final Dimensions LOW_RANK =
            new Dimensions(
                            ITEMS,
                            30,
                            200,
                            new DeviceSizes(32, 1, 1, 32),
                            2,
                            GeneratorSizes.recurrent(64, 32, 64, 32, 2))
                    .withMemory(0, List.of(0.8, 0.93, 0.98, 0.995))
                    .withRank(4);

    private static final double FLOAT_TOLERANCE = 1e-5;

    @TempDir static Path directory;

    private static ModelBundle untrained(String name, Backbone backbone, Dimensions dimensions) {
        return BundleExport.untrained(
                directory.resolve(name),
                backbone,
                dimensions,
                Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray()),
                7);
    }

    /**
     * The device holds the global classifier and what the generator gives offline, within the
     * codec's tolerance.
     */
    private static void assertHolds(
            Device device, float[][] global, GeneratedDeltas expected, Encoding encoding) {
        Dimensions dimensions = device.model().dimensions();
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            float[] matrix = expected.matrix(0, n);
            float[] tolerance =
                    DeltaCodec.tolerance(
                            dimensions.layerRows(),
                            dimensions.width(),
                            dimensions.rank(),
                            expected.layer(0, n),
                            encoding);
            float[] actual = device.layer(n);
            for (int i = 0; i < matrix.length; i++) {
                assertThat((double) actual[i])
                        .as("number %d of layer %d", i, n)
                        .isCloseTo(
                                global[n - 1][i] + matrix[i],
                                within(FLOAT_TOLERANCE + tolerance[i]));
            }
        }
    }

    private static float[][] layers(Device device) {
        return IntStream.rangeClosed(1, device.model().dimensions().dynamicLayers())
                .mapToObj(device::layer)
                .toArray(float[][]::new);
    }

    @Nested
    @DisplayName("of rank 4 with a memory of 200 interactions")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class LowRank {
        private ModelBundle bundle;

        @BeforeAll
        void export() {
            bundle = untrained("low-rank", Backbone.SASREC, LOW_RANK);
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("bring every device the weights of its last 200 interactions")
        void converge(DeltaEncoding encoding) {
            Configuration config =
                    DrivenJob.configuration(SharedCluster.broker(), bundle, "low-rank-" + encoding);
            config.set(DuetOptions.ENCODING, encoding);
            List<SyntheticDevice> devices =
                    IntStream.range(0, 12)
                            .mapToObj(
                                    i ->
                                            new SyntheticDevice(
                                                    "d-" + i,
                                                    bundle.modelVersion(),
                                                    1 + 21 * i,
                                                    ITEMS,
                                                    i))
                            .toList();
            DeviceModel model = DeviceModel.load(bundle);
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config);
                    ServedGenerator offline = ServedGenerator.load(bundle)) {
                job.start();
                for (SyntheticDevice device : devices) {
                    device.windowsOvertaking(0, device.items().length).forEach(job::send);
                }
                job.awaitAllAnswered();

                for (SyntheticDevice synthetic : devices) {
                    Device device = new Device(synthetic.id(), model);
                    float[][] global = layers(device);
                    for (WeightDelta delta : job.deltas()) {
                        if (delta.getDeviceId().equals(synthetic.id())) {
                            assertThat(device.apply(delta))
                                    .isIn(ApplyOutcome.APPLIED, ApplyOutcome.STALE);
                        }
                    }
                    assertThat(device.lastSequence()).isEqualTo(synthetic.lastSequence());
                    assertHolds(
                            device,
                            global,
                            offline.generate(List.of(synthetic.items())),
                            Encoding.valueOf(encoding.name()));
                }
            }
        }

        @Test
        @DisplayName(
                "take at most 450 bytes a delta with a key of 11 characters unless told otherwise")
        void isSmall() {
            Configuration config =
                    DrivenJob.configuration(SharedCluster.broker(), bundle, "low-rank-size");
            String device = "device-0123";
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
                job.start();
                job.send(SyntheticDevice.window(device, bundle.modelVersion(), 1_000_000, 1, 2, 3));
                job.awaitAllAnswered();

                WeightDelta delta = job.deltas().get(0);
                assertThat(delta.getLayers())
                        .extracting(LayerDelta::getRank, LayerDelta::getEncoding)
                        .containsOnly(
                                tuple(
                                        4,
                                        Encoding.valueOf(
                                                DuetOptions.ENCODING.defaultValue().name())));
                int bytes =
                        Records.deltaEncoder().encode(delta).length
                                + device.getBytes(StandardCharsets.UTF_8).length;
                assertThat(bytes).isLessThanOrEqualTo(455);
            }
        }
    }

    @Nested
    @DisplayName("that read windows of features")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OfFeatures {
        private ModelBundle bundle;
        private DrivenJob job;

        @BeforeAll
        void startJob() {
            bundle =
                    untrained("features", Backbone.PERCEPTRON, LOW_RANK.withFeatures(FEATURES, 24));
            job =
                    DrivenJob.of(
                            SharedCluster.flink(),
                            DrivenJob.configuration(SharedCluster.broker(), bundle, "features"));
            job.start();
        }

        @AfterAll
        void stopJob() {
            job.close();
        }

        private float[][] vectors(int count, long seed) {
            Random random = new Random(seed);
            float[][] vectors = new float[count][FEATURES];
            for (float[] vector : vectors) {
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = (float) random.nextGaussian();
                }
            }
            return vectors;
        }

        private InteractionWindow window(String device, long first, float[]... vectors) {
            List<Interaction> interactions = new ArrayList<>();
            for (float[] vector : vectors) {
                interactions.add(Interactions.ofFeatures(vector, 1_700_000_000_000L));
            }
            return new InteractionWindow(
                    device, bundle.modelVersion(), first, interactions, 1_700_000_000_000_000L);
        }

        private void assertNewestGeneratedFrom(String id, float[]... history) {
            Device device = new Device(id, DeviceModel.load(bundle));
            float[][] global = layers(device);
            assertThat(device.apply(job.newestDeltas().get(id))).isEqualTo(ApplyOutcome.APPLIED);
            try (ServedGenerator offline = ServedGenerator.load(bundle)) {
                assertHolds(
                        device,
                        global,
                        offline.generateFromFeatures(List.<float[][]>of(history)),
                        Encoding.valueOf(DuetOptions.ENCODING.defaultValue().name()));
            }
        }

        @Test
        @DisplayName("bring a device the weights of its last 200 vectors")
        void converge() {
            float[][] vectors = vectors(230, 1);
            for (int from = 0; from < vectors.length; from += 10) {
                int start = Math.max(0, from - 3);
                job.send(window("camera", start, Arrays.copyOfRange(vectors, start, from + 10)));
            }
            job.await("delta of the last vector", () -> job.newestSequence("camera") == 229);

            assertNewestGeneratedFrom("camera", Arrays.copyOfRange(vectors, 30, 230));
        }

        Stream<Arguments> bad() {
            float[] nan = new float[FEATURES];
            nan[3] = Float.NaN;
            float[] infinite = new float[FEATURES];
            infinite[FEATURES - 1] = Float.POSITIVE_INFINITY;
            float[] good = new float[FEATURES];
            return Stream.of(
                    Arguments.of(
                            "NaN",
                            window("d", 0, good, nan),
                            "has the feature NaN at position 1, number 3"),
                    Arguments.of(
                            "infinity",
                            window("d", 0, infinite),
                            "has the feature Infinity at position 0, number 31"),
                    Arguments.of(
                            "another dimension",
                            window("d", 0, new float[FEATURES - 1]),
                            "holds features of 31 numbers, model version "
                                    + bundle.modelVersion()
                                    + " reads features of 32 numbers"),
                    Arguments.of(
                            "two dimensions",
                            window("d", 0, good, new float[FEATURES + 1]),
                            "features of 33 numbers at position 1 and features of 32 numbers at"
                                    + " position 0"),
                    Arguments.of(
                            "items",
                            SyntheticDevice.window("d", bundle.modelVersion(), 0, 1, 2),
                            "holds item ids, model version "
                                    + bundle.modelVersion()
                                    + " reads features of 32 numbers"));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("bad")
        @DisplayName("refuse what they cannot read and go on")
        void validInvalidValid(String what, InteractionWindow bad, String reason) throws Exception {
            float[][] vectors = vectors(3, what.hashCode());
            String device = "next to " + what;
            byte[] key = device.getBytes(StandardCharsets.UTF_8);
            job.sendRaw(key, Records.windowEncoder().encode(window(device, 0, vectors[0])));
            bad.setDeviceId(device); // so that all of them share a key and a partition
            RecordMetadata place = job.sendRaw(key, Records.windowEncoder().encode(bad));
            job.sendRaw(
                    key, Records.windowEncoder().encode(window(device, 1, vectors[1], vectors[2])));

            job.await("delta after " + what, () -> job.newestSequence(device) == 2);
            job.await("dead letter of " + what, () -> !lettersAt(place).isEmpty());

            assertThat(lettersAt(place))
                    .extracting(DeadLetter::getReason)
                    .singleElement()
                    .asString()
                    .contains(reason);
            assertNewestGeneratedFrom(device, vectors);
        }

        private List<DeadLetter> lettersAt(RecordMetadata place) {
            return job.deadLetters().stream()
                    .filter(
                            letter ->
                                    letter.getPartition() == place.partition()
                                            && letter.getOffset() == place.offset())
                    .toList();
        }
    }
}
