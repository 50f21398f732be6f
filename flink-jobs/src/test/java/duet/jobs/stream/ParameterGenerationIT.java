package duet.jobs.stream;

import static duet.jobs.stream.SyntheticDevice.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.jobs.Preflight;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.jobs.generation.WindowKey;
import duet.jobs.history.InteractionContents;
import duet.model.bundle.BundleExport;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.operations.broker.BrokerCheck;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

@DisplayName("The parameter generation job between a real broker and devices")
class ParameterGenerationIT {
    private static final int ITEMS = 50;
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    ITEMS,
                    30,
                    30,
                    new DeviceSizes(32, 1, 1, 32),
                    2,
                    GeneratorSizes.recurrent(32, 32, 32, 16, 2));
    private static final double FLOAT_TOLERANCE = 1e-5;

    @TempDir static Path directory;
    private static ModelBundle bundle;

    @BeforeAll
    static void start() {
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        DIMENSIONS,
                        Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray()),
                        7);
    }

    private static Configuration configuration(String name) {
        return DrivenJob.configuration(SharedCluster.broker(), bundle, name);
    }

    private static List<SyntheticDevice> devices(int count, int interactions) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                new SyntheticDevice(
                                        "d-" + i,
                                        bundle.modelVersion(),
                                        interactions + i % 17,
                                        ITEMS,
                                        i))
                .toList();
    }

    /** Sends the windows of all devices in turn, as they would come in over time. */
    private static void sendInTurn(DrivenJob job, List<List<InteractionWindow>> perDevice) {
        int longest = perDevice.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<InteractionWindow> windows : perDevice) {
                if (i < windows.size()) {
                    job.send(windows.get(i));
                }
            }
        }
    }

    private static void awaitEveryDevice(DrivenJob job, List<SyntheticDevice> devices) {
        job.await(
                "delta of the last interaction of every device",
                () -> {
                    Map<String, WeightDelta> newest = job.newestDeltas();
                    return devices.stream()
                            .allMatch(
                                    device ->
                                            newest.containsKey(device.id())
                                                    && newest.get(device.id()).getLastSequence()
                                                            == device.lastSequence());
                });
    }

    /**
     * Invariant 1: the last delta of a device is what the generator gives for its whole history.
     */
    private static void assertConverged(
            DrivenJob job, List<SyntheticDevice> devices, DeltaEncoding encoding)
            throws CorruptDeltaException {
        float[] zero = new float[DIMENSIONS.layerSize()];
        try (ServedGenerator offline = ServedGenerator.load(bundle)) {
            for (SyntheticDevice device : devices) {
                WeightDelta delta = job.newestDeltas().get(device.id());
                GeneratedDeltas expected = offline.generate(List.of(device.items()));
                for (int n = 1; n <= DIMENSIONS.dynamicLayers(); n++) {
                    assertLayer(
                            DeltaCodec.decode(delta.getLayers().get(n - 1)),
                            zero,
                            expected.layer(0, n),
                            encoding);
                }
            }
        }
    }

    /**
     * Invariants 1 and 2: devices that apply all deltas as they come hold the last ones, and never
     * go backwards.
     */
    private static void assertApplied(
            DrivenJob job, List<SyntheticDevice> devices, DeltaEncoding encoding) {
        DeviceModel model = DeviceModel.load(bundle);
        try (ServedGenerator offline = ServedGenerator.load(bundle)) {
            for (SyntheticDevice synthetic : devices) {
                Device device = new Device(synthetic.id(), model);
                float[][] global = {device.layer(1), device.layer(2)};
                for (WeightDelta delta : job.deltas()) {
                    if (delta.getDeviceId().equals(synthetic.id())) {
                        long before = device.lastSequence();
                        assertThat(device.apply(delta))
                                .isIn(ApplyOutcome.APPLIED, ApplyOutcome.STALE);
                        assertThat(device.lastSequence()).isGreaterThanOrEqualTo(before);
                    }
                }
                assertThat(device.lastSequence()).isEqualTo(synthetic.lastSequence());
                GeneratedDeltas expected = offline.generate(List.of(synthetic.items()));
                for (int n = 1; n <= DIMENSIONS.dynamicLayers(); n++) {
                    assertLayer(device.layer(n), global[n - 1], expected.layer(0, n), encoding);
                }
            }
        }
    }

    private static void assertLayer(
            float[] actual, float[] global, float[] delta, DeltaEncoding encoding) {
        float[] tolerance =
                DeltaCodec.tolerance(
                        DIMENSIONS.layerRows(),
                        DIMENSIONS.width(),
                        DIMENSIONS.rank(),
                        delta,
                        Encoding.valueOf(encoding.name()));
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .isCloseTo(global[i] + delta[i], within(FLOAT_TOLERANCE + tolerance[i]));
        }
    }

    @Nested
    @DisplayName("while it runs")
    class Delivery {
        @ParameterizedTest
        @EnumSource
        @DisplayName("brings every device the weights of its last window, and the counters add up")
        void convergesAndAddsUp(DeltaEncoding encoding) throws Exception {
            Configuration config = configuration("delivery-" + encoding);
            config.set(DuetOptions.ENCODING, encoding);
            config.set(DuetOptions.MAX_BATCH_DEVICES, 16);
            List<SyntheticDevice> devices = devices(60, 40);
            long generated = SharedCluster.flink().metrics().count("generated");
            long coalesced = SharedCluster.flink().metrics().count("coalesced");
            long deadLetters = SharedCluster.flink().metrics().count("deadLetters");
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
                job.start();
                sendInTurn(
                        job,
                        devices.stream().map(d -> d.windowsInOrder(0, d.items().length)).toList());
                job.send(window("stranger", "another-version", 0, 1, 2));
                job.send(window("unknown", bundle.modelVersion(), 0, 1_000_000));
                job.awaitAllAnswered();
                awaitEveryDevice(job, devices);

                assertConverged(job, devices, encoding);
                assertApplied(job, devices, encoding);
                assertThat(job.answered() + job.deadLetters().size()).isEqualTo(job.sent());
                assertThat(job.deadLetters())
                        .extracting(DeadLetter::getReason)
                        .satisfiesExactlyInAnyOrder(
                                reason ->
                                        assertThat(reason).contains("stranger", "another-version"),
                                reason -> assertThat(reason).contains("unknown", "no item"));
                job.await(
                        "counters",
                        () ->
                                SharedCluster.flink().metrics().count("generated") - generated
                                        == job.deltas().size());
                assertThat(SharedCluster.flink().metrics().count("coalesced") - coalesced)
                        .isEqualTo(job.answered() - job.deltas().size());
                assertThat(SharedCluster.flink().metrics().count("deadLetters") - deadLetters)
                        .isEqualTo(2);
            }
        }

        @Test
        @DisplayName("fills the gap before a window that overtook another")
        void overtaking() throws Exception {
            Configuration config = configuration("overtaking");
            config.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
            List<SyntheticDevice> devices = devices(60, 40);
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
                job.start();
                sendInTurn(
                        job,
                        devices.stream()
                                .map(d -> d.windowsOvertaking(0, d.items().length))
                                .toList());
                job.awaitAllAnswered();
                awaitEveryDevice(job, devices);

                assertConverged(job, devices, DeltaEncoding.FLOAT32);
                assertApplied(job, devices, DeltaEncoding.FLOAT32);
                assertThat(job.answered()).isEqualTo(job.sent());
            }
        }

        @Test
        @DisplayName("sends at most 2,400 bytes a delta as int8")
        void isSmall() {
            Configuration config = configuration("size");
            config.set(DuetOptions.ENCODING, DeltaEncoding.INT8);
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
                job.start();
                job.send(window("device-000123", bundle.modelVersion(), 1_000_000, 1, 2, 3));
                job.awaitAllAnswered();

                assertThat(Records.deltaEncoder().encode(job.deltas().get(0)))
                        .hasSizeLessThanOrEqualTo(2_400);
            }
        }
    }

    @Nested
    @DisplayName("empties its batch")
    class Batches {
        private static final Duration DELAY = Duration.ofSeconds(60);

        /** A job that only its delay makes generate, or what is tested. */
        private Configuration patient(String name) {
            Configuration config = configuration(name);
            config.set(DuetOptions.MAX_BATCH_DELAY, DELAY);
            config.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofHours(1));
            return config;
        }

        @Test
        @DisplayName("when nothing further has come in, whatever its delay")
        void onIdleInput() {
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), patient("idle"))) {
                job.start();
                job.send(window("d", bundle.modelVersion(), 0, 1, 2));

                job.awaitAllAnswered();
                WeightDelta delta = job.deltas().get(0);
                assertThat(delta.getGeneratedAtMicros() - delta.getReceivedAtMicros())
                        .isLessThan(DELAY.toMillis() * 1000);
            }
        }

        @Test
        @DisplayName("at the end of a bounded topic, and finishes")
        void atTheEnd() throws Exception {
            Configuration config = patient("bounded");
            config.set(DuetOptions.BOUNDED, true);
            List<SyntheticDevice> devices = devices(10, 5);
            try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
                devices.forEach(d -> job.send(d.window(0, d.items().length)));
                job.flush();
                job.start();
                job.awaitEnd();

                awaitEveryDevice(job, devices);
                assertThat(job.deltas()).hasSize(devices.size());
                assertConverged(job, devices, DuetOptions.ENCODING.defaultValue());
            }
        }
    }

    @Nested
    @DisplayName("after a failure")
    class Recovery {
        @Test
        @DisplayName("goes on from its last checkpoint and still brings every device its weights")
        void goesOn() throws Exception {
            Configuration config = configuration("recovery");
            // Small batches, so that there is a third one to fail in however fast the job is.
            config.set(DuetOptions.MAX_BATCH_DEVICES, 4);
            config.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
            FailingOnce.ARMED.set(false);
            FailingOnce.MADE.set(0);
            List<SyntheticDevice> devices = devices(40, 40);
            try (DrivenJob job =
                    DrivenJob.of(
                            SharedCluster.flink(),
                            config,
                            new FailingOnce(BundleGenerator.factory(bundle.directory())))) {
                job.start();
                sendInTurn(job, devices.stream().map(d -> d.windowsOvertaking(0, 30)).toList());
                byte[] broken = {1, 2, 3};
                RecordMetadata before = job.sendRaw(null, broken);
                job.awaitAllAnswered();
                int firstHalf = job.sent();
                job.awaitCheckpointOfAllSent();

                FailingOnce.ARMED.set(true);
                sendInTurn(
                        job,
                        devices.stream()
                                .map(d -> d.windowsOvertaking(30, d.items().length))
                                .toList());
                RecordMetadata after = job.sendRaw(null, broken);
                // Windows are answered twice after a failure: counting them does not do.
                job.awaitCheckpointOfAllSent();

                assertThat(FailingOnce.ARMED).as("the failure happened").isFalse();
                assertThat(FailingOnce.MADE.get())
                        .as("generators made over both attempts")
                        .isGreaterThan(DrivenJob.PARALLELISM);
                assertConverged(job, devices, DeltaEncoding.FLOAT32);
                assertApplied(job, devices, DeltaEncoding.FLOAT32);
                assertThat(job.deadLetters())
                        .extracting(letter -> letter.getPartition() + "@" + letter.getOffset())
                        .containsOnly(
                                before.partition() + "@" + before.offset(),
                                after.partition() + "@" + after.offset());
                int secondHalf = job.sent() - firstHalf;
                assertThat(job.answered() + job.deadLetters().size())
                        .as("nothing lost, and only what came after the checkpoint done again")
                        .isBetween(job.sent(), firstHalf + 2 * secondHalf);
            }
        }
    }

    /**
     * A generator that throws once when it is told to, as a crash between two checkpoints would.
     */
    private record FailingOnce(DeltaGeneratorFactory real) implements DeltaGeneratorFactory {
        static final AtomicBoolean ARMED = new AtomicBoolean();
        static final AtomicInteger MADE = new AtomicInteger();

        @Override
        public DeltaGenerator create() {
            MADE.incrementAndGet();
            DeltaGenerator generator = real.create();
            return new DeltaGenerator() {
                private int batchesWhileArmed;

                @Override
                public String modelVersion() {
                    return generator.modelVersion();
                }

                @Override
                public Dimensions dimensions() {
                    return generator.dimensions();
                }

                @Override
                public boolean knows(long itemId) {
                    return generator.knows(itemId);
                }

                @Override
                public Deltas generate(List<InteractionContents> histories) {
                    if (ARMED.get()
                            && ++batchesWhileArmed > 2
                            && ARMED.compareAndSet(true, false)) {
                        throw new IllegalStateException("a failure on purpose");
                    }
                    return generator.generate(histories);
                }

                @Override
                public void close() {
                    generator.close();
                }
            };
        }
    }

    @Nested
    @DisplayName("refuses bad input and goes on")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class BadInput {
        private DrivenJob job;

        @BeforeAll
        void startJob() {
            Configuration config = configuration("bad-input");
            config.set(DuetOptions.WINDOWS_KEY, WindowKey.ANY); // tests choose the partition by it
            job = DrivenJob.of(SharedCluster.flink(), config);
            job.start();
        }

        @AfterAll
        void stopJob() {
            job.close();
        }

        Stream<Arguments> bad() {
            String version = bundle.modelVersion();
            byte[] valid = encoded(window("d", version, 0, 1, 2, 3));
            byte[] random = new byte[500];
            new Random(5).nextBytes(random);
            byte[] future = valid.clone();
            Arrays.fill(future, 2, 10, (byte) 0x5A);
            return Stream.of(
                    Arguments.of("random bytes", random, "does not start with the marker"),
                    Arguments.of(
                            "truncated Avro", Arrays.copyOf(valid, valid.length - 5), "is cut"),
                    Arguments.of(
                            "a window with a million items",
                            encoded(window("d", version, 0, new long[1_000_000])),
                            "the limit is 262,144"),
                    Arguments.of(
                            "a window with 513 items",
                            encoded(
                                    window(
                                            "d",
                                            version,
                                            0,
                                            LongStream.range(0, 513).map(i -> i % 5).toArray())),
                            "512"),
                    Arguments.of(
                            "a negative item id",
                            encoded(window("d", version, 0, 1, -5)),
                            "device=d has the negative item id -5 at position 1"),
                    Arguments.of(
                            "ids outside the vocabulary alone",
                            encoded(window("outsider", version, 0, 1_000, 2_000)),
                            "device=outsider leaves no item that model version " + version),
                    Arguments.of(
                            "a negative sequence number",
                            encoded(window("d", version, -1, 1)),
                            "first sequence number -1"),
                    Arguments.of(
                            "a device id of 10 kB",
                            encoded(window("d".repeat(10_240), version, 0, 1)),
                            "string of 10,240 bytes, the limit is 256"),
                    Arguments.of("a future schema", future, "is not a published version"),
                    Arguments.of(
                            "another model version",
                            encoded(window("d", "sasrec-from-tomorrow", 0, 1)),
                            "is for model version sasrec-from-tomorrow, the job serves " + version),
                    Arguments.of("nothing at all", null, "has no value"));
        }

        private static byte[] encoded(InteractionWindow window) {
            return Records.windowEncoder().encode(window);
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("bad")
        void validInvalidValidValid(String what, byte[] bad, String reason) throws Exception {
            String version = bundle.modelVersion();
            byte[] key = "k".repeat(2_000).getBytes(StandardCharsets.UTF_8);
            String device = "next to " + what;
            List<byte[]> records = new ArrayList<>();
            records.add(encoded(window(device, version, 0, 1, 2)));
            records.add(bad);
            records.add(encoded(window(device, version, 2, 3)));
            records.add(encoded(window(device, version, 3, 4, 5)));
            RecordMetadata place = null;
            for (byte[] record : records) {
                // One key, so that all of them share a partition and the order is this one.
                RecordMetadata sent = job.sendRaw(key, record);
                place = record == bad ? sent : place;
            }
            RecordMetadata badPlace = place;

            job.await("delta after the bad record", () -> job.newestSequence(device) == 4);
            job.await("dead letter of " + what, () -> letterAt(badPlace) != null);

            DeadLetter letter = letterAt(badPlace);
            assertThat(letter.getReason()).contains(reason).doesNotContain("\n");
            assertThat(letter.getTopic()).isEqualTo("bad-input.windows");
            assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(Arrays.copyOf(key, 1_024)));
            byte[] whole = bad == null ? new byte[0] : bad;
            assertThat(letter.getValueSize()).isEqualTo(whole.length);
            assertThat(letter.getValue())
                    .isEqualTo(ByteBuffer.wrap(whole, 0, Math.min(whole.length, 512 * 1024)));
            job.awaitAllAnswered();
            assertThat(job.answered() + job.deadLetters().size()).isEqualTo(job.sent());
        }

        private DeadLetter letterAt(RecordMetadata place) {
            return job.deadLetters().stream()
                    .filter(
                            letter ->
                                    letter.getPartition() == place.partition()
                                            && letter.getOffset() == place.offset())
                    .findFirst()
                    .orElse(null);
        }

        @Test
        @DisplayName("except sequence numbers that go backwards, which are late windows")
        void sequenceNumbersGoingBackwards() {
            String version = bundle.modelVersion();
            job.send(window("back", version, 100, 1, 2, 3));
            job.await("first delta", () -> job.newestSequence("back") == 102);
            job.send(window("back", version, 50, 4, 5));
            job.send(window("back", version, 0, 6));
            job.awaitAllAnswered();
            job.send(window("back", version, 103, 7));
            job.await("delta of the newest", () -> job.newestSequence("back") == 103);

            assertThat(job.deltas())
                    .filteredOn(delta -> delta.getDeviceId().equals("back"))
                    .extracting(WeightDelta::getLastSequence)
                    .isSorted();
            assertNewestGeneratedFrom("back", 6, 4, 5, 1, 2, 3, 7);
        }

        @Test
        @DisplayName("and skips unknown items among known ones")
        void unknownItems() {
            job.send(window("mixed", bundle.modelVersion(), 0, 1, 999_999, 2));
            job.await("delta", () -> job.newestSequence("mixed") == 2);

            assertNewestGeneratedFrom("mixed", 1, 2);
        }

        private void assertNewestGeneratedFrom(String device, long... history) {
            Device receiver = new Device(device, DeviceModel.load(bundle));
            float[] global = receiver.layer(1);
            assertThat(receiver.apply(job.newestDeltas().get(device)))
                    .isEqualTo(ApplyOutcome.APPLIED);
            try (ServedGenerator offline = ServedGenerator.load(bundle)) {
                assertLayer(
                        receiver.layer(1),
                        global,
                        offline.generate(List.of(history)).layer(0, 1),
                        DuetOptions.ENCODING.defaultValue());
            }
        }
    }

    @Nested
    @DisplayName("is checked before it starts")
    class Checks {
        @Test
        void andStartsWhereAllIsThere() {
            Preflight.check(GenerationOptions.from(configuration("complete")));
        }

        @Test
        void andNamesTheTopicsThatAreMissing() {
            Configuration config = configuration("incomplete");
            config.set(DuetOptions.DELTAS_TOPIC, "no.deltas");
            config.set(DuetOptions.DEAD_LETTERS_TOPIC, "no.dead-letters");

            assertThatThrownBy(() -> Preflight.check(GenerationOptions.from(config)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "topics no.dead-letters, no.deltas do not exist at "
                                    + SharedCluster.broker().bootstrapServers());
        }

        @Test
        void andNamesTheOneTopicThatIsMissing() {
            assertThatThrownBy(
                            () ->
                                    new BrokerCheck(
                                                    SharedCluster.broker().bootstrapServers(),
                                                    Map.of(),
                                                    Eventually.limit())
                                            .requireTopics(
                                                    List.of("complete.windows", "bad name!")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("bad name!");
        }
    }
}
