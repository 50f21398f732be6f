package duet.cli.devices;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cli.CommandLineRun;
import duet.embedded.kafka.EmbeddedBroker;
import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.schemas.Topics;
import duet.schemas.record.DeviceReset;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("duet devices reset")
class ResetDevicesIT {
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        broker.createTopics(DuetTopics.all(1));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static CommandLineRun reset(String... arguments) {
        return CommandLineRun.duet(
                Stream.concat(
                                Stream.of(
                                        "devices",
                                        "reset",
                                        "--bootstrap-servers",
                                        broker.bootstrapServers()),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static List<ConsumerRecord<byte[], byte[]>> written(int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(broker.bootstrapServers())) {
            TopicPartition partition = new TopicPartition(Topics.DEVICE_RESETS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Eventually.until(
                    "the resets",
                    () -> {
                        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
                        return records.size() >= atLeast;
                    });
        }
        return records;
    }

    @Test
    @DisplayName("writes a reset of each device under its id, and says so in one line")
    void writes() throws Exception {
        long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        CommandLineRun one = reset("gerät-42", "--reason", "numbers far ahead");
        assertThat(one.exitCode()).as(one.err()).isZero();
        assertThat(one.out())
                .startsWith("Device gerät-42 begins anew as of 2")
                .endsWith("Z: the job forgets what it holds once it reads this\n");
        CommandLineRun more = reset("a", "b", "a");
        assertThat(more.out()).startsWith("2 devices begin anew as of 2").hasLineCount(1);

        List<ConsumerRecord<byte[], byte[]>> records = written(3);
        List<DeviceReset> resets = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            DeviceReset reset = Records.deviceResetDecoder().decode(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8))
                    .isEqualTo(reset.getDeviceId());
            assertThat(reset.getResetAtMicros())
                    .isBetween(before, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            resets.add(reset);
        }
        assertThat(resets)
                .extracting(DeviceReset::getDeviceId)
                .containsExactly("gerät-42", "a", "b");
        assertThat(resets)
                .extracting(DeviceReset::getReason)
                .containsExactly("numbers far ahead", null, null);
    }

    @Test
    @DisplayName("writes nothing where one id is none")
    void badIds() {
        int before = written(0).size();
        assertThat(reset("c", "x".repeat(257)).failedWith(2))
                .contains("reset has a device id of 257 bytes, the limit is 256");
        assertThat(reset("").failedWith(2)).contains("reset has a blank device id");
        assertThat(reset("c", "--reason", "x".repeat(1_025)).failedWith(2))
                .contains("reset of device=c has a reason of 1,025 bytes");
        assertThat(reset().failedWith(2)).contains("ID");
        assertThat(CommandLineRun.duet("devices").failedWith(2)).contains("Missing command: reset");
        assertThat(written(before)).hasSize(before);
    }

    @Test
    @DisplayName("shows an id that would control the terminal in one harmless line")
    void hostileId() {
        CommandLineRun run = reset("d\u001b[2J\n\u202eX");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Device d?[2J??X begins anew").hasLineCount(1);
    }

    @Test
    @DisplayName("names a topic that is missing, and a broker that does not answer")
    void noTopics() {
        try (EmbeddedBroker bare = EmbeddedBroker.start()) {
            assertThat(
                            CommandLineRun.duet(
                                            "devices",
                                            "reset",
                                            "d",
                                            "--bootstrap-servers",
                                            bare.bootstrapServers())
                                    .failedWith(2))
                    .contains(Topics.DEVICE_RESETS);
        }
        assertThat(
                        CommandLineRun.duet(
                                        "devices",
                                        "reset",
                                        "d",
                                        "--bootstrap-servers",
                                        "127.0.0.1:1")
                                .failedWith(1))
                .contains("127.0.0.1:1");
    }
}
