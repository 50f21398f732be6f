package duet.jobs.security;

import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.config.DuetOptions;
import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.testkit.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker that lets nobody in without TLS and SCRAM, and nobody do anything without a rule. Its
 * second listener, which needs neither, is the test's own way in.
 */
public final class SecureBroker implements AutoCloseable {
    public static final String JOB = "duet-job";
    public static final String FLEET = "duet-fleet";
    public static final String SIMULATOR = "duet-simulator";
    public static final String RELEASES = "duet-releases";
    public static final String DEAD_LETTERS = "duet-dead-letters";
    public static final String DEVICES = "duet-devices";
    public static final List<String> ROLES =
            List.of(JOB, FLEET, SIMULATOR, RELEASES, DEAD_LETTERS, DEVICES);

    private static final String LISTENER = "SECURE";
    private static final String SCRAM =
            "org.apache.kafka.common.security.scram.ScramLoginModule required";
    private static final int PARTITIONS = 2;

    private final Path directory;
    private final Certificate certificate;
    private final EmbeddedBroker broker;

    private SecureBroker(Path directory, Certificate certificate, EmbeddedBroker broker) {
        this.directory = directory;
        this.certificate = certificate;
        this.broker = broker;
    }

    /**
     * Starts the broker with Duet's topics, a user for each role, and the rules that Duet ships.
     */
    static SecureBroker start(Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory, "broker", "store-9f31-key");
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:0,SECURE://127.0.0.1:0,CONTROLLER://127.0.0.1:0");
        settings.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put("listener.name.secure.scram-sha-512.sasl.jaas.config", SCRAM + ";");
        settings.put("ssl.keystore.type", Certificate.STORE_TYPE);
        settings.put("ssl.keystore.location", certificate.keyStore().toString());
        settings.put("ssl.keystore.password", certificate.password());
        settings.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        SecureBroker secure =
                new SecureBroker(directory, certificate, EmbeddedBroker.start(settings));
        try {
            secure.broker.createTopics(DuetTopics.all(PARTITIONS));
            secure.addUsers();
            secure.addRules(AclFile.read(AclFile.SHIPPED));
            return secure;
        } catch (Exception | Error e) {
            secure.close();
            throw e;
        }
    }

    private void addUsers() throws Exception {
        List<UserScramCredentialAlteration> users = new ArrayList<>();
        for (String role : ROLES) {
            users.add(
                    new UserScramCredentialUpsertion(
                            role,
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                            password(role)));
        }
        try (Admin admin = KafkaClients.admin(broker.bootstrapServers())) {
            Eventually.get("new users", admin.alterUserScramCredentials(users).all());
        }
    }

    private void addRules(List<AclBinding> rules) throws Exception {
        try (Admin admin = KafkaClients.admin(broker.bootstrapServers())) {
            Eventually.get("new rules", admin.createAcls(rules).all());
            // The controller has them; the broker learns of them a moment later.
            Eventually.until(
                    "the broker to know " + rules.size() + " rules",
                    () -> admin.describeAcls(AclBindingFilter.ANY).values().get().size(),
                    known -> known >= rules.size());
        }
    }

    /** Where a client needs TLS and a password. */
    public String bootstrapServers() {
        return broker.bootstrapServers(LISTENER);
    }

    /** Where the test needs neither. */
    public String openBootstrapServers() {
        return broker.bootstrapServers();
    }

    public static String password(String role) {
        return "sesame-" + role + "-52e0";
    }

    String storePassword() {
        return certificate.password();
    }

    /**
     * A client's properties file with the role's password and trust in the broker's certificate.
     */
    public Path clientProperties(String role) throws IOException {
        return clientProperties(role, password(role), certificate);
    }

    public Path clientProperties(String role, String password, Certificate trusted)
            throws IOException {
        Properties properties = new Properties();
        properties.setProperty("security.protocol", "SASL_SSL");
        properties.setProperty("sasl.mechanism", "SCRAM-SHA-512");
        properties.setProperty(
                "sasl.jaas.config",
                String.format(
                        Locale.ROOT, "%s username=\"%s\" password=\"%s\";", SCRAM, role, password));
        properties.setProperty("ssl.truststore.type", Certificate.STORE_TYPE);
        properties.setProperty("ssl.truststore.location", trusted.trustStore().toString());
        properties.setProperty("ssl.truststore.password", trusted.password());
        Path file = Files.createTempFile(directory, role + "-", ".properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    /** Options of a job that connects with these client properties. */
    public Configuration configuration(Path bundle, Path properties) {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, bootstrapServers());
        config.set(DuetOptions.BUNDLE, bundle.toString());
        config.set(DuetOptions.KAFKA_PROPERTIES_FILE, properties.toString());
        config.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(200));
        return config;
    }

    public Certificate certificate() {
        return certificate;
    }

    @Override
    public void close() {
        broker.close();
    }
}
