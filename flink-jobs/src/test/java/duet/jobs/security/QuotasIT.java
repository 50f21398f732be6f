package duet.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.KafkaPropertiesFile;
import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.testkit.Eventually;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("With the quotas in deploy/security/quotas.txt")
class QuotasIT extends OverSecureBroker {
    private static final String WRITES = "producer_byte_rate";

    /** A broker looks at so many seconds at least, so this much has to come at once. */
    private static final int SECONDS = 10;

    /** A flood is held to this share of its quota, so that slow machines are fast enough. */
    private static final double SHARE = 0.02;

    private static final int RECORD_BYTES = 64 << 10;

    private static List<ClientQuotaAlteration> quotas;

    @BeforeAll
    static void apply() throws Exception {
        quotas = QuotaFile.read(QuotaFile.SHIPPED);
        apply(quotas);
    }

    private static void apply(List<ClientQuotaAlteration> changed) throws Exception {
        try (Admin admin = KafkaClients.admin(broker.openBootstrapServers())) {
            Eventually.get("new quotas", admin.alterClientQuotas(changed).all());
            Eventually.until(
                    "the broker to know " + changed,
                    () -> known(admin),
                    known ->
                            changed.stream()
                                    .allMatch(
                                            quota ->
                                                    known.getOrDefault(quota.entity(), Map.of())
                                                            .entrySet()
                                                            .containsAll(
                                                                    values(quota).entrySet())));
        }
    }

    private static Map<String, Double> values(ClientQuotaAlteration quota) {
        return quota.ops().stream()
                .collect(
                        Collectors.toMap(
                                ClientQuotaAlteration.Op::key, ClientQuotaAlteration.Op::value));
    }

    private static Map<ClientQuotaEntity, Map<String, Double>> known(Admin admin) throws Exception {
        return Eventually.get(
                "quotas", admin.describeClientQuotas(ClientQuotaFilter.all()).entities());
    }

    private static Map<String, Double> ofRole(String role) {
        return quotas.stream()
                .filter(quota -> role.equals(role(quota)))
                .findFirst()
                .map(QuotasIT::values)
                .orElseThrow();
    }

    private static String role(ClientQuotaAlteration quota) {
        return quota.entity().entries().get(ClientQuotaEntity.USER);
    }

    @Test
    @DisplayName("a broker takes each of them as it stands there")
    void applied() throws Exception {
        try (Admin admin = KafkaClients.admin(broker.openBootstrapServers())) {
            var known = known(admin);
            for (ClientQuotaAlteration quota : quotas) {
                assertThat(known.get(quota.entity())).isEqualTo(ofRole(role(quota)));
            }
        }
    }

    @Test
    @DisplayName("every role has one line with all its limits, but the job")
    void everyRole() {
        assertThat(quotas)
                .extracting(QuotasIT::role)
                .containsExactlyInAnyOrder(
                        SecureBroker.FLEET,
                        SecureBroker.SIMULATOR,
                        SecureBroker.RELEASES,
                        SecureBroker.DEAD_LETTERS,
                        SecureBroker.DEVICES);
        for (ClientQuotaAlteration quota : quotas) {
            assertThat(ofRole(role(quota)))
                    .containsOnlyKeys(WRITES, "consumer_byte_rate", "request_percentage")
                    .allSatisfy((key, value) -> assertThat(value).isPositive());
        }
    }

    @Test
    @DisplayName("a device that floods the topic of windows is slowed down, and no other role")
    void flood() throws Exception {
        byte[] flood = new byte[RECORD_BYTES];
        double bytesPerSecond = Math.floor(SHARE * ofRole(SecureBroker.FLEET).get(WRITES));
        long records = (long) (2 * SECONDS * bytesPerSecond / RECORD_BYTES);
        apply(
                List.of(
                        new ClientQuotaAlteration(
                                new ClientQuotaEntity(
                                        Map.of(ClientQuotaEntity.USER, SecureBroker.FLEET)),
                                List.of(new ClientQuotaAlteration.Op(WRITES, bytesPerSecond)))));
        try (var hostile = KafkaClients.producer(properties(SecureBroker.FLEET));
                var honest = KafkaClients.producer(properties(SecureBroker.DEAD_LETTERS))) {
            for (long i = 0; i < records && throttledMillis(hostile) == 0; i++) {
                hostile.send(new ProducerRecord<>(Topics.WINDOWS, 0, null, flood));
            }
            Eventually.until(
                    "the flood to be slowed down", () -> throttledMillis(hostile), t -> t > 0);
            Eventually.get(
                    "another role's window",
                    honest.send(new ProducerRecord<>(Topics.WINDOWS, 0, null, new byte[10])));

            assertThat(throttledMillis(honest)).isZero();
            hostile.close(Duration.ZERO); // what it still has would be slowed down, too
        } finally {
            apply(quotas);
        }
    }

    /** The longest that the broker has made a producer wait, in milliseconds. */
    private static double throttledMillis(KafkaProducer<?, ?> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("produce-throttle-time-max"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .filter(millis -> millis > 0) // NaN before the first answer
                .max()
                .orElse(0);
    }

    private static Map<String, Object> properties(String role) throws Exception {
        Map<String, Object> properties =
                new HashMap<>(KafkaPropertiesFile.read(broker.clientProperties(role)));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("delivery.timeout.ms", 4 * (int) Eventually.limit().toMillis());
        return properties;
    }
}
