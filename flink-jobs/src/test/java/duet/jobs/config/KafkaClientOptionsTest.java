package duet.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import duet.jobs.ParameterGenerationJob;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClientOptionsTest {
    private static final String SECRET = "sesame-open-7c1";

    @TempDir private Path directory;

    private static GenerationOptions parse(String... args) {
        String[] required = {"--bootstrap-servers", "localhost:1", "--bundle", "b"};
        return GenerationOptions.from(
                ParameterGenerationJob.parse(
                        Stream.concat(Stream.of(required), Stream.of(args))
                                .toArray(String[]::new)));
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("client.properties"), content).toString();
    }

    @Test
    void takeTheFileBelowSinglePropertiesAndTheAddressFromItsOption() throws IOException {
        String file =
                file(
                        String.format(
                                Locale.ROOT,
                                """
                                # of the job
                                bootstrap.servers = elsewhere:1
                                security.protocol = SASL_SSL
                                client.id = from-file
                                ssl.endpoint.identification.algorithm =
                                sasl.jaas.config = org.example.Module required \\
                                    username="job" password="%s";
                                """,
                                SECRET));

        KafkaClientOptions kafka =
                parse(
                                "--kafka.properties-file",
                                file,
                                "--kafka.properties.client.id",
                                "from-option")
                        .kafka();

        assertThat(kafka.bootstrapServers()).isEqualTo("localhost:1");
        assertThat(kafka.properties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("client.id", "from-option")
                .containsEntry("ssl.endpoint.identification.algorithm", "")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.example.Module required username=\"job\" password=\""
                                + SECRET
                                + "\";");
    }

    @Nested
    class HideWhatIsSecret {
        private static final Set<String> SECRETS =
                Set.of(
                        "sasl.jaas.config",
                        "ssl.key.password",
                        "ssl.keystore.password",
                        "ssl.keystore.key",
                        "ssl.keystore.certificate.chain",
                        "ssl.truststore.password",
                        "ssl.truststore.certificates",
                        "sasl.oauthbearer.client.credentials.client.secret",
                        "my.interceptor.token");

        @Test
        void whenTheyArePrinted() {
            String[] args =
                    SECRETS.stream()
                            .flatMap(name -> Stream.of("--kafka.properties." + name, SECRET))
                            .toArray(String[]::new);
            GenerationOptions options =
                    parse(
                            Stream.concat(
                                            Stream.of(
                                                    "--kafka.properties.security.protocol", "SSL"),
                                            Stream.of(args))
                                    .toArray(String[]::new));

            assertThat(options.kafka().properties()).containsKeys(SECRETS.toArray(String[]::new));
            assertThat(options.toString())
                    .doesNotContain(SECRET)
                    .contains("security.protocol=SSL")
                    .contains(SECRETS.stream().map(name -> name + "=[hidden]").toList());
        }

        @Test
        void whenTheFileIsMalformed() throws IOException {
            // What is left of a value that should have gone on in the next line.
            List<String> contents =
                    List.of(
                            "sasl.jaas.config=a required\n  \"" + SECRET + "\";\n",
                            "ssl.key.password=\\u" + SECRET,
                            "password is " + SECRET + "\n\"" + SECRET + "\"=x\n");
            for (String content : contents) {
                String file = file(content);
                hides(file, "--kafka.properties-file", file);
            }
        }

        @Test
        void whenTheArgumentsAre() {
            hides("duet.kafka.properties cannot be read", "--kafka.properties", SECRET);
            hides("argument 7 is no option", "--kafka.properties.ssl.key.password", SECRET, SECRET);
            hides("unknown option", "--kafka.propertiez.ssl.key.password", SECRET);
        }

        private void hides(String named, String... args) {
            Throwable failure = catchThrowable(() -> parse(args));
            assertThat(failure)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(named);
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(SECRET);
            assertThat(failure.getMessage()).doesNotContain("\n");
        }
    }

    @Nested
    class NameTheFile {
        @Test
        void thatIsNotThere() {
            Path none = directory.resolve("none.properties");
            refused(none, "does not exist");
            refused(directory, "cannot be read");
        }

        @ParameterizedTest
        @ValueSource(strings = {"=x", "a b\n\"c\" d", "[section]", "{\"a\": 1}"})
        void thatIsMalformed(String content) throws IOException {
            refused(Path.of(file(content)), "is malformed");
        }

        @Test
        void thatIsTooLarge() throws IOException {
            refused(Path.of(file("#".repeat((1 << 20) + 1))), "has more than 1,048,576 bytes");
        }

        private void refused(Path file, String reason) {
            assertThatThrownBy(() -> KafkaPropertiesFile.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Kafka properties file " + file)
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void ofAnEmptyFileAreNone() throws IOException {
        assertThat(KafkaPropertiesFile.read(Path.of(file("# nothing\n")))).isEqualTo(Map.of());
    }
}
