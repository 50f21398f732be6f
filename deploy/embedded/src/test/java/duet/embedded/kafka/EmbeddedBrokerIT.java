package duet.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An embedded broker")
class EmbeddedBrokerIT {

    @Test
    @DisplayName("gives back what was produced, by key, in order")
    void roundTrip() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopics(List.of(new NewTopic("greetings", 2, (short) 1)));

            assertThat(sendAndReceive(broker, "greetings", List.of("one", "two", "three")))
                    .containsExactly("one", "two", "three");
        }
    }

    @Test
    @DisplayName("lets a consumer join a group and commit")
    void groups() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopics(List.of(new NewTopic("grouped", 1, (short) 1)));
            try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
                producer.send(new ProducerRecord<>("grouped", bytes("value"))).get();
            }
            Map<String, Object> settings =
                    Map.of(
                            "bootstrap.servers", broker.bootstrapServers(),
                            "group.id", "readers",
                            "auto.offset.reset", "earliest");
            try (var consumer = KafkaClients.consumer(settings)) {
                consumer.subscribe(List.of("grouped"));
                assertThat(poll(consumer, 1)).hasSize(1);
                consumer.commitSync(Eventually.limit());
            }
        }
    }

    @Test
    @DisplayName(
            "holds Duet's topics, the deltas, models and resets compacted, and old deltas deleted")
    void topics() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Admin admin = KafkaClients.admin(broker.bootstrapServers())) {
            broker.createTopics(DuetTopics.all(3));

            assertThat(admin.listTopics().names().get())
                    .containsExactlyInAnyOrder(
                            "duet.windows",
                            "duet.deltas",
                            "duet.models",
                            "duet.release-status",
                            "duet.device-resets",
                            "duet.dead-letters");
            assertThat(
                            admin.describeTopics(List.of("duet.windows"))
                                    .allTopicNames()
                                    .get()
                                    .get("duet.windows")
                                    .partitions())
                    .hasSize(3);
            assertThat(setting(admin, "duet.deltas", "cleanup.policy")).isEqualTo("compact,delete");
            assertThat(setting(admin, "duet.deltas", "retention.ms")).isEqualTo("8640000000");
            assertThat(setting(admin, "duet.models", "cleanup.policy")).isEqualTo("compact");
            assertThat(setting(admin, "duet.device-resets", "cleanup.policy")).isEqualTo("compact");
            assertThat(setting(admin, "duet.windows", "cleanup.policy")).isEqualTo("delete");
            assertThat(setting(admin, "duet.dead-letters", "cleanup.policy")).isEqualTo("delete");
            for (NewTopic topic : DuetTopics.all(1)) {
                assertThat(setting(admin, topic.name(), "compression.type"))
                        .as(topic.name())
                        .isEqualTo("uncompressed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "lz4", "zstd"})
    @DisplayName("refuses a record that is small only as long as it is packed, in every topic")
    void bomb(String compression) {
        byte[] zeros = new byte[8 << 20];
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.createTopics(DuetTopics.all(1));
            try (var producer =
                    KafkaClients.producer(
                            Map.of(
                                    "bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "compression.type",
                                    compression,
                                    "max.request.size",
                                    zeros.length + 1_024))) {
                for (NewTopic topic : DuetTopics.all(1)) {
                    var sent =
                            producer.send(new ProducerRecord<>(topic.name(), bytes("key"), zeros));
                    assertThatThrownBy(sent::get)
                            .as(topic.name())
                            .hasCauseInstanceOf(RecordTooLargeException.class);
                }
            }
        }
    }

    @Test
    @DisplayName("knows a topic, and who leads it, as soon as it is created")
    void readyTopics() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Admin admin = KafkaClients.admin(broker.bootstrapServers())) {
            for (int i = 0; i < 30; i++) {
                String topic = "fresh-" + i;
                broker.createTopics(List.of(new NewTopic(topic, 2, (short) 1)));
                TopicPartition last = new TopicPartition(topic, 1);
                assertThat(
                                admin.describeTopics(List.of(topic))
                                        .allTopicNames()
                                        .get()
                                        .get(topic)
                                        .partitions())
                        .hasSize(2)
                        .allMatch(partition -> partition.leader() != null);
                assertThat(
                                admin.listOffsets(Map.of(last, OffsetSpec.latest()))
                                        .partitionResult(last)
                                        .get()
                                        .offset())
                        .isZero();
            }
        }
    }

    @Test
    @DisplayName("names the topic it cannot create")
    void duplicateTopic() {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            List<NewTopic> topic = List.of(new NewTopic("twice", 1, (short) 1));
            broker.createTopics(topic);
            assertThatThrownBy(() -> broker.createTopics(topic))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Topic 'twice' already exists");
        }
    }

    @Nested
    @DisplayName("leaves nothing behind")
    class Cleanup {

        @Test
        @DisplayName("when two run one after the other in one JVM")
        void threadsAndDirectories() throws Exception {
            List<Path> directories = new ArrayList<>();
            // The first broker starts Kafka's static metric threads, which stay for the life of the
            // JVM.
            runOnce(directories);
            Set<String> before = threadNames();
            runOnce(directories);

            awaitThreads(before);
            assertThat(directories).hasSize(2).doesNotHaveDuplicates().noneMatch(Files::exists);
        }

        @Test
        @DisplayName("when two run side by side")
        void sideBySide() throws Exception {
            try (EmbeddedBroker other = EmbeddedBroker.start()) {
                try (EmbeddedBroker one = EmbeddedBroker.start()) {
                    assertThat(one.bootstrapServers()).isNotEqualTo(other.bootstrapServers());
                    other.createTopics(List.of(new NewTopic("other", 1, (short) 1)));
                }
                assertThat(sendAndReceive(other, "other", List.of("still here")))
                        .containsExactly("still here");
            }
        }

        @Test
        @DisplayName("when its port is taken, and says so")
        void failedStart() throws Exception {
            runOnce(new ArrayList<>());
            Set<Path> directories = logDirectories();
            Set<String> threads = threadNames();
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                int port = taken.getLocalPort();
                Map<String, String> settings =
                        Map.of(
                                "listeners",
                                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:0");
                assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("embedded Kafka broker did not start")
                        .hasMessageContaining(String.valueOf(port));
            }
            assertThat(logDirectories()).isSubsetOf(directories);
            awaitThreads(threads);
        }

        @Test
        @DisplayName("when it is closed twice")
        void closeTwice() {
            EmbeddedBroker broker = EmbeddedBroker.start();
            broker.close();
            broker.close();
            assertThat(broker.directory()).doesNotExist();
        }

        private void runOnce(List<Path> directories) throws Exception {
            try (EmbeddedBroker broker = EmbeddedBroker.start()) {
                directories.add(broker.directory());
                broker.createTopics(List.of(new NewTopic("again", 1, (short) 1)));
                assertThat(sendAndReceive(broker, "again", List.of("x"))).containsExactly("x");
            }
        }
    }

    private static List<String> sendAndReceive(
            EmbeddedBroker broker, String topic, List<String> values) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, bytes("key"), bytes(value))).get();
            }
        }
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "auto.offset.reset",
                        "earliest");
        try (var consumer = KafkaClients.consumer(settings)) {
            consumer.assign(
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList());
            return poll(consumer, values.size());
        }
    }

    private static List<String> poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
        List<String> received = new ArrayList<>();
        return Eventually.until(
                count + " records",
                () -> {
                    for (ConsumerRecord<byte[], byte[]> record :
                            consumer.poll(Duration.ofMillis(200))) {
                        received.add(new String(record.value(), StandardCharsets.UTF_8));
                    }
                    return received;
                },
                records -> records.size() >= count);
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return KafkaClients.producer(broker.bootstrapServers());
    }

    private static String setting(Admin admin, String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void awaitThreads(Set<String> atMost) {
        Eventually.until(
                "the end of all threads but " + atMost, () -> threadNames(), atMost::containsAll);
    }

    private static Set<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    private static Set<Path> logDirectories() throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(
                            p ->
                                    p.getFileName()
                                            .toString()
                                            .startsWith(EmbeddedBroker.DIRECTORY_PREFIX))
                    .collect(Collectors.toSet());
        }
    }
}
