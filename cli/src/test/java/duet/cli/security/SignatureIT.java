package duet.cli.security;

import static duet.simulator.fleet.run.WhileFleetRuns.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.device.ApplyOutcome;
import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.security.PemKeys;
import duet.operations.broker.KafkaClients;
import duet.operations.release.ReleaseSigners;
import duet.operations.release.ReleasedBundle;
import duet.operations.release.Releases;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.serde.Records;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Measured;
import duet.simulator.fleet.FleetOptions.Trust;
import duet.simulator.fleet.FleetOptions.Waits;
import duet.simulator.fleet.run.ExactDelta;
import duet.simulator.fleet.run.Fleet;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.summary.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Where deltas and releases are signed")
class SignatureIT {
    private static final int DEVICES = 10;
    private static final long FAR_AHEAD = 1_000_000;

    @TempDir private static Path directory;
    private static ModelBundle shipped;
    private static PemKeys deltaKeys;
    private static PemKeys releaseKeys;
    private static PemKeys otherKeys;
    private static EmbeddedStack stack;

    @BeforeAll
    static void start() throws Exception {
        shipped = SyntheticModel.write(directory.resolve("shipped"));
        deltaKeys = PemKeys.make(directory);
        releaseKeys = PemKeys.make(directory);
        otherKeys = PemKeys.make(directory);
        Configuration job = new Configuration();
        job.set(DuetOptions.SIGNING_PRIVATE_KEY, deltaKeys.privateKey().toString());
        job.set(DuetOptions.SIGNING_BATCH, true);
        job.set(DuetOptions.RELEASES_PUBLIC_KEY, releaseKeys.publicKey().toString());
        job.set(DuetOptions.RELEASES_CACHE_DIRECTORY, directory.resolve("cache").toString());
        job.set(DuetOptions.RELEASES_ALLOW, List.of(directory.toUri().toString()));
        stack = EmbeddedStack.start(ParameterGenerationJob.serving(shipped.directory(), job), 1);
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @DisplayName("devices that trust another key than the job's take nothing, and the run says so")
    void anotherKey() throws Exception {
        Path report = directory.resolve("report");
        try (Output output = new Output(Level.WARN)) {
            int exitCode =
                    output.duet(
                            "simulate",
                            "--bootstrap-servers",
                            stack.bootstrapServers(),
                            "--bundle",
                            shipped.directory().toString(),
                            "--public-key",
                            otherKeys.publicKey().toString(),
                            "--devices",
                            String.valueOf(DEVICES),
                            "--duration",
                            "2s",
                            "--rate",
                            "20",
                            "--report",
                            report.toString());
            assertThat(exitCode).as(output.err()).isZero();
            JsonNode summary = new ObjectMapper().readTree(report.resolve("summary.json").toFile());
            long deltas = summary.at("/delivery/deltas").asLong();
            assertThat(deltas).isPositive();
            assertThat(summary.at("/delivery/outcomes/UNSIGNED").asLong()).isEqualTo(deltas);
            assertThat(summary.at("/delivery/outcomes/APPLIED").asLong()).isZero();
            assertThat(summary.at("/run/devicesWithDelta").asInt()).isZero();
            assertThat(output.all())
                    .contains(
                            String.format(
                                    Locale.ROOT,
                                    "Note: %,d deltas came without a signature by a key that the"
                                            + " devices trust",
                                    deltas));
        }
    }

    @Test
    @DisplayName(
            "devices refuse what others write to the topic of deltas, and go on taking the job's")
    void forged() throws Exception {
        ScenarioWorkload workload = workload("forged-");
        FleetOptions options =
                FleetOptions.of(stack.bootstrapServers())
                        .withWaits(Waits.of(Eventually.limit(), Eventually.limit()))
                        .withMeasured(Measured.NO_QUALITY)
                        .withTrust(
                                new Trust(
                                        Verifier.read(deltaKeys.publicKey()),
                                        ReleaseKeys.of(Verifier.read(releaseKeys.publicKey()))));
        try (FleetRun run =
                Fleet.start(DeviceModel.load(shipped), workload, options, FleetClock.system())) {
            until(run, () -> run.progress().windows().deltas() >= 20);
            WeightDelta unsigned = delta(workload.deviceId(0));
            WeightDelta wrong = delta(workload.deviceId(1));
            wrong.setSignature(otherKeys.signer().sign(wrong));
            // Signed, and then moved ahead of all that the job will make.
            WeightDelta altered = delta(workload.deviceId(2));
            altered.setLastSequence(1);
            altered.setChecksum(DeltaChecksum.of(altered));
            altered.setSignature(deltaKeys.signer().sign(altered));
            altered.setLastSequence(FAR_AHEAD);
            altered.setChecksum(DeltaChecksum.of(altered));
            write(List.of(unsigned, wrong, altered));
            long more = run.progress().windows().deltas() + 50;
            until(run, () -> run.progress().windows().deltas() >= more);
            run.stop();
            assertThat(run.await(Eventually.limit())).isTrue();

            RunSummary summary = run.summary();
            assertThat(summary.delivery().received().outcomes())
                    .containsEntry(ApplyOutcome.UNSIGNED.name(), 3L)
                    .containsEntry(ApplyOutcome.CORRUPT.name(), 0L);
            assertThat(summary.delivery().received().outcomes().get(ApplyOutcome.APPLIED.name()))
                    .isGreaterThan(50);
            assertThat(summary.verdict().warnings())
                    .anyMatch(warning -> warning.startsWith("3 deltas came without a signature"));
            for (int i = 0; i < DEVICES; i++) {
                assertThat(run.device(workload.deviceId(i)).orElseThrow().lastSequence())
                        .isBetween(0L, FAR_AHEAD - 1);
            }
        }
    }

    private static ScenarioWorkload workload(String idPrefix) {
        return new ScenarioWorkload(
                Scenario.plain(
                        "synthetic", DEVICES, ArrivalModel.POISSON, 50, Duration.ofHours(1), 7),
                SyntheticCatalogue.standard(),
                idPrefix,
                shipped.dimensions().history(),
                1_700_000_000_000L);
    }

    /** A delta that a device would take before all that the job makes for it, if it were signed. */
    private static WeightDelta delta(String device) {
        return ExactDelta.zero(
                device,
                shipped.modelVersion(),
                shipped.dimensions(),
                FAR_AHEAD,
                1,
                FleetClock.system().micros());
    }

    private static void write(List<WeightDelta> deltas) throws Exception {
        try (var producer = KafkaClients.producer(stack.bootstrapServers())) {
            for (WeightDelta delta : deltas) {
                Eventually.get(
                        "a delta to be written",
                        producer.send(
                                new ProducerRecord<>(
                                        Topics.DELTAS,
                                        delta.getDeviceId().getBytes(StandardCharsets.UTF_8),
                                        Records.deltaEncoder().encode(delta))));
            }
        }
    }

    @Test
    @DisplayName(
            "the job takes no release that no key of its own has signed, and says why in a dead"
                    + " letter")
    void release() {
        ModelBundle second = SyntheticModel.writeSmall(directory.resolve("second"), 8);
        try (Releases releases =
                new Releases(
                        Map.of("bootstrap.servers", stack.bootstrapServers()),
                        ReleaseKeys.none(),
                        FleetClock.system()::micros)) {
            assertRefused(releases, second, null, "it is not signed");
            assertRefused(
                    releases, second, otherKeys.signer(), "none of the trusted keys has signed it");

            // For no device: the tests beside this one go on with the model they have.
            ModelRelease announced = publish(releases, second, releaseKeys.signer());
            assertThat(announced.getVersion()).isEqualTo(second.modelVersion());
            assertThat(releases.board().rows().get(0).readiness().refused()).isZero();
        }
        stack.requireRunning();
    }

    @Test
    @DisplayName(
            "who may write releases but holds no key gives none to a device, takes none back, and"
                    + " stops nobody else")
    void forgedReleases() throws Exception {
        ModelBundle third = SyntheticModel.writeSmall(directory.resolve("third"), 9);
        ReleaseSigners signers = ReleaseSigners.of(releaseKeys.signer());
        try (Releases releases =
                new Releases(
                        Map.of("bootstrap.servers", stack.bootstrapServers()),
                        ReleaseKeys.none(),
                        FleetClock.system()::micros)) {
            ModelRelease announced = publish(releases, third, releaseKeys.signer());
            ModelRelease late = ModelRelease.newBuilder(announced).setShare(1).build();
            late.setReleasedAtMicros(Long.MAX_VALUE);
            ModelRelease elsewhere = ModelRelease.newBuilder(announced).build();
            elsewhere.setBundleUri("https://elsewhere.example.org/");
            ModelRelease promoted = ModelRelease.newBuilder(announced).setShare(1).build();
            writeReleases(List.of(late, elsewhere, promoted));
            awaitDeadLetters(
                    "release of version=" + third.modelVersion() + " does not count: ",
                    "its time or counter is more than 10 minutes in the future",
                    "none of the trusted keys has signed it",
                    "none of the keys that may do so has signed its share and state");

            FleetOptions options =
                    FleetOptions.of(stack.bootstrapServers())
                            .withWaits(Waits.of(Eventually.limit(), Eventually.limit()))
                            .withMeasured(Measured.NO_QUALITY)
                            .withTrust(
                                    new Trust(
                                            null,
                                            ReleaseKeys.of(
                                                    Verifier.read(releaseKeys.publicKey()))));
            try (FleetRun run =
                    Fleet.start(
                            DeviceModel.load(shipped),
                            workload("released-"),
                            options,
                            FleetClock.system())) {
                until(run, () -> run.progress().windows().deltas() >= 20);
                assertThat(run.versions()).containsOnlyKeys(shipped.modelVersion());
                run.stop();
                assertThat(run.await(Eventually.limit())).isTrue();
                assertThat(run.summary().verdict().warnings())
                        .anyMatch(warning -> warning.contains(third.modelVersion()));
            }
            // Whoever holds the key goes on from there.
            assertThat(releases.rollback(Optional.of(third.modelVersion()), signers).withdrawn())
                    .matches(Verifier.read(releaseKeys.publicKey())::verifiesRollout);
        }
        stack.requireRunning();
    }

    private static void writeReleases(List<ModelRelease> releases) throws Exception {
        try (var producer = KafkaClients.producer(stack.bootstrapServers())) {
            for (ModelRelease release : releases) {
                Eventually.get(
                        "a release to be written",
                        producer.send(
                                new ProducerRecord<>(
                                        Topics.MODELS,
                                        release.getVersion().getBytes(StandardCharsets.UTF_8),
                                        Records.releaseEncoder().encode(release))));
            }
        }
    }

    /** Waits until there is a dead letter with each of these reasons, which begin alike. */
    private static void awaitDeadLetters(String begin, String... reasons) {
        Set<String> awaited = new HashSet<>();
        List.of(reasons).forEach(reason -> awaited.add(begin + reason));
        try (var consumer = KafkaClients.consumer(stack.bootstrapServers())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.DEAD_LETTERS).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Eventually.until(
                    "the dead letters " + awaited,
                    () -> {
                        for (var record : consumer.poll(Duration.ofMillis(100))) {
                            awaited.remove(
                                    Records.deadLetterDecoder().decode(record.value()).getReason());
                        }
                        return awaited.isEmpty();
                    });
        }
    }

    private static void assertRefused(
            Releases releases, ModelBundle bundle, Signer signer, String reason) {
        assertThatThrownBy(() -> publish(releases, bundle, signer, Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the job does not serve " + bundle.modelVersion())
                .hasMessageContaining("a dead letter says why");
        awaitDeadLetters(
                "release of version=" + bundle.modelVersion() + " does not count: ", reason);
    }

    private static ModelRelease publish(Releases releases, ModelBundle bundle, Signer signer) {
        return publish(releases, bundle, signer, Eventually.limit());
    }

    private static ModelRelease publish(
            Releases releases, ModelBundle bundle, Signer signer, Duration patience) {
        return releases.publish(
                ReleasedBundle.at(bundle.directory().toString()),
                0,
                ReleaseSigners.of(signer),
                patience,
                readiness -> {});
    }
}
