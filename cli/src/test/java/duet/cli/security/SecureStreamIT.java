package duet.cli.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.Duet;
import duet.embedded.flink.EmbeddedFlink;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.Preflight;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.security.Certificate;
import duet.jobs.security.OverSecureBroker;
import duet.jobs.security.PemKeys;
import duet.jobs.security.SecureBroker;
import duet.schemas.InvalidInputException;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Over TLS with SCRAM and least privilege")
class SecureStreamIT extends OverSecureBroker {

    private static Path bundle;

    @BeforeAll
    static void writeBundle() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
    }

    @Test
    @DisplayName("job and fleet stream signed deltas, and no secret is in anything that they say")
    void stream() throws Exception {
        Path report = directory.resolve("report");
        try (Output output = new Output(Level.INFO)) {
            PemKeys keys = PemKeys.make(directory);
            Configuration config =
                    broker.configuration(bundle, broker.clientProperties(SecureBroker.JOB));
            config.set(DuetOptions.SIGNING_PRIVATE_KEY, keys.privateKey().toString());
            GenerationOptions options = GenerationOptions.from(config);
            try (EmbeddedFlink flink = EmbeddedFlink.start(2)) {
                Preflight.check(options);
                StreamExecutionEnvironment env = flink.environment();
                ParameterGenerationJob.addTo(env, options);
                JobClient job = flink.submit(env, "secure job");
                flink.awaitRunning(job, Eventually.limit());
                int exitCode =
                        simulate(
                                output,
                                broker.bootstrapServers(),
                                broker.clientProperties(SecureBroker.SIMULATOR),
                                "--verbose",
                                "--public-key",
                                keys.publicKey().toString(),
                                "--devices",
                                "10",
                                "--duration",
                                "2s",
                                "--rate",
                                "20",
                                "--report",
                                report.toString());
                assertThat(exitCode).as(output.err()).isZero();
                flink.cancel(job, Eventually.limit());
            }
            JsonNode summary = new ObjectMapper().readTree(report.resolve("summary.json").toFile());
            assertThat(summary.get("complete").asBoolean()).isTrue();
            assertThat(summary.at("/run/devicesWithDelta").asInt()).isEqualTo(10);

            assertThat(output.log()).as("the log of the clients").contains("security.protocol");
            assertNoSecretIn(output.all());
            assertNoSecretIn(options.toString());
            assertThat(output.all().contains(Files.readAllLines(keys.privateKey()).get(1)))
                    .isFalse();
            try (Stream<Path> files = Files.list(report)) {
                for (Path file : files.toList()) {
                    assertNoSecretIn(Files.readString(file));
                }
            }
        }
    }

    @Test
    @DisplayName("operators look after releases, dead letters and devices, each in their own role")
    void operators() throws Exception {
        try (Output output = new Output(Level.WARN)) {
            assertThat(operate(output, SecureBroker.RELEASES, "release", "status"))
                    .as(output.all())
                    .isZero();
            assertThat(operate(output, SecureBroker.DEAD_LETTERS, "dead-letters", "list"))
                    .as(output.all())
                    .isZero();
            assertThat(operate(output, SecureBroker.DEAD_LETTERS, "release", "status"))
                    .isEqualTo(Duet.BAD_INPUT);
            assertThat(operate(output, SecureBroker.RELEASES, "dead-letters", "list"))
                    .isEqualTo(Duet.BAD_INPUT);
            assertThat(operate(output, SecureBroker.DEVICES, "devices", "reset", "d-none"))
                    .as(output.all())
                    .isZero();
            assertThat(operate(output, SecureBroker.FLEET, "devices", "reset", "d-none"))
                    .isEqualTo(Duet.BAD_INPUT);
            assertThat(operate(output, SecureBroker.DEVICES, "release", "status"))
                    .isEqualTo(Duet.BAD_INPUT);
            assertThat(output.err().lines()).hasSize(4);
            assertNoSecretIn(output.all());
        }
    }

    private static int operate(Output output, String role, String... command) throws IOException {
        return output.duet(
                Stream.concat(
                                Stream.of(command),
                                Stream.of(
                                        "--bootstrap-servers",
                                        broker.bootstrapServers(),
                                        "--kafka-properties",
                                        broker.clientProperties(role).toString()))
                        .toArray(String[]::new));
    }

    @Nested
    @DisplayName("one line says at once, to the job and to the fleet, that")
    class OneLine {

        @Test
        @DisplayName("the password is wrong")
        void wrongPassword() throws Exception {
            Path properties =
                    broker.clientProperties(
                            SecureBroker.SIMULATOR, "sesame-wrong", broker.certificate());
            refused(properties, "invalid credentials");
        }

        @Test
        @DisplayName("the certificate is not trusted")
        void untrustedCertificate() throws Exception {
            Certificate other = Certificate.make(directory, "other", "store-other-1c");
            Path properties =
                    broker.clientProperties(
                            SecureBroker.SIMULATOR,
                            SecureBroker.password(SecureBroker.SIMULATOR),
                            other);
            refused(properties, "certificat");
        }

        @Test
        @DisplayName("the trust store cannot be opened")
        void wrongStorePassword() throws Exception {
            Certificate certificate = broker.certificate();
            Path properties =
                    broker.clientProperties(
                            SecureBroker.SIMULATOR,
                            SecureBroker.password(SecureBroker.SIMULATOR),
                            new Certificate(
                                    certificate.keyStore(),
                                    certificate.trustStore(),
                                    "store-wrong-77"));
            refused(properties, "password was incorrect");
        }

        @Test
        @DisplayName("the properties lack a login module")
        void noLoginModule() throws Exception {
            refused(
                    Files.writeString(
                            directory.resolve("no-login.properties"),
                            "security.protocol = SASL_SSL\n"
                                    + "sasl.mechanism = SCRAM-SHA-512\n"
                                    + "sasl.jaas.config = sesame-as-such\n"),
                    "");
        }

        @Test
        @DisplayName("this principal has another role")
        void otherRole() throws Exception {
            refused(broker.clientProperties(SecureBroker.RELEASES), "duet.");
        }

        @Test
        @DisplayName("this principal may look at the topics, and neither read nor write as a fleet")
        void wrongRights() throws Exception {
            Path properties = broker.clientProperties(SecureBroker.JOB);
            try (Output output = new Output(Level.WARN)) {
                int exitCode =
                        simulate(
                                output,
                                broker.bootstrapServers(),
                                properties,
                                "--devices",
                                "5",
                                "--duration",
                                "2s");
                assertThat(exitCode).as(output.err()).isEqualTo(Duet.FAILURE);
                assertThat(output.err().lines()).hasSize(1);
                assertThat(output.err()).contains("Not authorized to access topics");
                assertNoSecretIn(output.all());
            }
        }

        @Test
        @DisplayName("nobody answers without TLS")
        void plaintext() throws Exception {
            Path none = Files.writeString(directory.resolve("none.properties"), "");
            try (Output output = new Output(Level.WARN)) {
                int exitCode = simulate(output, broker.bootstrapServers(), none);
                assertThat(exitCode).as(output.err()).isEqualTo(1);
                assertThat(output.err().lines()).hasSize(1);
                assertThat(output.err()).contains(broker.bootstrapServers());
                assertThat(output.ownLog()).isEmpty();
            }
        }

        private void refused(Path properties, String reason) {
            try (Output output = new Output(Level.WARN)) {
                Throwable failure = catchThrowable(() -> Preflight.check(options(properties)));
                assertThat(failure)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(broker.bootstrapServers())
                        .hasMessageContaining(reason);
                assertThat(failure.getMessage().lines()).hasSize(1);
                assertNoSecretIn(failure.getMessage());

                int exitCode = simulate(output, broker.bootstrapServers(), properties);
                assertThat(exitCode).as(output.err()).isEqualTo(Duet.BAD_INPUT);
                assertThat(output.err().lines()).hasSize(1);
                assertThat(output.err()).contains(broker.bootstrapServers()).contains(reason);
                assertThat(output.ownLog()).as("beside the one line").isEmpty();
                assertNoSecretIn(output.all());
            }
        }
    }

    private static int simulate(
            Output output, String bootstrapServers, Path properties, String... more) {
        return output.duet(
                Stream.concat(
                                Stream.of(
                                        "simulate",
                                        "--bootstrap-servers",
                                        bootstrapServers,
                                        "--kafka-properties",
                                        properties.toString(),
                                        "--bundle",
                                        bundle.toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static GenerationOptions options(Path properties) {
        return GenerationOptions.from(broker.configuration(bundle, properties));
    }

    /** All passwords of the test begin with one of two words that nothing else holds. */
    private static void assertNoSecretIn(String text) {
        for (String secret : List.of("sesame-", "store-9f31", "store-other", "store-wrong")) {
            assertThat(text.contains(secret)).as("'%s' in the output", secret).isFalse();
        }
    }
}
