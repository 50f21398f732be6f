package duet.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.InitialReleases;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.config.KafkaPropertiesFile;
import duet.jobs.release.ReleaseRegistry;
import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The releases that a job has from its submission on")
class InitialReleasesIT extends OverSecureBroker {
    private static final int RELEASES = ReleaseRegistry.MAX_KNOWN + 50;
    private static final String BASE = "base";
    private static final String DELETED = "deleted";

    private static final String SIGNED = "signed";

    private static Path bundle;
    private static PemKeys keys;
    private static ModelRelease signed;

    @BeforeAll
    static void writeBundle() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
    }

    /**
     * A release that is signed, and that somebody without the key tries to undo, the one that
     * devices run, then more than a job remembers that none was ever given, and what is no release.
     * All of it is written by who may write releases.
     */
    @BeforeAll
    static void fill() throws Exception {
        keys = PemKeys.make(directory);
        ModelRelease announced = signed(release(SIGNED, 0, 0), 10);
        signed = signed(release(SIGNED, 0, 0.5), 20);
        Map<String, Object> properties =
                new HashMap<>(
                        KafkaPropertiesFile.read(broker.clientProperties(SecureBroker.RELEASES)));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        try (var producer = KafkaClients.producer(properties)) {
            List<Future<?>> sent = new ArrayList<>();
            sent.add(producer.send(record(announced)));
            sent.add(producer.send(record(signed)));
            sent.add(producer.send(record(announced)));
            sent.add(producer.send(record(release(SIGNED, 0, 1))));
            sent.add(producer.send(new ProducerRecord<>(Topics.MODELS, key(SIGNED), null)));
            sent.add(producer.send(record(release(BASE, 0, 1))));
            sent.add(producer.send(record(release(DELETED, 1, 1))));
            sent.add(producer.send(new ProducerRecord<>(Topics.MODELS, key(DELETED), null)));
            sent.add(
                    producer.send(
                            new ProducerRecord<>(Topics.MODELS, key("none"), new byte[] {1, 2})));
            for (int i = 1; i <= RELEASES; i++) {
                sent.add(producer.send(record(release("v" + i, 1 + i, 0))));
            }
            for (Future<?> future : sent) {
                Eventually.get("a release to be written", future);
            }
        }
    }

    private static ModelRelease release(String version, long at, double share) {
        return new ModelRelease(
                version,
                "file:///bundles/" + version,
                "ab".repeat(32),
                null,
                at,
                Map.of(),
                share,
                ReleaseState.LIVE,
                0L,
                null);
    }

    private static ModelRelease signed(ModelRelease release, long counter) {
        release.setCounter(counter);
        release.setSignature(keys.signer().signPublication(release));
        release.setRolloutSignature(keys.signer().signRollout(release));
        return release;
    }

    private static ProducerRecord<byte[], byte[]> record(ModelRelease release) {
        return new ProducerRecord<>(
                Topics.MODELS, key(release.getVersion()), Records.releaseEncoder().encode(release));
    }

    private static byte[] key(String version) {
        return version.getBytes(StandardCharsets.UTF_8);
    }

    private static GenerationOptions options(String role) throws Exception {
        return GenerationOptions.from(broker.configuration(bundle, broker.clientProperties(role)));
    }

    @Test
    @DisplayName("are as many as it remembers, what devices run among them")
    void bounded() throws Exception {
        InitialReleases read = InitialReleases.read(options(SecureBroker.JOB));

        List<String> versions = new ArrayList<>();
        for (byte[] release : read.releases()) {
            versions.add(Records.releaseDecoder().decode(release).getVersion());
        }
        assertThat(versions)
                .hasSize(ReleaseRegistry.MAX_KNOWN)
                .contains(BASE, "v" + RELEASES)
                .doesNotContain(SIGNED, DELETED, "v1", "v50");
        // Each partition ends behind its last record.
        assertThat(read.endOffsets().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(RELEASES + 9);
    }

    @Test
    @DisplayName("are those that are signed where the job asks for it, whatever else was written")
    void signedAlone() throws Exception {
        Configuration config =
                broker.configuration(bundle, broker.clientProperties(SecureBroker.JOB));
        config.set(DuetOptions.RELEASES_PUBLIC_KEY, keys.publicKey().toString());

        List<byte[]> read = InitialReleases.read(GenerationOptions.from(config)).releases();

        assertThat(read).hasSize(1);
        assertThat(Records.releaseDecoder().decode(read.get(0))).isEqualTo(signed);
    }

    @Test
    @DisplayName(
            "cannot be had by who may only describe the topic: one line names it and the right")
    void describedAlone() throws Exception {
        allowToDescribe(SecureBroker.DEAD_LETTERS);
        awaitDescribed(SecureBroker.DEAD_LETTERS);

        assertThatThrownBy(() -> InitialReleases.read(options(SecureBroker.DEAD_LETTERS)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "topic duet.models at "
                                + broker.bootstrapServers()
                                + " cannot be read: this client lacks the right Read on it");
    }

    private static void allowToDescribe(String role) throws Exception {
        try (Admin admin = KafkaClients.admin(broker.openBootstrapServers())) {
            Eventually.get(
                    "a new rule",
                    admin.createAcls(
                                    List.of(
                                            new AclBinding(
                                                    new ResourcePattern(
                                                            ResourceType.TOPIC,
                                                            Topics.MODELS,
                                                            PatternType.LITERAL),
                                                    new AccessControlEntry(
                                                            "User:" + role,
                                                            "*",
                                                            AclOperation.DESCRIBE,
                                                            AclPermissionType.ALLOW))))
                            .all());
        }
    }

    /** The controller has the rule; the broker learns of it a moment later. */
    private static void awaitDescribed(String role) throws Exception {
        Map<String, Object> properties =
                new HashMap<>(KafkaPropertiesFile.read(broker.clientProperties(role)));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = KafkaClients.admin(properties)) {
            Eventually.until("the right to describe", () -> isDescribed(admin));
        }
    }

    private static boolean isDescribed(Admin admin) throws Exception {
        try {
            admin.describeTopics(List.of(Topics.MODELS)).allTopicNames().get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicAuthorizationException.class);
            return false;
        }
    }
}
