package duet.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.embedded.kafka.EmbeddedBroker;
import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.serde.Records;
import duet.schemas.signature.Verifier;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands against a real broker, with something in place of the job that says what subtasks
 * say.
 */
@DisplayName("duet release")
class ReleaseCommandsIT {
    private static final int SUBTASKS = 2;

    @TempDir private Path directory;
    private EmbeddedBroker broker;
    private ModelBundle bundle;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start();
        broker.createTopics(
                Stream.concat(
                                DuetTopics.all(1).stream()
                                        .filter(t -> !t.name().equals(Topics.RELEASE_STATUS)),
                                Stream.of(new NewTopic(Topics.RELEASE_STATUS, 1, (short) 1)))
                        .toList());
        bundle = SyntheticModel.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private CommandLineRun release(String... arguments) {
        return CommandLineRun.duet(
                Stream.of(
                                Stream.of("release"),
                                Stream.of(arguments),
                                Stream.of("--bootstrap-servers", broker.bootstrapServers()))
                        .flatMap(s -> s)
                        .toArray(String[]::new));
    }

    private CommandLineRun publish(String... more) {
        return release(
                Stream.concat(
                                Stream.of("publish", "--bundle", bundle.directory().toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private JsonNode status() throws Exception {
        CommandLineRun run = release("status", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    @DisplayName("goes the whole way: staged, promoted, rolled back, published again")
    void wholeWay() throws Exception {
        assertThat(release("status").out()).contains("Nothing has been released");
        try (StandInJob job = new StandInJob(ServingState.READY)) {
            CommandLineRun published = publish("--share", "0.3");
            assertThat(published.exitCode()).as(published.err()).isZero();
            assertThat(published.out())
                    .contains("2 of 2 ready", "30 % of the devices run " + bundle.modelVersion());
            // The job reads the second record when it gets to it.
            Eventually.until("two records", () -> job.seen.size() >= 2);
            assertThat(job.seen).extracting(ModelRelease::getShare).startsWith(0.0, 0.3);
            assertThat(job.seen.get(0).getManifestSha256()).isEqualTo(bundle.manifestSha256());
            assertThat(job.seen.get(0).getReleasedAtMicros())
                    .isEqualTo(job.seen.get(1).getReleasedAtMicros())
                    .isPositive();

            JsonNode staged = status().get(0);
            assertThat(staged.get("state").asText()).isEqualTo("staged");
            assertThat(staged.get("share").asDouble()).isEqualTo(0.3);
            assertThat(staged.get("job").asText()).isEqualTo("ready");
            assertThat(staged.get("subtasksReady").asInt()).isEqualTo(SUBTASKS);

            assertThat(publish().failedWith(2)).contains("is already released");
            CommandLineRun promoted = release("promote", bundle.modelVersion());
            assertThat(promoted.out()).contains("All devices run " + bundle.modelVersion());
            assertThat(release("status").out())
                    .contains(bundle.modelVersion(), "base", "100 %", "2 of 2 ready");

            CommandLineRun back = release("rollback");
            assertThat(back.exitCode()).as(back.err()).isZero();
            assertThat(back.out()).contains("return to the model they came with");
            assertThat(status().get(0).get("state").asText()).isEqualTo("withdrawn");
            assertThat(release("rollback", bundle.modelVersion()).failedWith(2))
                    .contains("was rolled back before");
            assertThat(release("promote", bundle.modelVersion()).failedWith(2))
                    .contains("publish it again");

            assertThat(publish().exitCode()).isZero();
            assertThat(status().get(0).get("state").asText()).isEqualTo("base");
            assertThat(job.seen)
                    .last()
                    .extracting(ModelRelease::getState)
                    .isEqualTo(ReleaseState.LIVE);
        }
    }

    @Test
    @DisplayName(
            "says why the job refused a version, and withdraws it; a second attempt counts anew")
    void refused() throws Exception {
        try (StandInJob job = new StandInJob(ServingState.REFUSED)) {
            assertThat(publish().failedWith(1))
                    .contains("the job refused " + bundle.modelVersion(), "weights are not finite");
            JsonNode refused = status().get(0);
            assertThat(refused.get("state").asText()).isEqualTo("withdrawn");
            assertThat(refused.get("job").asText()).isEqualTo("refused");
            assertThat(refused.get("reason").asText()).isEqualTo("weights are not finite");

            job.answer = ServingState.READY;
            CommandLineRun again = publish();
            assertThat(again.exitCode()).as(again.err()).isZero();
        }
    }

    @Test
    @DisplayName("gives up on a job that says nothing, and lets no device run the version")
    void silent() throws Exception {
        assertThat(publish("--timeout", "1s").failedWith(1))
                .contains("after 1 s (not seen by a job)", "promote it once it is ready");
        assertThat(status().get(0).get("state").asText()).isEqualTo("announced");
        assertThat(release("promote", bundle.modelVersion()).failedWith(1))
                .contains("is not served by the job");
    }

    @Test
    @DisplayName("signs what it publishes")
    void signed() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path key = pem("PRIVATE KEY", pair.getPrivate());
        try (StandInJob job = new StandInJob(ServingState.READY)) {
            assertThat(publish("--sign", key.toString()).exitCode()).isZero();
            Verifier verifier = Verifier.read(pem("PUBLIC KEY", pair.getPublic()));
            assertThat(job.seen)
                    .isNotEmpty()
                    .allMatch(verifier::verifiesPublication)
                    .allMatch(verifier::verifiesRollout);
            assertThat(status().get(0).get("signed").asBoolean()).isTrue();
        }
    }

    @Test
    @DisplayName("changes what is signed with a key alone, and counts every change")
    void changesOfASignedRelease() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        KeyPair publisher = generator.generateKeyPair();
        KeyPair promoter = generator.generateKeyPair();
        String publishing = pem("PRIVATE KEY", publisher.getPrivate()).toString();
        String promoting = pem("PRIVATE KEY", promoter.getPrivate()).toString();
        String version = bundle.modelVersion();
        try (StandInJob job = new StandInJob(ServingState.READY)) {
            assertThat(publish("--share", "0", "--sign", publishing).exitCode()).isZero();
            long announced = status().get(0).get("counter").asLong();
            assertThat(announced).isPositive();

            String needed = "version " + version + " is signed: whoever asks for signatures";
            assertThat(release("promote", version).failedWith(2)).contains(needed);
            assertThat(release("rollback", version).failedWith(2)).contains(needed);
            assertThat(publish().failedWith(2)).contains(needed);
            assertThat(status().get(0).get("counter").asLong()).isEqualTo(announced);

            // The key that promotes has published nothing.
            assertThat(release("promote", version, "--sign", promoting).failedWith(2))
                    .contains("1 records of the topic do not count");
            String[] trusted = {
                "--sign",
                promoting,
                "--public-key",
                pem("PUBLIC KEY", publisher.getPublic()).toString(),
                "--rollout-public-key",
                pem("PUBLIC KEY", promoter.getPublic()).toString()
            };
            assertThat(release(with(trusted, "promote", version)).exitCode()).isZero();
            assertThat(release(with(trusted, "rollback", version)).exitCode()).isZero();
            assertThat(publish("--sign", publishing, "--sign-rollout", promoting).exitCode())
                    .isZero();
            assertThat(status().get(0).get("counter").asLong()).isGreaterThan(announced);
            Eventually.until("all changes to be seen", () -> job.seen.size() >= 5);
            Verifier publishers = Verifier.read(pem("PUBLIC KEY", publisher.getPublic()));
            Verifier promoters = Verifier.read(pem("PUBLIC KEY", promoter.getPublic()));
            assertThat(job.seen).hasSize(5).allMatch(publishers::verifiesPublication);
            assertThat(job.seen.get(0)).matches(publishers::verifiesRollout);
            assertThat(job.seen.subList(1, 5)).allMatch(promoters::verifiesRollout);
            assertThat(job.seen).extracting(ModelRelease::getCounter).isSorted();
        }
    }

    @Test
    @DisplayName("goes by nothing that a stranger has written, once there is a key")
    void strangers() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String key = pem("PRIVATE KEY", pair.getPrivate()).toString();
        String publicKey = pem("PUBLIC KEY", pair.getPublic()).toString();
        String version = bundle.modelVersion();
        long soon = nowMicros() + TimeUnit.MINUTES.toMicros(9);
        ModelRelease forAll =
                ModelRelease.newBuilder()
                        .setVersion(version)
                        .setBundleUri("https://elsewhere.example.org/")
                        .setManifestSha256(bundle.manifestSha256())
                        .setReleasedAtMicros(soon)
                        .setShare(1)
                        .setState(ReleaseState.LIVE)
                        .setCounter(soon)
                        .build();
        ModelRelease decoy = ModelRelease.newBuilder(forAll).setVersion("decoy").build();
        ModelRelease withdrawn =
                ModelRelease.newBuilder(forAll).setState(ReleaseState.WITHDRAWN).build();
        try (StandInJob job = new StandInJob(ServingState.READY)) {
            write(forAll, decoy);
            CommandLineRun published = publish("--share", "0.1", "--sign", key);
            assertThat(published.exitCode()).as(published.err()).isZero();
            assertThat(published.out()).contains("10 % of the devices run " + version);

            write(withdrawn, decoy);
            CommandLineRun trusted = release("status", "--json", "--public-key", publicKey);
            JsonNode rows = new ObjectMapper().readTree(trusted.out());
            assertThat(rows).hasSize(1);
            assertThat(rows.get(0).get("share").asDouble()).isEqualTo(0.1);
            assertThat(release("promote", version, "--sign", key).exitCode()).isZero();
            CommandLineRun back = release("rollback", "--sign", key);
            assertThat(back.exitCode()).as(back.err()).isZero();
            assertThat(back.out()).contains(version + " is rolled back");

            Verifier verifier = Verifier.read(Path.of(publicKey));
            Eventually.until(
                    "all changes to be seen",
                    () -> job.seen.stream().filter(verifier::verifiesRollout).count() == 4);
            assertThat(job.seen)
                    .filteredOn(verifier::verifiesRollout)
                    .allMatch(release -> release.getCounter() < soon)
                    .allMatch(release -> release.getReleasedAtMicros() < soon);
        }
        assertThat(release("status", "--rollout-public-key", publicKey).failedWith(2))
                .contains("--rollout-public-key goes with --public-key");
    }

    @Test
    @DisplayName("signs no change of what is not signed itself")
    void changesOfAnUnsignedRelease() throws Exception {
        String key =
                pem(
                                "PRIVATE KEY",
                                KeyPairGenerator.getInstance("Ed25519")
                                        .generateKeyPair()
                                        .getPrivate())
                        .toString();
        assertThat(publish("--sign-rollout", key).failedWith(2)).contains("give --sign, too");
        try (StandInJob job = new StandInJob(ServingState.READY)) {
            assertThat(publish("--share", "0").exitCode()).isZero();
            assertThat(release("promote", bundle.modelVersion(), "--sign", key).failedWith(2))
                    .contains("there is no version " + bundle.modelVersion())
                    .contains("1 records of the topic do not count");
            assertThat(release("promote", bundle.modelVersion(), "--share", "0.3").exitCode())
                    .isZero();

            // Whoever goes over to signatures has devices go on with what they run.
            assertThat(publish("--as-it-stands").failedWith(2)).contains("give --sign, too");
            CommandLineRun again = publish("--sign", key, "--as-it-stands");
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(again.out())
                    .contains(bundle.modelVersion() + " is signed as it stands")
                    .contains("for 30 % of the devices");
            assertThat(status().get(0).get("signed").asBoolean()).isTrue();
            assertThat(status().get(0).get("share").asDouble()).isEqualTo(0.3);
        }
    }

    @Test
    @DisplayName("refuses bad input with one line")
    void badInput() throws Exception {
        assertThat(publish("--share", "1.5").failedWith(2)).contains("--share is 1.5");
        assertThat(publish("--sign", "no-key.pem").failedWith(2)).contains("no-key.pem");
        Path open =
                pem(
                        "PRIVATE KEY",
                        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(publish("--sign", open.toString()).failedWith(2)).contains("chmod 600 " + open);
        assertThat(release("publish", "--bundle", "no-bundle").failedWith(2)).contains("no-bundle");
        assertThat(release("promote", "v9").failedWith(2)).contains("nothing has been released");
        assertThat(release("promote", "v9", "--share", "0").failedWith(2)).contains("--share is 0");
        assertThat(release("rollback").failedWith(2)).contains("there is no release to roll back");
        assertThat(CommandLineRun.duet("release").failedWith(2)).contains("Missing command");
    }

    @Test
    @DisplayName("shows nothing of a record that would control the terminal")
    void hostileRecords() throws Exception {
        String hostile = "v1\u001b[2J\u009b1m\u202e\nv2";
        ModelRelease release =
                new ModelRelease(
                        "v1",
                        "file:///" + hostile,
                        "00".repeat(32),
                        null,
                        1L,
                        Map.of(),
                        0.0,
                        ReleaseState.LIVE,
                        0L,
                        null);
        ModelRelease unnamable = ModelRelease.newBuilder(release).setVersion(hostile).build();
        ReleaseStatus status =
                new ReleaseStatus(
                        "v1",
                        release.getManifestSha256(),
                        0,
                        1,
                        ServingState.REFUSED,
                        hostile,
                        Map.of(),
                        2L);
        ReleaseStatus ofNone = ReleaseStatus.newBuilder(status).setVersion(hostile).build();
        write(release, unnamable);
        try (KafkaProducer<byte[], byte[]> producer =
                KafkaClients.producer(broker.bootstrapServers())) {
            for (ReleaseStatus record : List.of(status, ofNone)) {
                byte[] value = Records.releaseStatusEncoder().encode(record);
                producer.send(
                        new ProducerRecord<>(
                                Topics.RELEASE_STATUS, key(record.getVersion()), value));
            }
        }

        assertThat(status()).hasSize(1);
        assertThat(status().get(0).get("reason").asText()).isEqualTo(hostile);
        for (CommandLineRun run :
                List.of(
                        release("status"),
                        release("status", "--json"),
                        release("promote", "v1"),
                        release("promote", hostile))) {
            assertThat(run.out() + run.err())
                    .contains("v1")
                    .doesNotContain("\u001b", "\u009b", "\u202e", "\nv2");
        }
    }

    @Test
    @DisplayName("names a topic that is missing, and a broker that does not answer")
    void noTopics() {
        try (EmbeddedBroker bare = EmbeddedBroker.start()) {
            assertThat(
                            CommandLineRun.duet(
                                            "release",
                                            "status",
                                            "--bootstrap-servers",
                                            bare.bootstrapServers())
                                    .failedWith(2))
                    .contains(Topics.MODELS, Topics.RELEASE_STATUS);
        }
        assertThat(
                        CommandLineRun.duet(
                                        "release", "status", "--bootstrap-servers", "127.0.0.1:1")
                                .failedWith(1))
                .contains("127.0.0.1:1");
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static String[] with(String[] options, String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of(options)).toArray(String[]::new);
    }

    private void write(ModelRelease... releases) {
        try (KafkaProducer<byte[], byte[]> producer =
                KafkaClients.producer(broker.bootstrapServers())) {
            for (ModelRelease release : releases) {
                byte[] value = Records.releaseEncoder().encode(release);
                producer.send(
                        new ProducerRecord<>(Topics.MODELS, key(release.getVersion()), value));
            }
        }
    }

    private static byte[] key(String version) {
        return version.getBytes(StandardCharsets.UTF_8);
    }

    private Path pem(String label, Key key) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return Files.writeString(
                Files.createTempFile(directory, "key-", ".pem"),
                String.format(
                        Locale.ROOT,
                        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                        label,
                        text,
                        label));
    }

    /** In place of the job: each of its subtasks answers each release of share 0 that is live. */
    private final class StandInJob implements AutoCloseable {
        private final List<ModelRelease> seen = new CopyOnWriteArrayList<>();
        private final Thread thread;
        private volatile ServingState answer;
        private volatile boolean closed;
        private volatile Throwable failure;

        StandInJob(ServingState answer) {
            this.answer = answer;
            thread = new Thread(this::run, "stand-in-job");
            thread.start();
        }

        private void run() {
            Map<String, Object> properties =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0);
            try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(properties);
                    KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(properties)) {
                List<TopicPartition> partitions = List.of(new TopicPartition(Topics.MODELS, 0));
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (!closed) {
                    for (ConsumerRecord<byte[], byte[]> record :
                            consumer.poll(Duration.ofMillis(50))) {
                        ModelRelease release = Records.releaseDecoder().decode(record.value());
                        seen.add(release);
                        if (release.getShare() == 0 && release.getState() == ReleaseState.LIVE) {
                            say(producer, release, ServingState.LOADING);
                            say(producer, release, answer);
                        }
                    }
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        private void say(
                KafkaProducer<byte[], byte[]> producer, ModelRelease release, ServingState state) {
            for (int subtask = 0; subtask < SUBTASKS; subtask++) {
                ReleaseStatus status =
                        new ReleaseStatus(
                                release.getVersion(),
                                release.getManifestSha256(),
                                subtask,
                                SUBTASKS,
                                state,
                                state == ServingState.REFUSED ? "weights are not finite" : null,
                                Map.of(),
                                System.nanoTime() / 1000);
                producer.send(
                        new ProducerRecord<>(
                                Topics.RELEASE_STATUS,
                                (release.getVersion() + "/" + subtask)
                                        .getBytes(StandardCharsets.UTF_8),
                                Records.releaseStatusEncoder().encode(status)));
            }
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            Eventually.ended(thread);
            assertThat(failure).isNull();
        }
    }
}
