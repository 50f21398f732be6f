package duet.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import duet.jobs.config.DuetOptions;
import duet.jobs.config.KafkaPropertiesFile;
import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("With the rules in deploy/security/acls.txt")
class LeastPrivilegeIT extends OverSecureBroker {
    private static final int PATIENCE_MILLIS = (int) Eventually.limit().toMillis();

    /** What each role must be able to do; everything else it must not. */
    private static final Map<String, Set<String>> READS =
            Map.of(
                    SecureBroker.JOB, Set.of(Topics.WINDOWS, Topics.MODELS, Topics.DEVICE_RESETS),
                    SecureBroker.FLEET, Set.of(Topics.DELTAS, Topics.MODELS),
                    SecureBroker.SIMULATOR,
                            Set.of(Topics.DELTAS, Topics.MODELS, Topics.DEAD_LETTERS),
                    SecureBroker.RELEASES, Set.of(Topics.MODELS, Topics.RELEASE_STATUS),
                    SecureBroker.DEAD_LETTERS, Set.of(Topics.DEAD_LETTERS),
                    SecureBroker.DEVICES, Set.of());

    private static final Map<String, Set<String>> WRITES =
            Map.of(
                    SecureBroker.JOB,
                            Set.of(Topics.DELTAS, Topics.DEAD_LETTERS, Topics.RELEASE_STATUS),
                    SecureBroker.FLEET, Set.of(Topics.WINDOWS),
                    SecureBroker.SIMULATOR, Set.of(Topics.WINDOWS),
                    SecureBroker.RELEASES, Set.of(Topics.MODELS),
                    SecureBroker.DEAD_LETTERS, Set.of(Topics.WINDOWS),
                    SecureBroker.DEVICES, Set.of(Topics.DEVICE_RESETS));

    private static final List<String> ALL_TOPICS =
            List.of(
                    Topics.WINDOWS,
                    Topics.DELTAS,
                    Topics.MODELS,
                    Topics.DEAD_LETTERS,
                    Topics.RELEASE_STATUS,
                    Topics.DEVICE_RESETS);

    private static final String GROUP = DuetOptions.GROUP_ID.defaultValue();

    @BeforeAll
    static void fillTopics() throws Exception {
        Map<String, Object> open = Map.of("bootstrap.servers", broker.openBootstrapServers());
        for (String topic : ALL_TOPICS) {
            write(open, topic);
        }
    }

