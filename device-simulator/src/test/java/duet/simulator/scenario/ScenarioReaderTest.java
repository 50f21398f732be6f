package duet.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import duet.schemas.InvalidInputException;
import duet.simulator.network.Link;
import duet.simulator.network.NetworkConditions;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.network.Outage;
import duet.simulator.threshold.Threshold;
import duet.simulator.workload.CatalogueOptions;
import duet.simulator.workload.ClosedLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioReaderTest {
    private static final String HOLD = "stages: [{kind: hold, duration: 10s, rate: 5}]\n";
    private static final Path DIRECTORY = Path.of("/scenarios");

    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Scenario.class.getResourceAsStream("scenario.schema.json"));

    private static Scenario read(String text) {
        return ScenarioReader.read("test.yaml", text, "test", DIRECTORY);
    }

    private static boolean keepsSchema(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML).isEmpty();
    }

    static List<String> readyNames() {
        return Scenario.readyNames();
    }

    @Nested
    class Ready {
        @ParameterizedTest
        @MethodSource("duet.simulator.scenario.ScenarioReaderTest#readyNames")
        @DisplayName("a ready scenario is one, is called as its file, and keeps the schema")
        void ready(String name) throws IOException {
            Scenario scenario = Scenario.ready(name);
            assertThat(scenario.name()).isEqualTo(name);
            assertThat(scenario.description()).isNotBlank();
            assertThat(scenario.load().warmUp()).isPositive();
            assertThat(scenario.thresholds()).isNotEmpty();
            try (InputStream in = Scenario.class.getResourceAsStream(name + ".yaml")) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(SCHEMA.validate(text, InputFormat.YAML)).isEmpty();
            }
        }

        @Test
        @DisplayName("the promises of their names are kept")
        void promises() {
            assertThat(Scenario.ready("smoke").duration()).isEqualTo(Duration.ofSeconds(30));
            assertThat(Scenario.ready("smoke").fleet().devices().count()).isEqualTo(100);
            assertThat(Scenario.ready("million").fleet().devices().count()).isEqualTo(1_000_000);
            assertThat(Scenario.ready("million").fleet().devices().active()).isEqualTo(100_000);
            assertThat(Scenario.ready("reconnect-storm").allConditions().outages())
                    .containsExactly(
                            new Outage(Duration.ofSeconds(60), Duration.ofSeconds(15), 0.8));
        }

        @Test
        @DisplayName("another name is refused with those that there are")
        void unknown() {
            assertThatThrownBy(() -> Scenario.ready("smok"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "there is no scenario 'smok', ready are smoke, steady, drift,"
                                    + " reconnect-storm, chaos, million");
        }
    }

    @Nested
    class Reading {
        @Test
        @DisplayName("a stage is enough, everything else has a default")
        void least() {
            assertThat(read(HOLD))
                    .isEqualTo(
                            new Scenario(
                                    "test",
                                    "",
                                    7,
                                    new Scenario.Fleet(
                                            DevicePopulation.alike(200),
                                            null,
                                            new WindowShape(5, 0.2, 5),
                                            List.of()),
                                    new Scenario.Load(
                                            ArrivalModel.POISSON,
                                            Duration.ZERO,
                                            List.of(LoadStage.hold(Duration.ofSeconds(10), 5))),
                                    new Scenario.Conditions(
                                            DriftPlan.LIFE,
                                            NetworkConditions.PERFECT,
                                            Misbehaviour.NONE),
                                    1,
                                    List.of()));
        }

        @Test
        @DisplayName("every key has its place")
        void everything() {
            Scenario scenario =
                    read(
                            """
                            name: all
                            description: of it
                            seed: -3
                            devices: {count: 20000, active: 2000, skew: 0.8, hot: {count: 5, share: 0.2}}
                            catalogue: {items: 500, categories: 20, clusters: 3, seed: 2}
                            windows: {maxFresh: 3, overlapShare: 0.5, maxOverlap: 2}
                            arrivals: {process: diurnal, period: 60s, amplitude: 0.25}
                            warmUp: 1.5s
                            stages:
                              - {kind: ramp, duration: 30s, from: 1e2, to: 1000}
                              - {kind: spike, duration: 5s, rate: 5000}
                              - {kind: reconnectStorm, duration: 30s, rate: 1000, offlineShare: 0.8, offline: 15s}
                              - {kind: coolDown, duration: 10s, from: 1000}
                            drift: {kind: seasonal, share: 0.3, at: 30s, period: 60s}
                            network:
                              up: {median: 20ms, p99: 80ms, loss: 0.001}
                              down: {median: 500us}
                              offline: {share: 0.05, every: 60s, duration: 10s, catchUp: false}
                            misbehaviour: {repeats: 0.05, reordering: 0.01, gaps: 0.02, clockSkew: {share: 0.03, by: 5m}, garbage: 0.001}
                            versions: [{bundle: ../other, share: 0.1}]
                            ranking: {share: 0.25}
                            thresholds: ["p99 < 100 ms", "unsent < 1 %"]
                            """);
            assertThat(scenario)
                    .isEqualTo(
                            new Scenario(
                                    "all",
                                    "of it",
                                    -3,
                                    new Scenario.Fleet(
                                            new DevicePopulation(20000, 2000, 0.8, 5, 0.2),
                                            new CatalogueOptions(500, 20, 3, 2),
                                            new WindowShape(3, 0.5, 2),
                                            List.of(new VersionShare(Path.of("/other"), 0.1))),
                                    new Scenario.Load(
                                            ArrivalModel.diurnal(Duration.ofSeconds(60), 0.25),
                                            Duration.ofMillis(1500),
                                            List.of(
                                                    LoadStage.ramp(
                                                            Duration.ofSeconds(30), 100, 1000),
                                                    new LoadStage(
                                                            LoadStage.Kind.SPIKE,
                                                            Duration.ofSeconds(5),
                                                            5000,
                                                            5000,
                                                            0,
                                                            Duration.ZERO),
                                                    new LoadStage(
                                                            LoadStage.Kind.RECONNECT_STORM,
                                                            Duration.ofSeconds(30),
                                                            1000,
                                                            1000,
                                                            0.8,
                                                            Duration.ofSeconds(15)),
                                                    new LoadStage(
                                                            LoadStage.Kind.COOL_DOWN,
                                                            Duration.ofSeconds(10),
                                                            1000,
                                                            0,
                                                            0,
                                                            Duration.ZERO))),
                                    new Scenario.Conditions(
                                            new DriftPlan(
                                                    DriftPlan.Kind.SEASONAL,
                                                    0.3,
                                                    Duration.ofSeconds(30),
                                                    0,
                                                    Duration.ofSeconds(60)),
                                            new NetworkConditions(
                                                    new Link(
                                                            Duration.ofMillis(20),
                                                            Duration.ofMillis(80),
                                                            0.001),
                                                    new Link(
                                                            Duration.ofNanos(500_000),
                                                            Duration.ofNanos(500_000),
                                                            0),
                                                    new OfflinePeriods(
                                                            0.05,
                                                            Duration.ofSeconds(60),
                                                            Duration.ofSeconds(10),
                                                            false),
                                                    List.of()),
                                            new Misbehaviour(
                                                    0.05,
                                                    0.01,
                                                    0.02,
                                                    0.03,
                                                    Duration.ofMinutes(5),
                                                    0.001)),
                                    0.25,
                                    List.of(
                                            Threshold.parse("p99 < 100 ms"),
                                            Threshold.parse("unsent < 1 %"))));
        }

        @Test
        @DisplayName("a closed loop has holds without a rate")
        void closedLoop() {
            Scenario scenario =
                    read(
                            """
                            arrivals: {process: closed, inFlight: 100, thinkTime: 5ms}
                            stages: [{kind: hold, duration: 10s}]
                            """);
            assertThat(scenario.load().arrivals().closed())
                    .isEqualTo(new ClosedLoop(100, Duration.ofMillis(5)));
            assertThat(Scenario.fromJson(scenario.toJson())).isEqualTo(scenario);
        }

        @ParameterizedTest
        @MethodSource("duet.simulator.scenario.ScenarioReaderTest#readyNames")
        @DisplayName("what a summary shows of a scenario is that scenario, and keeps the schema")
        void echo(String name) {
            JsonNode echo = Scenario.ready(name).toJson();
            assertThat(read(echo.toString())).isEqualTo(Scenario.ready(name));
            assertThat(SCHEMA.validate(echo)).isEmpty();
        }

        @Property(tries = 200)
        void echoOfAnyScenarioIsTheScenario(@ForAll("scenarios") Scenario scenario)
                throws IOException {
            JsonNode echo = scenario.toJson();
            assertThat(read(new ObjectMapper().writeValueAsString(echo))).isEqualTo(scenario);
        }

        @Provide
        Arbitrary<Scenario> scenarios() {
            Arbitrary<Double> shares = Arbitraries.doubles().between(0, 0.25).ofScale(4);
            Arbitrary<Duration> times =
                    Arbitraries.longs()
                            .between(1, 3_600_000_000L)
                            .map(us -> Duration.ofNanos(us * 1000));
            Arbitrary<List<LoadStage>> stages =
                    Combinators.combine(times, Arbitraries.doubles().between(0.001, 1e6))
                            .as(LoadStage::hold)
                            .list()
                            .ofMinSize(1)
                            .ofMaxSize(5);
            Arbitrary<DriftPlan> drifts =
                    Combinators.combine(shares, times, Arbitraries.integers().between(1, 1000))
                            .flatAs(
                                    (share, time, over) ->
                                            Arbitraries.of(
                                                    DriftPlan.NONE,
                                                    DriftPlan.LIFE,
                                                    new DriftPlan(
                                                            DriftPlan.Kind.GRADUAL,
                                                            share,
                                                            time,
                                                            over,
                                                            null),
                                                    new DriftPlan(
                                                            DriftPlan.Kind.SUDDEN,
                                                            share,
                                                            time,
                                                            0,
                                                            null),
                                                    new DriftPlan(
                                                            DriftPlan.Kind.SEASONAL,
                                                            share,
                                                            time,
                                                            0,
                                                            time)));
            Arbitrary<DevicePopulation> devices =
                    Combinators.combine(
                                    Arbitraries.integers().between(2, 10_000_000),
                                    Arbitraries.doubles().between(0, 5),
                                    Arbitraries.doubles().between(0.01, 0.99))
                            .as(
                                    (count, skew, hot) ->
                                            new DevicePopulation(count, count, skew, 1, hot));
            return Combinators.combine(
                            Arbitraries.longs().between(-(1L << 59), 1L << 59),
                            devices,
                            stages,
                            drifts,
                            shares,
                            times)
                    .as(
                            (seed, population, load, drift, share, time) ->
                                    new Scenario(
                                            "any",
                                            "a: \"b\" # c",
                                            seed,
                                            new Scenario.Fleet(
                                                    population,
                                                    null,
                                                    WindowShape.STANDARD,
                                                    List.of()),
                                            new Scenario.Load(
                                                    ArrivalModel.diurnal(time, share),
                                                    Duration.ZERO,
                                                    load),
                                            new Scenario.Conditions(
                                                    drift,
                                                    NetworkConditions.PERFECT,
                                                    new Misbehaviour(
                                                            share, share, share, share, time,
                                                            share)),
                                            share,
                                            List.of()))
                    .filter(scenario -> scenario.conditions().misbehaviour().skewedDevices() > 0);
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        seed: 1 | the key 'stages' is missing
                        stages: [] | 'stages' | the number of stages is 0
                        stages: 5 | 'stages' must be a list, it is '5'
                        devics: {count: 3} | line 2: unknown key 'devics', known are arrivals, catalogue
                        devices: {cuont: 3} | line 2: unknown key 'devices.cuont', known are active, count, hot, skew
                        devices: 5 | line 2: 'devices' must be a block of keys, it is '5'
                        devices: {count: five} | line 2: 'devices.count' must be a whole number of at most 64 bits, it is 'five'
                        devices: {count: 1.5} | 'devices.count' must be a whole number
                        devices: {count: '5'} | 'devices.count' must be a whole number
                        devices: {count: 1000000000000} | devices.count is 1000000000000, it must be 1 to 10000000
                        devices: {count: 99999999999999999999} | must be a whole number of at most 64 bits, it is '99999999999999999999'
                        devices: {count: 10, active: 11} | devices.active is 11, it must be 1 to 10
                        devices: {count: 0} | devices.count is 0, it must be 1 to
                        devices: {skew: -1} | devices.skew is -1, it must be 0 to 5
                        devices: {skew: high} | 'devices.skew' must be a number, it is 'high'
                        devices: {hot: {count: 500, share: 0.5}} | devices.hot.count is 500, it must be 0 to 200
                        devices: {hot: {count: 5, share: 1.5}} | devices.hot.share is 1.5, it must be 0 to 1
                        devices: {hot: {count: 5}} | 5 hot devices send the share 0.0
                        catalogue: {clusters: 100000} | catalogue.clusters is 100000, it must be 1 to 256
                        catalogue: {items: 5, categories: 8} | catalogue.categories is 8, it must be 3 to 5
                        windows: {maxFresh: 0} | windows.maxFresh is 0, it must be 1 to 512
                        arrivals: {process: bursty} | 'arrivals.process' is 'bursty', it must be one of constant, poisson, diurnal, closed
                        arrivals: {process: diurnal} | the key 'arrivals.period' is missing
                        arrivals: {process: poisson, period: 5s} | unknown key 'arrivals.period', known are process
                        arrivals: {process: closed, inFlight: 0} | arrivals.inFlight is 0
                        arrivals: {process: closed, inFlight: 5} | in a closed loop answers decide the rate
                        warmUp: 10s | warmUp is 10s, it must be at least 0s and shorter than all stages, 10s
                        warmUp: ten | 'ten' is not a duration such as 500ms, 60s or 5m
                        warmUp: 5 | '5' is not a duration
                        warmUp: -5s | '-5s' is not a duration
                        drift: {kind: sudden, share: 1.1} | drift.share is 1.1, it must be 0 to 1
                        drift: {kind: none, share: 0.1} | unknown key 'drift.share', known are kind
                        drift: {kind: seasonal} | the key 'drift.period' is missing
                        drift: {kind: gradual, over: 0} | drift.over is 0
                        network: {up: {median: 5ms, p99: 1ms}} | below the median
                        network: {up: {loss: 2}} | the loss of the network is 2.0
                        network: {sideways: {}} | unknown key 'network.sideways', known are down, offline, up
                        network: {offline: {share: 0.5}} | the key 'network.offline.every' is missing
                        network: {offline: {share: 0.5, every: 5s, duration: 5s, catchUp: maybe}} | 'network.offline.catchUp' must be true or false, it is 'maybe'
                        misbehaviour: {repeats: 0.6, gaps: 0.6} | the sum of repeats, reordering, gaps and garbage of misbehaviour is 1.2
                        misbehaviour: {clockSkew: {share: 0.1}} | the key 'misbehaviour.clockSkew.by' is missing
                        versions: [{bundle: x, share: 0.6}, {bundle: y, share: 0.6}] | the sum of the shares of versions is 1.2
                        versions: [{share: 0.6}] | the key 'versions[0].bundle' is missing
                        ranking: {share: -0.1} | ranking.share is -0.1, it must be 0 to 1
                        thresholds: p99 < 5 ms | 'thresholds' must be a list, it is 'p99 < 5 ms'
                        thresholds: ['p98 < 5 ms'] | p98
                        name: [a] | 'name' must be text, it is a list
                        name: | 'name' must be text, it is empty
                        seed: 1.5 | 'seed' must be a whole number
                        """)
        @DisplayName(
                "what is wrong is named with its place and value, and the schema refuses it where"
                        + " it can")
        void keys(String line, String expected) {
            boolean withoutStages = line.startsWith("stages") || line.equals("seed: 1");
            String text = withoutStages ? line : HOLD + line + "\n";
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("test.yaml line ")
                    .hasMessageContaining(expected)
                    .message()
                    .doesNotContain("\n");
            assertThat(keepsSchema(text))
                    .as("kept by the schema")
                    .isEqualTo(
                            List.of(
                                            "active: 11",
                                            "count: 500",
                                            "categories: 8",
                                            "inFlight: 5}",
                                            "warmUp: 10s",
                                            "p99: 1ms",
                                            "gaps: 0.6",
                                            "bundle: y",
                                            "p98")
                                    .stream()
                                    .anyMatch(line::contains));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        {kind: hold, duration: 10s} | the key 'stages[0].rate' is missing
                        {kind: hold, duration: 10s, rate: -1} | the rate of a stage is -1, it must be 0 to 1000000
                        {kind: hold, duration: 10s, rate: 1e9} | the rate of a stage is 1000000000
                        {kind: hold, duration: 0s, rate: 1} | the duration of a stage is 0s
                        {kind: hold, duration: 200h, rate: 1} | the duration of a stage is 200h
                        {kind: hold, rate: 1} | the key 'stages[0].duration' is missing
                        {kind: jump, duration: 10s, rate: 1} | 'stages[0].kind' is 'jump', it must be one of ramp, hold, spike, reconnectStorm, coolDown
                        {duration: 10s, rate: 1} | the key 'stages[0].kind' is missing
                        {kind: ramp, duration: 10s, rate: 1} | the key 'stages[0].from' is missing
                        {kind: hold, duration: 10s, rate: 1, to: 2} | unknown key 'stages[0].to'
                        {kind: hold, duration: 10s, rate: 0} | no stage has a rate above 0
                        {kind: reconnectStorm, duration: 10s, rate: 1, offlineShare: 2, offline: 5s} | offlineShare is 2
                        {kind: reconnectStorm, duration: 10s, rate: 1, offlineShare: 1, offline: 15s} | offline is 15s, it must be 0s to 10s
                        """)
        @DisplayName("a stage that cannot be is named")
        void stages(String stage, String expected) {
            assertThatThrownBy(() -> read("stages:\n  - " + stage + "\n"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("test.yaml line ")
                    .hasMessageContaining(expected);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        'a: 1\na: 2' | line 2: 'a' stands there twice
                        'a: [1' | line 1
                        'a: &a [x]\nb: [*a, *a]' | Number of aliases
                        '? [a]\n: b' | a key of the scenario is no text
                        '[1, 2]' | the scenario must be a block of keys, it is a list
                        '--- {}\n--- {}' | but found another document
                        '' | test.yaml is empty
                        '# nothing' | test.yaml is empty
                        'a: !!javax.script.ScriptEngineManager [x]' | line 1: Global tag is not allowed
                        """)
        @DisplayName("what is no plain block of YAML is refused in one line")
        void yaml(String text, String expected) {
            assertThatThrownBy(() -> read(text == null ? "" : text.replace("\\n", "\n")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("test.yaml")
                    .hasMessageContaining(expected)
                    .message()
                    .doesNotContain("\n");
        }

        @Test
        @DisplayName("a bomb of aliases is refused before it grows")
        void bomb() {
            StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
            for (int i = 1; i < 40; i++) {
                text.append(
                        String.format(Locale.ROOT, "a%d: &a%d [*a%d, *a%d]%n", i, i, i - 1, i - 1));
            }
            assertThatThrownBy(() -> read(text.toString()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("aliases");
        }

        @Test
        @DisplayName("blocks in blocks without end are refused")
        void nesting() {
            assertThatThrownBy(() -> read("a: " + "[".repeat(100_000)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Nesting Depth exceeded max 20");
        }

        @Property(tries = 300)
        void anyTextIsReadOrRefusedInOneLine(@ForAll String text) {
            try {
                read(text);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).startsWith("test.yaml");
                assertThat(e.getMessage().lines()).hasSize(1);
            }
        }
    }

    @Nested
    class OfFiles {
        @TempDir private Path directory;

        private Path file(byte[] bytes) throws IOException {
            return Files.write(directory.resolve("my.yaml"), bytes);
        }

        @Test
        @DisplayName("is called as the file, and its bundles are beside it")
        void read() throws IOException {
            String text = HOLD + "versions: [{bundle: other, share: 0.1}]\n";
            Scenario scenario = Scenario.of(file(text.getBytes(StandardCharsets.UTF_8)).toString());
            assertThat(scenario.name()).isEqualTo("my");
            assertThat(scenario.fleet().versions().get(0).bundle())
                    .isEqualTo(directory.resolve("other"));
        }

        @Test
        @DisplayName("that is none is refused by name")
        void refused() throws IOException {
            assertThatThrownBy(() -> Scenario.of("nowhere"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "nowhere does not exist; ready scenarios are smoke, steady, drift,"
                                    + " reconnect-storm, chaos, million");
            assertThatThrownBy(() -> Scenario.read(directory))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("cannot be read");
            Path latin = file("name: é".getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> Scenario.read(latin))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(latin + " is not text in UTF-8");
        }

        @Test
        @DisplayName("that is 100 MB large is refused without being read")
        void large() throws IOException {
            Path large = file(new byte[0]);
            try (RandomAccessFile out = new RandomAccessFile(large.toFile(), "rw")) {
                out.setLength(100_000_000);
            }
            assertThatThrownBy(() -> Scenario.read(large))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(large + " is larger than 1,000,000 bytes, that is no scenario");
        }
    }
}
