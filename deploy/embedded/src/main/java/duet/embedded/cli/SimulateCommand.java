package duet.embedded.cli;

import duet.device.DeviceModel;
import duet.embedded.cli.terminal.Terminal;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.signature.Verifier;
import duet.simulator.fleet.Fleet;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.FleetRun;
import duet.simulator.report.Report;
import duet.simulator.report.RunSummary;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet simulate}: the fleet alone, against a cluster that runs elsewhere. */
@Command(
        name = "simulate",
        description =
                "Runs a fleet of simulated devices against a Kafka cluster whose windows a generation job answers.")
final class SimulateCommand implements Runnable {

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
                    "PEM file of Ed25519 public keys; devices refuse deltas that none of them has signed.")
    private Path publicKey;

    @Mixin private FleetSize fleet;
    @Mixin private SharedFleet shared;

    @Option(
            names = "--switch-over",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "Time over which the devices that a release concerns take it up, one after the other; 1ms is all at once (default: ${DEFAULT-VALUE}).")
    private Duration switchOver;

    @Option(
            names = "--fetch-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description =
                    "Longest time that one file of a released bundle may take over HTTP (default: ${DEFAULT-VALUE}).")
    private Duration fetchTimeout;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Directory to write summary.json and report.html to.")
    private Path report;

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        fleet.check();
        shared.check();
        if (report != null) {
            Report.checkDirectory(report);
        }
        Map<String, Object> properties = kafka.properties();
        Verifier verifier = publicKey == null ? null : Verifier.read(publicKey);
        ModelBundle model = ItemModel.open(bundle);
        DeviceModel device = DeviceModel.load(model);
        SyntheticCatalogue world = SyntheticCatalogue.forModel(model.vocabulary());
        Workload workload = fleet.workload(world, shared.idPrefix(), model.dimensions().history());
        FleetOptions options =
                FleetOptions.of(kafka.bootstrapServers())
                        .withKafka(properties)
                        .withVerifier(verifier)
                        .withSwitchOver(switchOver)
                        .withFetchTimeout(fetchTimeout)
                        .withPart(shared.part())
                        .withQuality(world.matches(model.vocabulary()));
        RunDisplay display = new RunDisplay(terminal);
        RunSummary summary;
        try (FleetRun run = Fleet.start(device, workload, options, FleetClock.system())) {
            display.announce(workload, model);
            summary = display.follow(run, () -> {});
        }
        display.conclude(summary, report);
    }
}