    @ParameterizedTest(name = "{0} and {1}")
    @MethodSource("rolesAndTopics")
    @DisplayName("a role reads and writes the topics that it has to, and no other")
    void topics(String role, String topic) throws Exception {
        Throwable read = catchThrowable(() -> read(role, topic));
        if (READS.get(role).contains(topic)) {
            assertThat(read).as("%s reads %s", role, topic).isNull();
        } else {
            assertThat(read)
                    .as("%s reads %s", role, topic)
                    .isInstanceOf(TopicAuthorizationException.class);
        }
        Throwable written = catchThrowable(() -> write(role, topic));
        if (WRITES.get(role).contains(topic)) {
            assertThat(written).as("%s writes %s", role, topic).isNull();
        } else {
            assertThat(written)
                    .as("%s writes %s", role, topic)
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    static Stream<Arguments> rolesAndTopics() {
        return SecureBroker.ROLES.stream()
                .flatMap(role -> ALL_TOPICS.stream().map(topic -> Arguments.of(role, topic)));
    }

    @Test
    @DisplayName("a device's principal cannot write a delta")
    void deviceForgesADelta() {
        assertThatThrownBy(() -> write(SecureBroker.FLEET, Topics.DELTAS))
                .isInstanceOf(TopicAuthorizationException.class)
                .hasMessageContaining(Topics.DELTAS);
    }

    @Test
    @DisplayName(
            "a device's principal cannot read what other devices sent, a simulated fleet's can")
    void deviceReadsDeadLetters() throws Exception {
        assertThatThrownBy(() -> read(SecureBroker.FLEET, Topics.DEAD_LETTERS))
                .isInstanceOf(TopicAuthorizationException.class)
                .hasMessageContaining(Topics.DEAD_LETTERS);
        assertThatThrownBy(() -> read(SecureBroker.FLEET, Topics.WINDOWS))
                .isInstanceOf(TopicAuthorizationException.class)
                .hasMessageContaining(Topics.WINDOWS);
        read(SecureBroker.SIMULATOR, Topics.DEAD_LETTERS);
    }

    @ParameterizedTest
    @MethodSource("roles")
    @DisplayName("only the job commits offsets of its group")
    void group(String role) throws Exception {
        Throwable committed = catchThrowable(() -> commit(role));
        if (role.equals(SecureBroker.JOB)) {
            assertThat(committed).isNull();
        } else {
            assertThat(committed).isInstanceOf(AuthorizationException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("roles")
    @DisplayName("only the job writes in transactions, under ids that begin with its group")
    void transactions(String role) throws Exception {
        if (role.equals(SecureBroker.JOB)) {
            initTransactions(role, GROUP + "-deltas-0");
        } else {
            assertThatThrownBy(() -> initTransactions(role, GROUP + "-deltas-0"))
                    .isInstanceOf(TransactionalIdAuthorizationException.class);
        }
        assertThatThrownBy(() -> initTransactions(role, "another-0"))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
    }

    private static void initTransactions(String role, String id) throws Exception {
        Map<String, Object> properties = properties(role);
        properties.put("transactional.id", id);
        try (var producer = KafkaClients.producer(properties)) {
            producer.initTransactions();
        }
    }

    @ParameterizedTest
    @MethodSource("roles")
    @DisplayName("no role changes topics, rules, quotas, users or brokers")
    void administration(String role) throws Exception {
        try (Admin admin = KafkaClients.admin(properties(role))) {
            refused(
                    TopicAuthorizationException.class,
                    () -> admin.deleteTopics(List.of(Topics.DELTAS)).all());
            refused(
                    TopicAuthorizationException.class,
                    () -> admin.createTopics(List.of(new NewTopic("another", 1, (short) 1))).all());
            refused(
                    ClusterAuthorizationException.class,
                    () -> admin.createAcls(AclFile.read(AclFile.SHIPPED).subList(0, 1)).all());
            refused(
                    ClusterAuthorizationException.class,
                    () -> admin.alterClientQuotas(QuotaFile.read(QuotaFile.SHIPPED)).all());
            refused(
                    ClusterAuthorizationException.class,
                    () -> admin.describeUserScramCredentials().all());
            refused(
                    TopicAuthorizationException.class,
                    () ->
                            admin.incrementalAlterConfigs(
                                            Map.of(
                                                    new ConfigResource(
                                                            ConfigResource.Type.TOPIC,
                                                            Topics.DELTAS),
                                                    List.of()))
                                    .all());
        }
    }

    static Stream<String> roles() {
        return SecureBroker.ROLES.stream();
    }

    @Test
    @DisplayName("there is no rule for anybody else, and none twice")
    void noOtherPrincipal() throws Exception {
        var rules = AclFile.read(AclFile.SHIPPED);
        assertThat(rules).doesNotHaveDuplicates();
        assertThat(rules)
                .allSatisfy(
                        rule ->
                                assertThat(SecureBroker.ROLES)
                                        .contains(
                                                rule.entry()
                                                        .principal()
                                                        .substring("User:".length())));
    }

    private interface Request {
        KafkaFuture<?> send() throws Exception;
    }

    private static void refused(Class<? extends Throwable> refusal, Request request)
            throws Exception {
        var answer = request.send();
        assertThatThrownBy(() -> Eventually.get("a refusal", answer))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(refusal);
    }

    private static void read(String role, String topic) throws Exception {
        try (var consumer = KafkaClients.consumer(properties(role))) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            Eventually.until("a record", () -> !consumer.poll(Duration.ofMillis(200)).isEmpty());
        }
    }

    private static void write(String role, String topic) throws Exception {
        write(properties(role), topic);
    }

    private static void write(Map<String, Object> properties, String topic) throws Exception {
        try (var producer = KafkaClients.producer(properties)) {
            byte[] bytes = "by the test".getBytes(StandardCharsets.UTF_8);
            Eventually.get(
                    "a record to be written",
                    producer.send(new ProducerRecord<>(topic, 0, bytes, bytes)));
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static void commit(String role) throws Exception {
        Map<String, Object> properties = properties(role);
        properties.put("group.id", GROUP);
        try (var consumer = KafkaClients.consumer(properties)) {
            TopicPartition partition = new TopicPartition(Topics.WINDOWS, 0);
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0)));
        }
    }

    private static Map<String, Object> properties(String role) throws Exception {
        Map<String, Object> properties =
                new HashMap<>(KafkaPropertiesFile.read(broker.clientProperties(role)));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("default.api.timeout.ms", PATIENCE_MILLIS);
        properties.put("request.timeout.ms", PATIENCE_MILLIS);
        properties.put("max.block.ms", PATIENCE_MILLIS);
        properties.put("delivery.timeout.ms", 2 * PATIENCE_MILLIS);
        return properties;
    }
}
