package duet.simulator.fleet.run;

import static duet.simulator.fleet.run.WhileFleetRuns.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.embedded.kafka.EmbeddedBroker;
import duet.model.bundle.BundleExport;
import duet.operations.broker.BrokerUnreachableException;
import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.schemas.FreePorts;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.StreamTopics;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.fleet.FleetPart;
import duet.simulator.measurement.Stage;
import duet.simulator.report.Report;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.PartFacts;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.Arrivals;
import duet.simulator.workload.ReplayDevice;
import duet.simulator.workload.ReplayWorkload;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.WindowOptions;
import duet.simulator.workload.Workload;
import duet.testkit.Eventually;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A fleet against a real broker, with something in place of the job that answers windows with zero
 * deltas.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("A fleet against a broker")
class FleetIT {
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    480,
                    30,
                    30,
                    new DeviceSizes(8, 1, 1, 8),
                    2,
                    GeneratorSizes.recurrent(8, 8, 8, 8, 1));

    private EmbeddedBroker broker;
    private DeviceModel model;

    @BeforeAll
    void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start();
        broker.createTopics(DuetTopics.all(2));
        ModelBundle bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        DIMENSIONS,
                        Vocabulary.of(
                                LongStream.range(0, DIMENSIONS.items())
                                        .map(i -> SyntheticCatalogue.FIRST_ITEM + i)
                                        .toArray()),
                        7);
        model = DeviceModel.load(bundle);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private ScenarioWorkload synthetic(String prefix, double rate, int seconds) {
        return new ScenarioWorkload(
                Scenario.plain(
                        "synthetic",
                        30,
                        ArrivalModel.POISSON,
                        rate,
                        Duration.ofSeconds(seconds),
                        7),
                SyntheticCatalogue.standard(),
                prefix,
                30,
                1_700_000_000_000L);
    }

    private FleetOptions options() {
        return FleetOptions.of(broker.bootstrapServers())
                .withWaits(Waits.of(Eventually.limit(), Eventually.limit()));
    }

    private RunSummary run(Workload workload, FleetOptions options) {
        try (FleetRun run = Fleet.start(model, workload, options, FleetClock.system())) {
            assertThat(run.await(Eventually.limit())).as("over").isTrue();
            assertThat(run.progress().phase()).isEqualTo(FleetProgress.Phase.OVER);
            return run.summary();
        }
    }

    @Test
    @DisplayName("shared by two processes is the whole fleet, each with answers to its own windows")
    void shared() throws Exception {
        List<String> devices = Collections.synchronizedList(new ArrayList<>());
        try (Responder responder =
                new Responder(
                        window -> {
                            devices.add(window.getDeviceId());
                            return devices.size() % 20 == 0 ? Answer.DEAD_LETTER : Answer.DELTA;
                        })) {
            FleetPart first = new FleetPart(1, 2);
            FleetPart second = new FleetPart(2, 2);
            RunSummary one;
            RunSummary other;
            try (FleetRun firstRun = start(first);
                    FleetRun secondRun = start(second)) {
                assertThat(firstRun.await(Eventually.limit())).isTrue();
                assertThat(secondRun.await(Eventually.limit())).isTrue();
                one = firstRun.summary();
                other = secondRun.summary();
            }
            assertThat(one.verdict().complete()).as(one.verdict().missing()).isTrue();
            assertThat(other.verdict().complete()).as(other.verdict().missing()).isTrue();
            assertThat(one.setting().part()).isEqualTo(new PartFacts(1, 2));
            assertThat(one.run().fleet().devices()).isEqualTo(first.of(30));
            assertThat(one.run().fleet().devices() + other.run().fleet().devices()).isEqualTo(30);
            assertThat(
                            one.run().fleet().devicesWithDelta()
                                    + other.run().fleet().devicesWithDelta())
                    .isEqualTo(30);
            long whole = sent(synthetic("shared-", 200, 3)).size();
            assertThat(one.delivery().accounts().windows() + other.delivery().accounts().windows())
                    .isEqualTo(whole);
            assertThat(one.delivery().accounts().deltas() + other.delivery().accounts().deltas())
                    .isEqualTo(responder.answered);
            assertThat(
                            one.delivery().accounts().deadLetters()
                                    + other.delivery().accounts().deadLetters())
                    .isEqualTo(responder.refused)
                    .isPositive();
            assertThat(devices)
                    .containsExactlyInAnyOrderElementsOf(sent(synthetic("shared-", 200, 3)));
        }
    }

    private FleetRun start(FleetPart part) {
        return Fleet.start(
                model, synthetic("shared-", 200, 3), options().withPart(part), FleetClock.system());
    }

    /** The device of each window that a workload has. */
    private static List<String> sent(Workload workload) {
        List<String> devices = new ArrayList<>();
        workload.windows().forEachRemaining(w -> devices.add(workload.deviceId(w.device())));
        return devices;
    }

    @Test
    @DisplayName("accounts for every window, and measures each from its intended send time")
    void everyWindow(@TempDir Path directory) throws Exception {
        try (Responder responder = new Responder(window -> Answer.DELTA)) {
            RunSummary summary = run(synthetic("all-", 200, 3), options());
            assertThat(summary.verdict().missing()).isNull();
            assertThat(summary.verdict().complete()).isTrue();
            assertThat(summary.delivery().accounts().windows()).isBetween(500L, 700L);
            assertThat(summary.delivery().accounts().deltas()).isEqualTo(responder.answered);
            assertThat(
                            summary.delivery().accounts().deltas()
                                    + summary.delivery().accounts().coalesced())
                    .isEqualTo(summary.delivery().accounts().windows());
            assertThat(summary.delivery().accounts().unanswered()).isZero();
            assertThat(summary.delivery().sizes().bytesPerDelta())
                    .isCloseTo((double) responder.bytes / responder.answered, within(0.06));
            assertThat(summary.measured().latencyMs().get(Stage.EVENT_TO_APPLIED.key()).count())
                    .isEqualTo(summary.delivery().accounts().windows());
            assertThat(summary.run().fleet().devicesWithDelta()).isEqualTo(30);
            assertThat(
                            summary.recording().timeline().stream()
                                    .mapToLong(bucket -> bucket.traffic().windows())
                                    .sum())
                    .isEqualTo(summary.delivery().accounts().windows());
            // A zero delta is the global model.
            assertThat(summary.measured().streamQuality().rankings()).isPositive();
            assertThat(summary.quality().personalized()).isEqualTo(summary.quality().global());
            Report.write(summary, directory);
            assertThat(directory.resolve(Report.HTML)).isNotEmptyFile();
        }
    }

    @Test
    @DisplayName("counts coalesced windows and dead letters as answers")
    void coalescedAndDead() throws Exception {
        try (Responder responder =
                new Responder(
                        window ->
                                window.getDeviceId().endsWith("7")
                                        ? Answer.DEAD_LETTER
                                        : window.getSentAtMicros() % 2 == 0
                                                ? Answer.COALESCE
                                                : Answer.DELTA)) {
            RunSummary summary = run(synthetic("mixed-", 200, 2), options());
            assertThat(responder.refused).isPositive();
            assertThat(summary.delivery().accounts().deadLetters()).isEqualTo(responder.refused);
            assertThat(summary.delivery().accounts().coalesced()).isPositive();
            assertThat(
                            summary.delivery().accounts().deltas()
                                    + summary.delivery().accounts().coalesced()
                                    + summary.delivery().accounts().deadLetters())
                    .isEqualTo(summary.delivery().accounts().windows());
            assertThat(summary.verdict().warnings()).anyMatch(w -> w.contains("dead letters"));
        }
    }

    @Test
    @DisplayName("replays a log, and ranks the held-out items at the end")
    void replay() throws Exception {
        Random random = new Random(3);
        List<ReplayDevice> log = new ArrayList<>();
        for (int d = 0; d < 20; d++) {
            long[] items =
                    random.longs(10 + random.nextInt(40), 0, 480)
                            .map(i -> SyntheticCatalogue.FIRST_ITEM + i)
                            .toArray();
            long[] times = random.longs(items.length, 0, 1000).sorted().toArray();
            log.add(
                    new ReplayDevice(
                            "replay-" + d,
                            items,
                            times,
                            SyntheticCatalogue.FIRST_ITEM + d,
                            new long[0]));
        }
        ReplayWorkload workload =
                new ReplayWorkload(log, WindowOptions.defaults(30), 0.5, Arrivals.constant(300), 7);
        try (Responder responder = new Responder(window -> Answer.DELTA);
                FleetRun run = Fleet.start(model, workload, options(), FleetClock.system())) {
            assertThat(run.await(Eventually.limit())).isTrue();
            RunSummary summary = run.summary();
            assertThat(summary.verdict().complete()).isTrue();
            assertThat(summary.quality().source()).isEqualTo(RunSummary.HELD_OUT);
            assertThat(summary.quality().personalized().users()).isEqualTo(20);
            assertThat(summary.delivery().accounts().windows())
                    .isEqualTo(workload.expectedWindows());
            for (int d = 0; d < log.size(); d++) {
                assertThat(run.device("replay-" + d).orElseThrow().lastSequence())
                        .isEqualTo(log.get(d).items().length - 1);
            }
        }
    }

    @Test
    @DisplayName("gives up when no answer comes, and says what is missing")
    void silence() {
        Duration answerTimeout = Duration.ofSeconds(2);
        RunSummary summary;
        double over;
        try (FleetRun run =
                Fleet.start(
                        model,
                        synthetic("silent-", 50, 1),
                        options().withWaits(options().waits().withAnswer(answerTimeout)),
                        FleetClock.system())) {
            assertThat(run.await(Eventually.limit())).as("over").isTrue();
            over = run.progress().time().seconds();
            summary = run.summary();
        }
        assertThat(summary.verdict().complete()).isFalse();
        assertThat(summary.verdict().missing())
                .contains("were not answered", "for example silent-");
        assertThat(summary.delivery().accounts().unanswered())
                .isEqualTo(summary.delivery().accounts().windows());
        // The time in which nothing came is none of the run.
        assertThat(summary.run().time().totalSeconds())
                .isLessThanOrEqualTo(over - answerTimeout.toSeconds());
    }

    @Test
    @DisplayName("stops sending when told to")
    void stops() throws Exception {
        try (Responder responder = new Responder(window -> Answer.DELTA);
                FleetRun run =
                        Fleet.start(
                                model,
                                synthetic("stopped-", 50, 3600),
                                options(),
                                FleetClock.system())) {
            until(run, () -> run.progress().windows().deltas() > 0);
            run.stop();
            assertThat(run.await(Eventually.limit())).isTrue();
            assertThat(run.summary().verdict().complete()).isTrue();
        }
    }

    @Test
    @DisplayName("says within its time that no broker answers")
    void noBroker() throws Exception {
        int port = FreePorts.find(1).get(0);
        FleetOptions options =
                FleetOptions.of("127.0.0.1:" + port)
                        .withWaits(Waits.of(Duration.ofSeconds(2), Waits.DEFAULT.answer()));
        assertThatThrownBy(() -> run(synthetic("none-", 10, 1), options))
                .isInstanceOf(BrokerUnreachableException.class)
                .hasMessage("no Kafka broker answers at 127.0.0.1:" + port + " within 2 s");
    }

    @Test
    @DisplayName("names a topic that does not exist, and a property that cannot be")
    void badOptions() {
        broker.createTopics(List.of(new NewTopic("only-windows", 1, (short) 1)));
        assertThatThrownBy(
                        () ->
                                run(
                                        synthetic("none-", 10, 1),
                                        options()
                                                .withTopics(
                                                        new StreamTopics(
                                                                "only-windows",
                                                                "no-deltas",
                                                                Topics.DEAD_LETTERS,
                                                                Topics.MODELS))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("topic no-deltas does not exist");
        assertThatThrownBy(() -> run(synthetic("none-", 10, 1), FleetOptions.of("nonsense")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nonsense");
    }

    @ParameterizedTest
    @CsvSource({"read_committed, -1", "read_uncommitted, 1000000"})
    @DisplayName("reads what was committed alone, unless its client properties say otherwise")
    void transactions(String isolation, long sequenceOfTheFirst) throws Exception {
        ScenarioWorkload workload = synthetic(isolation + "-", 20, 3600);
        FleetOptions options =
                isolation.equals("read_committed")
                        ? options()
                        : options().withKafka(Map.of("isolation.level", isolation));
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("transactional.id", isolation);
        try (FleetRun run = Fleet.start(model, workload, options, FleetClock.system());
                KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(properties)) {
            producer.initTransactions();
            producer.beginTransaction();
            Eventually.get("a delta to be written", producer.send(farAhead(workload.deviceId(0))));
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(farAhead(workload.deviceId(1)));
            producer.commitTransaction();

            Device second = run.device(workload.deviceId(1)).orElseThrow();
            until(run, () -> second.lastSequence() >= 0);
            assertThat(run.device(workload.deviceId(0)).orElseThrow().lastSequence())
                    .isEqualTo(sequenceOfTheFirst);
        }
    }

    @Test
    @DisplayName("keeps the weights of a device that the job has forgotten")
    void tombstones() throws Exception {
        ScenarioWorkload workload = synthetic("forgotten-", 50, 3600);
        try (Responder responder = new Responder(window -> Answer.DELTA);
                FleetRun run = Fleet.start(model, workload, options(), FleetClock.system());
                KafkaProducer<byte[], byte[]> producer =
                        KafkaClients.producer(
                                Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            ProducerRecord<byte[], byte[]> delta = farAhead(workload.deviceId(0));
            producer.send(delta);
            producer.send(new ProducerRecord<>(Topics.DELTAS, 0, delta.key(), null));
            producer.send(farAhead(workload.deviceId(1)));

            Device second = run.device(workload.deviceId(1)).orElseThrow();
            until(run, () -> second.lastSequence() >= 1_000_000);
            assertThat(run.device(workload.deviceId(0)).orElseThrow().lastSequence())
                    .isEqualTo(1_000_000);

            run.stop();
            assertThat(run.await(Eventually.limit())).isTrue();
            assertThat(run.summary().delivery().received().malformedDeltas()).isZero();
            assertThat(responder.answered).isPositive();
        }
    }

    /** In one partition, so that the second comes after the first. */
    private ProducerRecord<byte[], byte[]> farAhead(String device) {
        // A run begins a moment after its start.
        long sentAt = FleetClock.system().micros() + TimeUnit.SECONDS.toMicros(10);
        return new ProducerRecord<>(
                Topics.DELTAS,
                0,
                device.getBytes(StandardCharsets.UTF_8),
                Records.deltaEncoder()
                        .encode(
                                ExactDelta.zero(
                                        device,
                                        model.version(),
                                        DIMENSIONS,
                                        1_000_000,
                                        1,
                                        sentAt)));
    }

    private enum Answer {
        DELTA,
        /** Answered by the next delta of the device. */
        COALESCE,
        DEAD_LETTER
    }

    private interface Rule {
        Answer answer(InteractionWindow window);
    }

    /**
     * In place of the job: reads windows as they come and answers by a rule; the last window of a
     * poll is never left.
     */
    private final class Responder implements AutoCloseable {
        /**
         * After so many empty polls nothing further comes that the windows could be answered with
         * that are still open.
         */
        private static final int POLLS_UNTIL_LAST = 20;

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final KafkaProducer<byte[], byte[]> producer;
        private final Rule rule;
        private final Thread thread;
        private volatile boolean closed;
        private volatile Throwable failure;
        private volatile long answered;
        private volatile long refused;
        private volatile long bytes;

        Responder(Rule rule) {
            this.rule = rule;
            Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
            consumer = KafkaClients.consumer(properties);
            producer = KafkaClients.producer(properties);
            List<TopicPartition> partitions =
                    List.of(
                            new TopicPartition(Topics.WINDOWS, 0),
                            new TopicPartition(Topics.WINDOWS, 1));
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            thread = new Thread(this::respond, "responder");
            thread.start();
        }

        private void respond() {
            try (consumer;
                    producer) {
                List<InteractionWindow> open = new ArrayList<>();
                int emptyPolls = 0;
                while (!closed) {
                    ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(50));
                    for (ConsumerRecord<byte[], byte[]> record : polled) {
                        InteractionWindow window = Records.windowDecoder().decode(record.value());
                        switch (rule.answer(window)) {
                            case DEAD_LETTER -> refuse(record);
                            case DELTA -> {
                                answer(window, 1 + take(open, window));
                            }
                            case COALESCE -> open.add(window);
                        }
                    }
                    emptyPolls = polled.isEmpty() ? emptyPolls + 1 : 0;
                    while (emptyPolls >= POLLS_UNTIL_LAST && !open.isEmpty()) {
                        InteractionWindow window = open.remove(open.size() - 1);
                        answer(window, 1 + take(open, window));
                    }
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        /** Removes the device's windows from those still open; how many there were. */
        private int take(List<InteractionWindow> open, InteractionWindow of) {
            int before = open.size();
            open.removeIf(w -> w.getDeviceId().equals(of.getDeviceId()));
            return before - open.size();
        }

        private void answer(InteractionWindow window, int answeredWindows) {
            WeightDelta delta =
                    ExactDelta.zero(
                            window.getDeviceId(),
                            window.getModelVersion(),
                            DIMENSIONS,
                            window.getFirstSequence() + window.getInteractions().size() - 1,
                            answeredWindows,
                            window.getSentAtMicros());
            byte[] key = window.getDeviceId().getBytes(StandardCharsets.UTF_8);
            byte[] value = Records.deltaEncoder().encode(delta);
            answered++;
            bytes += key.length + value.length;
            producer.send(new ProducerRecord<>(Topics.DELTAS, key, value));
        }

        private void refuse(ConsumerRecord<byte[], byte[]> record) {
            refused++;
            DeadLetter letter =
                    new DeadLetter(
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            ByteBuffer.wrap(record.key()),
                            ByteBuffer.wrap(record.value()),
                            (long) record.value().length,
                            "refused by the test",
                            0L);
            producer.send(
                    new ProducerRecord<>(
                            Topics.DEAD_LETTERS,
                            record.key(),
                            Records.deadLetterEncoder().encode(letter)));
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            Eventually.ended(thread);
            assertThat(failure).isNull();
        }
    }
}
