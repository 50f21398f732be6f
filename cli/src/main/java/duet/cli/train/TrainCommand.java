package duet.cli.train;

import duet.cli.launch.Launch;
import duet.cli.option.DataOptions;
import duet.cli.option.MetricsTable;
import duet.cli.option.Numbers;
import duet.cli.option.Output;
import duet.cli.option.SplitOption;
import duet.cli.terminal.Terminal;
import duet.interactions.inspection.Recommendation;
import duet.interactions.inspection.Standouts;
import duet.interactions.inspection.Tests;
import duet.model.bundle.BundleExport;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.training.EpochMetrics;
import duet.model.training.Int8Items;
import duet.model.training.TrainedModel;
import duet.model.training.Trainer;
import duet.model.training.TrainingMemory;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingReport;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.Quantity;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet train} reads an interaction log and writes a model bundle. */
@Launch(modules = {Launch.PYTORCH, Launch.DUCKDB})
@Command(
        name = "train",
        description =
                "Trains a model on an interaction log: the universal meta network and the parameter"
                        + " generator together. Each user's last interaction is kept out, or with"
                        + " --split what comes at a time or later; the one before selects the best"
                        + " epoch. The same log, options and machine give the same bundle.")
public final class TrainCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private DataOptions data;

    @Mixin private SplitOption split;

    @Mixin private RunOptions run;

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            defaultValue = "sasrec",
            converter = BackboneConverter.class,
            completionCandidates = BackboneConverter.Names.class,
            description =
                    "What the network is built on, one of: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    private Backbone backbone;

    @Output(Output.Kind.BUNDLE)
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
            names = "--samples",
            paramLabel = "N",
            description =
                    "Most training positives of an epoch, others in each: on a large log the model"
                            + " is measured, and may stop, before it has seen all.")
    private @Nullable Integer samples;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--quick",
            description =
                    "A first look: few epochs, and on a large log parts of them; it ranks a little"
                            + " worse than a whole training.")
    private boolean quick;

    @Option(
            names = "--joint",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Train network and generator together, as is the default; --no-joint trains the"
                            + " generator after the network and on top of it as it then is, for"
                            + " comparisons.")
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
            names = "--items",
            paramLabel = "KIND",
            description =
                    "How the device's item table is stored: int8, a quarter as large, float32, or"
                            + " auto, which is int8 where validation loses at most .0005 userAuc"
                            + " by it (default: auto).")
    private @Nullable ItemTableOption items;

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
        InteractionLog log = data.read(terminal).log();
        if (split.rule().isPresent()) {
            // The moment, not a share of the interactions: of other users it would be another one.
            options = options.withSplit(split.rule().get().of(log).rule());
            terminal.line("Split: " + options.split() + ", what comes then or later is kept out");
        }
        EvaluationSplit tested = options.split().of(log);
        BundleWriter.checkVocabulary(tested.vocabulary());
        int distinct = log.items().length;
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%s, %s, %s in %s",
                        Quantity.of(log.users().size(), "user"),
                        Quantity.of(distinct, "item"),
                        Quantity.of(log.interactions(), "interaction"),
                        log.source()));
        Standouts standouts = Standouts.of(log);
        standouts.line().ifPresent(terminal::line);
        terminal.line(Tests.of(tested).line());
        terminal.line(
                "To begin with, duet inspect recommends "
                        + Recommendation.of(log, distinct, standouts).options());

        long start = System.nanoTime();
        TrainingMemory memory =
                TrainingMemory.of(
                        new TrainingMemory.LogSize(
                                log.users().size(), distinct, log.interactions()),
                        options);
        long heap = Runtime.getRuntime().maxMemory();
        memory.requireHeap(heap);
        TrainedModel model;
        ModelBundle bundle;
        TrainingDisplay display = new TrainingDisplay(terminal);
        // Nobody else takes what is kept before the bundle is written.
        try {
            model = train(log, options, display, memory.shortage(heap));
            bundle =
                    BundleExport.write(
                            out,
                            backbone.id(),
                            model.dimensions(),
                            model.vocabulary(),
                            model.tensors(),
                            TrainingReport.metrics(model),
                            run.recorded(model.options(), data.recorded()),
                            model.probe().filter(probe -> !noProbe));
            run.finish();
        } finally {
            run.close();
        }

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
                                                    "%s: %s, the best was %d with userAuc %s",
                                                    TrainingDisplay.title(phase),
                                                    Quantity.of(epochs.size(), "epoch"),
                                                    best.epoch(),
                                                    Numbers.metric(best.selection()))));
        }
        wholeEpochs(tested, display).forEach(terminal::line);
        long ranked = model.globalValidation().users();
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Ranking of %s last training item, by the model as it is written:",
                        ranked == log.users().size()
                                ? "each user's"
                                : String.format(
                                        Locale.ROOT,
                                        "%,d of %,d users'",
                                        ranked,
                                        log.users().size())));
        int longest = Math.min(model.vocabulary().size(), 1 + CandidateLists.NEGATIVES);
        terminal.table(
                MetricsTable.of(
                        model.globalValidation().ofListsOf(longest),
                        model.personalizedValidation().ofListsOf(longest)));
        model.validation().int8Items().map(Int8Items::line).ifPresent(terminal::line);
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Model %s in %s, trained in %s, %s of them to prepare the log",
                        bundle.modelVersion(),
                        out,
                        Numbers.seconds(Duration.ofNanos(System.nanoTime() - start)),
                        Numbers.seconds(display.prepared())));
    }

    private TrainedModel train(
            InteractionLog log, TrainingOptions options, TrainingDisplay display, String shortage) {
        try (display) {
            return new Trainer(run.begin(out, log, options, terminal)).train(log, options, display);
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException("out of memory: " + shortage, e);
        }
    }

    /** Reckons, where epochs are cut short, how long whole ones would take. */
    private List<String> wholeEpochs(EvaluationSplit split, TrainingDisplay display) {
        long all = split.users().stream().mapToLong(split::trainingPositives).sum();
        if (samples == null || samples >= all) {
            return List.of();
        }
        return display.samplesPerSecond().entrySet().stream()
                .map(
                        phase ->
                                String.format(
                                        Locale.ROOT,
                                        "%s: an epoch scored %,d of %,d positives, %,.0f a second;"
                                                + " all of them would take %s",
                                        TrainingDisplay.title(phase.getKey()),
                                        samples,
                                        all,
                                        phase.getValue(),
                                        Numbers.seconds(
                                                Duration.ofSeconds(
                                                        Math.round(all / phase.getValue())))))
                .toList();
    }

    private TrainingOptions options() {
        // Sizes out of range are refused here, before the log is read.
        ModelSizes sizes = sizes();
        sizes.dimensions(1);
        TrainingOptions options =
                TrainingOptions.defaults()
                        .withBackbone(backbone)
                        .withSeed(seed)
                        .withJoint(joint)
                        .withSizes(sizes);
        if (quick) {
            options = options.quick();
        }
        if (epochs != null) {
            options = options.withEpochs(epochs);
        }
        if (samples != null) {
            options = options.withSamples(samples);
        }
        if (items != null) {
            options = options.withItems(items);
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
}
