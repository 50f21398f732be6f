package duet.cli.cluster;

import duet.cli.option.Output;
import duet.cli.option.ShippedModel;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.cluster.Checkout;
import duet.cluster.Cluster;
import duet.cluster.ClusterShape;
import duet.cluster.chaos.ChaosOptions;
import duet.cluster.chaos.ChaosReport;
import duet.cluster.chaos.ChaosRun;
import duet.cluster.chaos.Fault;
import duet.cluster.chaos.RoundResult;
import duet.cluster.chaos.hostile.HostileCount;
import duet.cluster.chaos.hostile.HostileKind;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code duet cluster chaos} breaks a cluster of its own over and over, and checks every device
 * each time.
 */
@Command(
        name = "chaos",
        description =
                "Starts a cluster of its own and breaks it again and again while devices stream:"
                    + " processes are killed or paused, checkpoints fail, poison comes in. After"
                    + " each round every device must hold what the generator gives offline, and"
                    + " every window must be accounted for.")
final class ChaosCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Directory of the cluster, empty or to be made (default: target/chaos of the"
                            + " checkout, emptied first).")
    private @Nullable Path directory;

    @Option(
            names = "--bundle",
            paramLabel = "BUNDLE",
            description = "Model to serve (default: the one that comes with Duet).")
    private @Nullable Path bundle;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Faults, one after the other (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of their order and targets (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Devices of each round's fleet (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "300",
            description = "Windows a second of the fleet (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "NAME",
            description = "Faults to make, separated by commas (default: all).")
    private @Nullable List<String> faults;

    @Option(
            names = "--hostile",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Share of the records that hostile devices send beside the fleet, 0 to 0.5:"
                            + " made-up ids and sequence numbers, windows in the name of others,"
                            + " windows of a million items, garbage. Each has to be refused, or"
                            + " answered, as it deserves (default: ${DEFAULT-VALUE}).")
    private double hostile;

    @Output(Output.Kind.FILE)
    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "File to write all rounds to, as JSON, whenever a round is over.")
    private @Nullable Path json;

    @Parameters(
            paramLabel = "JOB OPTION",
            description = "Options of the job, as in --encoding int8.")
    private List<String> jobOptions = new ArrayList<>();

    ChaosCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ChaosOptions options =
                new ChaosOptions(
                                rounds,
                                seed,
                                devices,
                                rate,
                                new ChaosOptions.Times(
                                        Duration.ofSeconds(8), Duration.ofSeconds(12)),
                                faults == null
                                        ? List.of(Fault.values())
                                        : faults.stream().map(Fault::of).toList())
                        .withHostile(hostile)
                        .withJobOptions(jobOptions);
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new InvalidInputException(
                    json
                            + " cannot be written: "
                            + json.toAbsolutePath().getParent()
                            + " is no directory");
        }
        if (LogManager.getRootLogger().getLevel().isMoreSpecificThan(Level.WARN)) {
            // Brokers go away on purpose; their clients would warn about every request.
            Configurator.setLevel("org.apache.kafka", Level.ERROR);
        }
        Path model = bundle != null ? bundle : ShippedModel.directory();
        Path place = place();
        Path failures = place.resolve("failed-rounds");
        Cluster cluster = Cluster.up(place, ClusterShape.onFreePorts(2, 2), terminal::line);
        AtomicBoolean abandoned = new AtomicBoolean();
        Thread onInterrupt =
                new Thread(
                        () -> {
                            abandoned.set(true);
                            cluster.down();
                        },
                        "duet-chaos-abandoned");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        ChaosReport report;
        try (ChaosRun run = ChaosRun.start(cluster, model, options, failures)) {
            // A round whose cluster is taken away fails, and says nothing.
            report =
                    run.run(
                            soFar -> {
                                if (!abandoned.get()) {
                                    roundOver(soFar);
                                }
                            });
            show(report);
        } finally {
            cluster.down();
        }
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
        if (report.failed() > 0) {
            terminal.line("The logs of rounds that failed are in " + failures);
            return 1;
        }
        cluster.delete();
        return 0;
    }

    /** Returns a directory in which there is nothing that would be lost. */
    private Path place() throws IOException {
        if (directory == null) {
            Path own = Checkout.root().orElse(Path.of("")).resolve(Path.of("target", "chaos"));
            Cluster.open(own).ifPresent(Cluster::delete);
            return own;
        }
        if (Files.exists(directory)) {
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw new InvalidInputException(
                            directory + " is not empty: a chaos run breaks a cluster of its own");
                }
            }
        }
        return directory;
    }

    private void roundOver(ChaosReport report) {
        show(report.last());
        if (json != null) {
            try {
                report.write(json);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + json, e);
            }
        }
    }

    private void show(RoundResult round) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "round %d of %d: %s (%s): %s; %.1f s without deltas, recovered after %.1f"
                                + " s, %,d windows, %,d twice%s%s, %.0f s",
                        round.disturbance().round(),
                        rounds,
                        round.disturbance().fault().key(),
                        round.disturbance().target(),
                        round.passed() ? "ok" : "FAILED: " + round.problem(),
                        round.outage().outageSeconds(),
                        round.outage().recoverySeconds(),
                        round.delivery().windows(),
                        round.delivery().answeredTwice(),
                        hostile(round.hostile().values()),
                        memory(round.memory()),
                        round.seconds()));
    }

    private static String hostile(Collection<HostileCount> counts) {
        HostileCount all = counts.stream().reduce(HostileCount::plus).orElse(null);
        return all == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %,d hostile records, %,d of them refused",
                        all.sent(),
                        all.refused());
    }

    private static String memory(RoundResult.@Nullable Memory memory) {
        return memory == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", at most %.0f MB on a heap and %.0f MB in a process",
                        memory.heapBytes() / 1e6,
                        memory.residentBytes() / 1e6);
    }

    private void show(ChaosReport report) {
        Table table =
                new Table(
                        "fault",
                        "rounds",
                        "passed",
                        "no deltas, median s",
                        "no deltas, longest s",
                        "recovered, median s",
                        "recovered, slowest s",
                        "answered twice",
                        "duplicates");
        report.faults()
                .forEach(
                        (fault, recovery) ->
                                table.row(
                                        fault,
                                        Integer.toString(recovery.counted().rounds()),
                                        Integer.toString(recovery.counted().passed()),
                                        seconds(recovery, recovery.outage().medianOutageSeconds()),
                                        seconds(recovery, recovery.outage().longestOutageSeconds()),
                                        seconds(
                                                recovery,
                                                recovery.recovery().medianRecoverySeconds()),
                                        seconds(
                                                recovery,
                                                recovery.recovery().slowestRecoverySeconds()),
                                        String.format(Locale.ROOT, "%,d", recovery.answeredTwice()),
                                        String.format(Locale.ROOT, "%,d", recovery.duplicates())));
        terminal.table(table);
        if (!report.hostile().isEmpty()) {
            show(report.hostile());
        }
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%d of %d rounds passed, in %.0f min",
                        report.passed(),
                        report.rounds().size(),
                        report.seconds() / 60));
    }

    private void show(Map<HostileKind, HostileCount> hostile) {
        Table table = new Table("hostile records", "sent", "refused", "accepted", "not taken");
        hostile.forEach(
                (kind, count) ->
                        table.row(
                                kind.key(),
                                String.format(Locale.ROOT, "%,d", count.sent()),
                                String.format(Locale.ROOT, "%,d", count.refused()),
                                String.format(Locale.ROOT, "%,d", count.accepted()),
                                String.format(Locale.ROOT, "%,d", count.notTaken())));
        terminal.table(table);
    }

    private static String seconds(ChaosReport.Recovery recovery, double seconds) {
        return recovery.counted().measured() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f", seconds);
    }
}
