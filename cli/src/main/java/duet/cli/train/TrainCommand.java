package duet.cli.train;

import duet.cli.launch.Launch;
import duet.cli.option.DataOptions;
import duet.cli.option.MetricsTable;
import duet.cli.option.Numbers;
import duet.cli.terminal.Terminal;
import duet.model.bundle.BundleExport;
import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainedModel;
import duet.model.training.Trainer;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingReport;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet train} reads an interaction log and writes a model bundle. */
@Launch(modules = Launch.PYTORCH)
@Command(
        name = "train",
        description =
                "Trains a model on an interaction log: the universal meta network first, then the"
                    + " parameter generator on top of it. Each user's last interaction is kept out;"
                    + " the one before selects the best epoch. The same log, options and machine"
                    + " give the same bundle.")
public final class TrainCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private DataOptions data;

    @Mixin private RunOptions run;

    @Option(
            names = "--backbone",
            required = true,
            paramLabel = "NAME",
            completionCandidates = Backbones.class,
            description = "What the network is built on, one of: ${COMPLETION-CANDIDATES}.")
    private Backbone backbone;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "BUNDLE",
            description = "Directory to write the model to; an older bundle there is replaced.")
    private Path out;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Most epochs of each phase; a phase stops earlier once it no longer gets"
                            + " better.")
    private @Nullable Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--joint",
            description =
                    "Train network and generator together, rather than the generator on the frozen"
                        + " network: better with a delta on a narrow device, a little worse without"
                        + " one.")
    private boolean joint;

    @Option(
            names = "--decoders",
            paramLabel = "M",
            description =
                    "Parameter decoders of each dynamic layer, which the stable weight adapter"
                            + " mixes.")
    private @Nullable Integer decoders;

    @Option(
            names = "--width",
            paramLabel = "D",
            description =
                    "Width of the device model; fewer is less to store, to compute and to send for"
                            + " a device.")
    private @Nullable Integer width;

    @Option(
            names = "--rank",
            paramLabel = "R",
            description =
                    "Rank of what is generated for a dynamic layer; fewer is less to send, 0 is a"
                            + " full matrix.")
    private @Nullable Integer rank;

    @Option(
            names = "--cold-start",
            paramLabel = "N",
            description =
                    "Interactions up to which a device keeps the global model; beyond them what is"
                            + " generated counts more and more.")
    private @Nullable Integer coldStart;

    @Option(
            names = "--history",
            paramLabel = "H",
            description = "Interactions of a device that the job keeps for the generator.")
    private @Nullable Integer history;

    @Option(
            names = "--memory",
            paramLabel = "DECAYS",
            converter = DecaysConverter.class,
            description =
                    "Time scales of the generator's long memory: decays per interaction, such as"
                            + " 0.8,0.98, or none.")
    private DecaysConverter.@Nullable Decays memory;

    @Option(
            names = "--encoder",
            paramLabel = "KIND",
            converter = EncoderConverter.class,
            description =
                    "The generator's encoder of the newest interactions: recurrent, or none beside"
                            + " a long memory.")
    private @Nullable Integer encoder;

    @Option(
            names = "--max-age",
            paramLabel = "A",
            description = "The generator is trained for deltas that are 0 to A interactions old.")
    private @Nullable Integer maxAge;

    @Option(
            names = "--device-memory",
            paramLabel = "DECAYS",
            converter = DecaysConverter.class,
            description =
                    "Let the device model itself read the history, at these time scales: a control"
                            + " for what generation gives.")
    private DecaysConverter.@Nullable Decays deviceMemory;

    @Option(
            names = "--no-probe",
            description =
                    "Leave out the probe: histories of at most 200 users, without their names, for"
                            + " whom a job that loads the model ranks before it serves it.")
    private boolean noProbe;

    public TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        BundleWriter.checkTarget(out);
        run.check(out);
        TrainingOptions options = options();
        InteractionLog log = data.read();
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%,d users, %,d items, %,d interactions in %s",
                        log.users().size(),
                        log.items().length,
                        log.interactions(),
                        log.source()));

        long start = System.nanoTime();
        TrainedModel model;
        try (TrainingDisplay display = new TrainingDisplay(terminal)) {
            model =
                    new Trainer(run.begin(out, log, options, terminal))
                            .train(log, options, display);
        } finally {
            run.close();
        }
        ModelBundle bundle =
                BundleExport.write(
                        out,
                        backbone.id(),
                        model.dimensions(),
                        model.vocabulary(),
                        model.tensors(),
                        TrainingReport.metrics(model),
                        run.recorded(model.options()),
                        model.probe().filter(probe -> !noProbe));
        run.finish();

        terminal.line("");
        for (TrainingPhase phase : TrainingPhase.values()) {
            List<EpochMetrics> epochs =
                    model.epochs().stream().filter(epoch -> epoch.phase() == phase).toList();
            epochs.stream()
                    .filter(EpochMetrics::best)
                    .reduce((earlier, later) -> later)
                    .ifPresent(
                            best ->
                                    terminal.line(
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s: %d epochs, the best was %d with userAuc"
                                                            + " %s",
                                                    TrainingDisplay.title(phase),
                                                    epochs.size(),
                                                    best.epoch(),
                                                    Numbers.metric(best.selection()))));
        }
        terminal.line("Ranking of each user's last training item, by the model as it is written:");
        terminal.table(MetricsTable.of(model.globalValidation(), model.personalizedValidation()));
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Model %s in %s, trained in %s",
                        bundle.modelVersion(),
                        out,
                        Numbers.seconds(Duration.ofNanos(System.nanoTime() - start))));
    }

    private TrainingOptions options() {
        if (backbone.readsInputs()) {
            throw new InvalidInputException(
                    "the backbone "
                            + backbone.id()
                            + " reads input vectors, training reads logs of items");
        }
        // Sizes out of range are refused here, before the log is read.
        ModelSizes sizes = sizes();
        sizes.dimensions(1);
        TrainingOptions options =
                (joint ? TrainingOptions.jointDefaults() : TrainingOptions.defaults())
                        .withBackbone(backbone)
                        .withSeed(seed)
                        .withSizes(sizes);
        if (epochs != null) {
            options = options.withEpochs(epochs);
        }
        return maxAge == null
                ? options
                : options.withObjective(options.objective().withMaxAge(maxAge));
    }

    private ModelSizes sizes() {
        ModelSizes standard =
                width == null
                        ? ModelSizes.defaults(backbone)
                        : ModelSizes.defaults(backbone, width);
        GeneratorSizes generator = standard.generator();
        return new ModelSizes(
                standard.window(),
                or(history, standard.history()),
                standard.device(),
                new GeneratorSizes(
                        generator.itemWidth(),
                        or(encoder, generator.encoderWidth()),
                        generator.embeddingWidth(),
                        generator.layerEmbeddingWidth(),
                        or(decoders, generator.decoders()),
                        memory == null ? generator.memoryDecays() : memory.values(),
                        or(rank, generator.rank()),
                        or(coldStart, generator.coldStart())),
                deviceMemory == null ? standard.deviceMemoryDecays() : deviceMemory.values());
    }

    private static int or(@Nullable Integer given, int standard) {
        return given == null ? standard : given;
    }

    /** Names the backbones, for the help. */
    static final class Backbones implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Backbone.values())
                    .filter(backbone -> !backbone.readsInputs())
                    .map(Backbone::id)
                    .iterator();
        }
    }
}
