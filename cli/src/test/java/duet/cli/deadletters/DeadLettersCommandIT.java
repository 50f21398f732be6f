package duet.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.generation.DeadLetters;
import duet.model.bundle.BundleExport;
import duet.model.training.options.ModelSizes;
import duet.operations.broker.KafkaClients;
import duet.operations.deadletters.LetterReplay;
import duet.operations.topics.DuetTopics;
import duet.schemas.bundle.ItemIds;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Dead letters from the command line")
class DeadLettersCommandIT {

    private static final byte[] JUNK = {0, 1, 2, 'd', 'u', 'e', 't', (byte) 0xff};

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        broker.createTopics(DuetTopics.all(2));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** A topic of its own for the letters of a test, and one for their records. */
    private static void topics(String name) {
        broker.createTopics(
                List.of(
                        new NewTopic(name + ".letters", 2, (short) 1),
                        new NewTopic(name + ".windows", 2, (short) 1)));
    }

    private static byte[] window(String device, long item) {
        return Records.windowEncoder()
                .encode(
                        new InteractionWindow(
                                device, "v1", 0L, List.of(Interactions.ofItem(item, 7)), 1L));
    }

    /** Writes letters as the job does. */
    private static final class Writer implements AutoCloseable {
        private final String name;
        private final DeadLetters letters = new DeadLetters();
        private final KafkaProducer<byte[], byte[]> producer =
                KafkaClients.producer(broker.bootstrapServers());
        private long offset;

        Writer(String name) {
            this.name = name;
        }

        void letter(int partition, String key, byte[] value, String reason, Instant failed) {
            byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            raw(
                    partition,
                    letters.encode(
                            name + ".windows",
                            1,
                            offset++,
                            keyBytes,
                            value,
                            reason,
                            failed.toEpochMilli() * 1000));
        }

