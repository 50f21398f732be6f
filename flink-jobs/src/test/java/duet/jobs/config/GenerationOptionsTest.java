package duet.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions.StartOffsets;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.WindowKey;
import duet.jobs.history.JumpLimit;
import duet.operations.topics.DuetTopics;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationOptionsTest {
    private static GenerationOptions parse(String... args) {
        String[] required = {"--bootstrap-servers", "localhost:1", "--bundle", "b"};
        return GenerationOptions.from(
                ParameterGenerationJob.parse(
                        Stream.concat(Stream.of(required), Stream.of(args))
                                .toArray(String[]::new)));
    }

    @Test
    void keepDeltasLongerThanTheirDevicesAreRemembered() {
        assertThat(DuetTopics.DELTAS_RETENTION)
                .isGreaterThan(DuetOptions.STATE_TTL.defaultValue().plusDays(7));
    }

    @Test
    void haveTheDocumentedDefaults() {
        GenerationOptions options = parse();

        assertThat(options)
                .isEqualTo(
                        new GenerationOptions(
                                new KafkaClientOptions("localhost:1", Map.of()),
                                Optional.of(Path.of("b")),
                                new ReleaseOptions(
                                        "duet.models",
                                        "duet.release-status",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        List.of(),
                                        Duration.ofMinutes(5),
                                        Duration.ofMinutes(10)),
                                new GenerationOptions.Windows(
                                        "duet.windows",
                                        "duet.device-resets",
                                        "duet-parameter-generation",
                                        StartOffsets.COMMITTED,
                                        false,
                                        WindowKey.DEVICE_ID,
                                        new JumpLimit(1_000_000),
                                        Duration.ofSeconds(10)),
                                new GenerationOptions.Generation(
                                        OptionalInt.empty(),
                                        Duration.ofDays(90),
                                        1_000_000,
                                        new GenerationOptions.Batch(64, 4096, Duration.ofMillis(5)),
                                        new PolicyOptions(
                                                PolicyOptions.Kind.ALWAYS,
                                                0.15,
                                                0.25,
                                                Duration.ZERO),
                                        DeltaEncoding.INT4,
                                        new SigningOptions(Optional.empty(), false)),
                                new GenerationOptions.Output(
                                        "duet.deltas",
                                        "duet.dead-letters",
                                        new DeliveryOptions(
                                                DeliveryOptions.Delivery.AT_LEAST_ONCE,
                                                "duet-parameter-generation",
                                                Duration.ofMinutes(15)),
                                        Duration.ofMillis(5),
                                        MemorySize.parse("256 kb")),
                                new GenerationOptions.Execution(
                                        Duration.ofMillis(5), Duration.ofSeconds(5))));
    }

    @Test
    void areReadFromArgumentsWithAndWithoutThePrefix() {
        GenerationOptions options =
                parse(
                        "--duet.topic.windows",
                        "w",
                        "--history",
                        "100",
                        "--batch.max-delay",
                        "20 ms",
                        "--encoding",
                        "float32",
                        "--bounded",
                        "--start-offsets",
                        "earliest",
                        "--windows.key",
                        "any",
                        "--windows.max-jump",
                        "0",
                        "--kafka.properties.security.protocol",
                        "SSL");

        assertThat(options.windows().topic()).isEqualTo("w");
        assertThat(options.generation().history()).hasValue(100);
        assertThat(options.generation().batch().maxDelay()).hasMillis(20);
        assertThat(options.generation().encoding()).isEqualTo(DeltaEncoding.FLOAT32);
        assertThat(options.windows().bounded()).isTrue();
        assertThat(options.windows().startOffsets()).isEqualTo(StartOffsets.EARLIEST);
        assertThat(options.windows().key()).isEqualTo(WindowKey.ANY);
        assertThat(options.windows().jumps()).isEqualTo(JumpLimit.NONE);
        assertThat(options.kafka().properties())
                .containsExactly(Map.entry("security.protocol", "SSL"));
    }

    @Nested
    class AreRefusedInOneLineThatNamesTheOption {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "history | 0 | duet.history is 0, it must be 1 to 4,096",
                    "history | 5000 | duet.history is 5,000",
                    "history | many | duet.history cannot be read",
                    "batch.max-devices | 0 | duet.batch.max-devices is 0, it must be 1 to 65,536",
                    "batch.max-windows | 31 | duet.batch.max-windows is 31, it must be 64 to",
                    "batch.max-delay | 2 min | duet.batch.max-delay is 120,000 ms, it must be 1 to"
                            + " 60,000 ms",
                    "batch.max-delay | soon | duet.batch.max-delay cannot be read",
                    "encoding | int2 | duet.encoding cannot be read",
                    "windows.key | model | duet.windows.key cannot be read",
                    "windows.max-jump | -1 | duet.windows.max-jump is -1, it must be 0 to"
                            + " 9,007,199,254,740,992",
                    "windows.max-jump | 9007199254740993 | duet.windows.max-jump is"
                            + " 9,007,199,254,740,993",
                    "windows.max-jump | far | duet.windows.max-jump cannot be read",
                    "state.max-devices | -1 | duet.state.max-devices is -1, it must be 0 to"
                            + " 100,000,000",
                    "releases.allow | models | duet.releases.allow: the address prefix 'models'",
                    "releases.allow | file:///a/;* | duet.releases.allow: the address prefix '*'",
                    "policy | sometimes | duet.policy cannot be read",
                    "policy.drift-threshold | 2.5 | duet.policy.drift-threshold is 2.5, it must be"
                            + " 0.0 to 2.0",
                    "policy.drift-threshold | NaN | duet.policy.drift-threshold is NaN",
                    "policy.budget | 0 | duet.policy.budget is 0.0, it must be 0.001 to 1.0",
                    "policy.min-interval | 8 d | duet.policy.min-interval is 691,200,000 ms",
                    "producer.batch-size | 1 gb | duet.producer.batch-size is 1 gb, it must be 0 to"
                            + " 64 mb",
                    "topic.deltas | ' ' | duet.topic.deltas is not set",
                    "checkpoint-interval | 1 ms | duet.checkpoint-interval is 1 ms",
                })
        void whereAValueIsWrong(String option, String value, String message) {
            assertThatThrownBy(() -> parse("--" + option, value))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(message)
                    .extracting(Throwable::getMessage)
                    .satisfies(line -> assertThat(line).doesNotContain("\n"));
        }

        @Test
        void namesKeysOfRolloutsThatWouldAskForNothing() {
            Configuration config = new Configuration();
            config.set(DuetOptions.BOOTSTRAP_SERVERS, "localhost:1");
            config.set(DuetOptions.RELEASES_ROLLOUT_PUBLIC_KEY, "rollout.pem");
            assertThatThrownBy(() -> GenerationOptions.from(config))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "duet.releases.rollout-public-key is rollout.pem, which asks for"
                                    + " nothing without duet.releases.public-key");
        }

        @Test
        void whereARequiredOneIsMissing() {
            assertThatThrownBy(() -> GenerationOptions.from(new Configuration()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("duet.bootstrap-servers is not set");
        }

        @Test
        void whereItIsUnknown() {
            assertThatThrownBy(() -> parse("--histroy", "5"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("unknown option --histroy; the options are ")
                    .hasMessageContaining("duet.history");
        }

        @Test
        void whereItsValueIsMissing() {
            assertThatThrownBy(() -> parse("--history"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("option --history has no value");
        }

        @Test
        void whereItIsNoOption() {
            assertThatThrownBy(() -> parse("history", "5"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "argument 5 is no option: options begin with -- and have one value");
        }
    }
}
