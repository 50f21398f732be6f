package duet.cli.fleet;

import duet.cli.launch.Launch;
import duet.cli.option.DurationConverter;
import duet.cli.option.ItemModel;
import duet.cli.option.KafkaConnection;
import duet.cli.option.Output;
import duet.cli.terminal.Terminal;
import duet.schemas.InvalidInputException;
import duet.schemas.release.AllowedAddresses;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.signature.Verifier;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetOptions.Trust;
import duet.simulator.fleet.FleetOptions.Uptake;
import duet.simulator.report.Report;
import duet.simulator.scenario.Scenario;
import duet.simulator.summary.RunSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet simulate} runs the fleet alone, against a cluster that runs elsewhere. */
// Whoever measures latencies must not be stopped for long.
@Launch(jvm = "-XX:+UseG1GC")
@Command(
        name = "simulate",
        description =
                "Runs a fleet of simulated devices against a Kafka cluster whose windows a"
                        + " generation job answers.")
public final class SimulateCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private KafkaConnection kafka;

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "BUNDLE",
            description = "Directory of the model that the job serves.")
    private Path bundle;

    @Option(
            names = "--public-key",
            paramLabel = "FILE",
            description =
                    "PEM file of Ed25519 public keys; devices refuse deltas that none of them has"
                            + " signed.")
    private @Nullable Path publicKey;

    @Option(
            names = "--release-public-key",
            paramLabel = "FILE",
            description =
                    "PEM file of Ed25519 public keys; devices take no release that none of them has"
                            + " signed (default: that of --public-key).")
    private @Nullable Path releasePublicKey;

    @Option(
            names = "--rollout-public-key",
            paramLabel = "FILE",
            description =
                    "PEM file of Ed25519 public keys that alone decide which devices run a release"
                            + " (default: those that sign releases).")
    private @Nullable Path rolloutPublicKey;

    @Mixin private ScenarioOptions load;

    // What --bundle and --bootstrap-servers are for does not happen: help options need no other.
    @Option(
            names = "--dry-run",
            help = true,
            description =
                    "Only check the scenario and explain it; needs neither brokers nor a model.")
    private boolean dryRun;

    @Mixin private RateOptions rates;
    @Mixin private SharedFleet shared;
    @Mixin private DashboardOption dashboard;

    @Option(
            names = "--switch-over",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "Time over which the devices that a release concerns take it up, one after the"
                            + " other; 1ms is all at once (default: ${DEFAULT-VALUE}).")
    private Duration switchOver;

    @Option(
            names = "--fetch-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description =
                    "Longest time that a released bundle may take to arrive, all its files together"
                            + " (default: ${DEFAULT-VALUE}).")
    private Duration fetchTimeout;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX",
            description =
                    "What the addresses of released bundles begin with, such as"
                            + " https://models.example.org/duet/ or file:///models/; may be given"
                            + " several times. Devices take no release from another address"
                            + " (default: every address of https:).")
    private List<String> allow = new ArrayList<>();

    @Output(
            value = Output.Kind.DIRECTORY,
            files = {Report.SUMMARY, Report.HTML, Report.HISTOGRAMS})
    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory to write summary.json and report.html to.")
    private @Nullable Path report;

    public SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Scenario scenario = load.scenario();
        if (dryRun) {
            ScenarioDisplay.show(scenario, terminal);
            return;
        }
        shared.check();
        rates.check(scenario, shared.part());
        dashboard.check();
        if (report != null) {
            Report.checkDirectory(report);
        }
        Trust trust = trust();
        FleetOptions options =
                FleetOptions.of(kafka.bootstrapServers())
                        .withKafka(kafka.properties())
                        .withTrust(trust)
                        .withUptake(Uptake.of(switchOver, fetchTimeout).withAllowed(allowed()))
                        .withPart(shared.part());
        if (rates.isAsked()) {
            options = rates.impatient(options, kafka.properties());
        }
        FleetCommandRun fleet =
                new FleetCommandRun(terminal, dashboard, ItemModel.open(bundle), options);
        RunSummary summary =
                rates.isAsked()
                        ? fleet.find(rates, scenario, shared.idPrefix())
                        : fleet.run(scenario, shared.idPrefix()).judgedBy(scenario.thresholds());
        if (load.isGiven()) {
            summary = summary.withScenario(scenario.toJson());
        }
        new RunDisplay(terminal).conclude(summary, report);
    }

    private Trust trust() {
        Path releaseKeys = releasePublicKey == null ? publicKey : releasePublicKey;
        if (releaseKeys == null && rolloutPublicKey != null) {
            throw new InvalidInputException(
                    "--rollout-public-key is "
                            + rolloutPublicKey
                            + ", which asks for nothing without --release-public-key");
        }
        return new Trust(
                publicKey == null ? null : Verifier.read(publicKey),
                ReleaseKeys.read(releaseKeys, rolloutPublicKey));
    }

    private AllowedAddresses allowed() {
        try {
            return AllowedAddresses.beginningWith(allow);
        } catch (InvalidInputException e) {
            throw new InvalidInputException("--allow: " + e.getMessage(), e);
        }
    }
}