        void raw(int partition, byte[] value) {
            producer.send(new ProducerRecord<>(name + ".letters", partition, null, value));
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    private static CommandLineRun deadLetters(String name, String command, String... more) {
        return CommandLineRun.duet(
                Stream.concat(
                                Stream.of(
                                        "dead-letters",
                                        command,
                                        "--bootstrap-servers",
                                        broker.bootstrapServers(),
                                        "--topic",
                                        name + ".letters"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static List<ConsumerRecord<byte[], byte[]>> windowsOf(String name) {
        List<TopicPartition> partitions =
                List.of(
                        new TopicPartition(name + ".windows", 0),
                        new TopicPartition(name + ".windows", 1));
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (var consumer = KafkaClients.consumer(broker.bootstrapServers())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            }
        }
        return read;
    }

    @Nested
    @DisplayName("list and show")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Look {
        private final Instant now = Instant.now();

        @BeforeAll
        void write() {
            topics("look");
            try (Writer writer = new Writer("look")) {
                Instant past = now.minus(Duration.ofHours(3));
                writer.letter(0, "d-1", window("d-1", 5), "is for model version v0", past);
                writer.letter(1, "junk", JUNK, "no marker", now.minusSeconds(2));
                writer.letter(0, "d-2", window("d-2", 6), "unknown items", now.minusSeconds(1));
                writer.raw(0, JUNK);
                writer.letter(1, null, new byte[600_000], "record of 600,000 bytes", now);
            }
        }

        @Test
        @DisplayName("every letter in the order of time, as a table")
        void table() {
            CommandLineRun run = deadLetters("look", "list");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines().filter(line -> line.contains("look.windows-1@")))
                    .satisfiesExactly(
                            line -> assertThat(line).contains("0@0", "d-1", "model version v0"),
                            line -> assertThat(line).contains("1@0", "junk", "no marker"),
                            line -> assertThat(line).contains("0@1", "d-2", "unknown items"),
                            line -> assertThat(line).contains("1@1", "600,000 bytes"));
            assertThat(run.out())
                    .contains("4 of 4 dead letters listed", "1 records of the topic are no dead");
        }

        @Test
        @DisplayName("the newest ones, or those of a reason, a device, a time")
        void filters() throws IOException {
            assertThat(ids("--limit", "2")).containsExactly("0@1", "1@1");
            assertThat(ids("--reason", "MODEL VERSION")).containsExactly("0@0");
            assertThat(ids("--device", "d-2")).containsExactly("0@1");
            assertThat(ids("--since", "1h")).containsExactly("1@0", "0@1", "1@1");
            assertThat(ids("--since", now.plusSeconds(3600).toString())).isEmpty();
        }

        @Test
        @DisplayName("one letter, with its window")
        void oneWindow() throws IOException {
            CommandLineRun run = deadLetters("look", "show", "0@1");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("unknown items", "\"deviceId\" : \"d-2\"");

            JsonNode letter = json(deadLetters("look", "show", "0@1", "--json"));
            assertThat(letter.at("/letter/reason").asText()).isEqualTo("unknown items");
            assertThat(letter.at("/window/interactions/0/itemId").asLong()).isEqualTo(6);
            assertThat(letter.has("value")).isFalse();
        }

        @Test
        @DisplayName("one letter, with the ids of its items where a bundle says them")
        void names(@TempDir Path directory) throws IOException {
            List<String> ids = List.of("sku-1", "sku \u202e2");
            String bundle =
                    BundleExport.untrained(
                                    directory.resolve("bundle"),
                                    ModelSizes.small().dimensions(2),
                                    Vocabulary.of(
                                            ids.stream().mapToLong(ItemIds::hash).toArray(),
                                            ItemNames.of(ItemIds.HASH, ids)),
                                    1)
                            .directory()
                            .toString();
            topics("item-ids");
            try (Writer writer = new Writer("item-ids")) {
                writer.letter(0, "d", window("d", ItemIds.hash(ids.get(1))), "one", now);
                writer.letter(0, "d", window("d", 5), "two", now);
            }
            CommandLineRun known = deadLetters("item-ids", "show", "0@0", "--bundle", bundle);
            assertThat(known.exitCode()).as(known.err()).isZero();
            assertThat(known.out()).contains("\"item\" : \"sku \\u202E2\"");
            assertThat(
                            json(deadLetters(
                                            "item-ids",
                                            "show",
                                            "0@1",
                                            "--json",
                                            "--bundle",
                                            bundle))
                                    .at("/window/interactions/0/item")
                                    .asText())
                    .isEqualTo("#0000000000000005");
            assertThat(
                            json(deadLetters("item-ids", "show", "0@1", "--json"))
                                    .at("/window/interactions/0")
                                    .has("item"))
                    .isFalse();
            assertThat(deadLetters("item-ids", "show", "0@1", "--bundle", "nowhere").failedWith(2))
                    .contains("bundle nowhere does not exist");
        }

        @Test
        @DisplayName("one letter, with its bytes where they are no window")
        void oneOfBytes() throws IOException {
            assertThat(deadLetters("look", "show", "1@0").out())
                    .contains("000000  00 01 02 64 75 65 74 ff", "...duet.");
            assertThat(json(deadLetters("look", "show", "1@0", "--json")).get("value").asText())
                    .isEqualTo("00010264756574ff");
            assertThat(deadLetters("look", "show", "1@1").out())
                    .contains("does not hold the whole record", "more bytes");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0@99", "7@0", "0@2", "seventeen"})
        @DisplayName("and name a letter that is none")
        void noLetter(String id) {
            assertThat(deadLetters("look", "show", id).failedWith(2)).contains(id);
        }

        @Test
        @DisplayName("and name a topic that is missing, and a time that is none")
        void wrongInput() {
            assertThat(deadLetters("nowhere", "list").failedWith(2)).contains("nowhere.letters");
            assertThat(deadLetters("look", "list", "--since", "soon").failedWith(2))
                    .contains("soon");
            assertThat(deadLetters("look", "list", "--limit", "0").failedWith(2))
                    .contains("--limit");
        }

        private List<String> ids(String... filter) throws IOException {
            List<String> line = new ArrayList<>(List.of(filter));
            line.add("--json");
            return json(deadLetters("look", "list", line.toArray(String[]::new)))
                    .findValuesAsText("letter");
        }

        private static JsonNode json(CommandLineRun run) throws IOException {
            assertThat(run.exitCode()).as(run.err()).isZero();
            return new ObjectMapper().readTree(run.out());
        }
    }

    @Nested
    @DisplayName("replay")
    class Replay {
        @Test
        @DisplayName("sends bytes and key back as they were received, and counts what it leaves")
        void sendsBack() {
            topics("back");
            byte[] whole = window("d-1", 5);
            try (Writer writer = new Writer("back")) {
                writer.letter(0, "d-1", whole, "is for model version v2", Instant.now());
                writer.letter(0, "d-2", window("d-2", 5), "unknown items", Instant.now());
                writer.letter(1, null, JUNK, "model version unreadable", Instant.now());
                writer.letter(1, "d-3", new byte[600_000], "too long", Instant.now());
            }
            String[] chosen = {"--reason", "model version", "--source-topic", "back.windows"};

            CommandLineRun dry = deadLetters("back", "replay", append(chosen, "--dry-run"));
            assertThat(dry.exitCode()).as(dry.err()).isZero();
            assertThat(dry.out()).containsPattern("would be replayed *\\| *2");
            assertThat(windowsOf("back")).isEmpty();

            CommandLineRun run = deadLetters("back", "replay", chosen);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).containsPattern("replayed *\\| *2");
            assertThat(windowsOf("back"))
                    .hasSize(2)
                    .anySatisfy(
                            record -> {
                                assertThat(record.key()).asString().isEqualTo("d-1");
                                assertThat(record.value()).isEqualTo(whole);
                                assertThat(record.headers().lastHeader(LetterReplay.HEADER).value())
                                        .asString()
                                        .isEqualTo("0@0");
                            })
                    .anySatisfy(
                            record -> {
                                assertThat(record.key()).isNull();
                                assertThat(record.value()).isEqualTo(JUNK);
                            });

            CommandLineRun all =
                    deadLetters("back", "replay", "--all", "--source-topic", "back.windows");
            assertThat(all.failedWith(1)).contains("1 of 4 chosen dead letters were not replayed");
            assertThat(windowsOf("back")).hasSize(5);
        }

        @Test
        @DisplayName("takes the letters that are named, and no topic but the one it is told")
        void named() {
            topics("named");
            try (Writer writer = new Writer("named")) {
                writer.letter(0, "d-1", window("d-1", 5), "bad", Instant.now());
                writer.letter(1, "d-2", window("d-2", 5), "bad", Instant.now());
            }
            CommandLineRun other = deadLetters("named", "replay", "1@0");
            assertThat(other.failedWith(1)).contains("1 of 1 chosen");
            assertThat(windowsOf("named")).isEmpty();

            CommandLineRun run =
                    deadLetters("named", "replay", "1@0", "--source-topic", "named.windows");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(windowsOf("named"))
                    .singleElement()
                    .satisfies(record -> assertThat(record.key()).asString().isEqualTo("d-2"));

            assertThat(deadLetters("named", "replay", "1@0", "1@5").failedWith(2)).contains("1@5");
        }

        @Test
        @DisplayName("asks before it sends more than 1,000, and wants to be told what to send")
        void asks() {
            topics("many");
            try (Writer writer = new Writer("many")) {
                for (int i = 0; i < 1_001; i++) {
                    writer.letter(i % 2, "d", window("d", i), "bad", Instant.now());
                }
            }
            String[] all = {"--all", "--source-topic", "many.windows"};

            assertThat(deadLetters("many", "replay").failedWith(2)).contains("--all");
            assertThat(deadLetters("many", "replay", all).failedWith(2))
                    .contains("1,001 dead letters", "--yes");
            assertThat(windowsOf("many")).isEmpty();

            CommandLineRun run = deadLetters("many", "replay", append(all, "--yes"));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(windowsOf("many")).hasSize(1_001);
        }

        private static String[] append(String[] options, String more) {
            return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
        }
    }

    @Test
    @DisplayName("help is there for the command and each of its own")
    void help() {
        for (String command : List.of("list", "show", "replay")) {
            CommandLineRun run = CommandLineRun.duet("dead-letters", command, "--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("duet dead-letters " + command, "--bootstrap-servers");
        }
        assertThat(CommandLineRun.duet("dead-letters", "--help").out())
                .contains("list", "show", "replay");
        assertThat(CommandLineRun.duet("dead-letters").failedWith(2)).contains("Missing command");
    }
}
