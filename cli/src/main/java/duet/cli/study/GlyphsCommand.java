package duet.cli.study;

import duet.cli.launch.Launch;
import duet.cli.option.JsonFile;
import duet.cli.option.Numbers;
import duet.cli.option.Output;
import duet.cli.option.Ranges;
import duet.cli.option.WrittenFile;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.cli.train.TrainingDisplay;
import duet.model.bundle.BundleExport;
import duet.model.image.ImagePopulation;
import duet.model.image.glyph.GlyphPopulation;
import duet.model.training.TrainedModel;
import duet.model.training.TrainingReport;
import duet.model.training.image.ImageTrainer;
import duet.model.training.image.ImageTrainingOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.ModelBundle;
import duet.studies.image.ImageEvaluation;
import duet.studies.image.ImageFineTuningBaseline;
import duet.studies.image.ImageFineTuningQuality;
import duet.studies.image.ImageQuality;
import duet.studies.image.ImageReport;
import duet.studies.image.ImageRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet glyphs} measures another kind of task: images in place of items. */
@Launch(modules = Launch.PYTORCH)
@Command(
        name = "glyphs",
        description =
                "Trains a model on images that every device sees in its own rotation and colours,"
                    + " and measures it on devices it has never met. The cloud reads windows of"
                    + " feature vectors; images and labels stay on the devices. The same seed and"
                    + " machine give the same bundle.")
public final class GlyphsCommand implements Runnable {

    /**
     * A device has seen this many samples before the first that is classified: the oldest delta
     * still had a full window.
     */
    private static final int FIRST_CLASSIFIED = 100;

    private static final int[] AGES = {0, 5, 10, 20, 50};

    /** Devices that have only begun have published this many vectors. */
    private static final int[] LENGTHS = {1, 2, 5, 10, 20};

    private static final int MEASUREMENTS = AGES.length + LENGTHS.length + 3;

    private final Terminal terminal;

    @Output(Output.Kind.BUNDLE)
    @Option(
            names = "--out",
            required = true,
            paramLabel = "BUNDLE",
            description =
                    "Directory to write the model to; an older bundle there is replaced. With"
                            + " several seeds, the directory of theirs: BUNDLE-SEED.")
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
            split = ",",
            defaultValue = "7",
            description =
                    "Seed of the devices and of all chance; several, as in 1,2,3, are run one after"
                            + " the other (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds;

    @Option(
            names = "--fine-tune",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "Devices to fine-tune the global model on, for comparison; 0 for none (default:"
                            + " ${DEFAULT-VALUE}).")
    private int fineTune;

    @Output(Output.Kind.FILE)
    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "File to write the figures of all seeds to, as a page in Markdown.")
    private @Nullable Path report;

    @Mixin private JsonFile json;

    public GlyphsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--fine-tune", fineTune, 0, GlyphPopulation.STANDARD.test());
        seeds.forEach(seed -> BundleWriter.checkTarget(target(seed)));
        checkReport();
        json.check();
        List<ImageRun> runs = new ArrayList<>();
        for (long seed : seeds) {
            runs.add(run(seed));
        }
        json.write(runs.size() == 1 ? runs.get(0) : Map.of("runs", runs));
        writeReport(runs);
    }

    private Path target(long seed) {
        return seeds.size() == 1 ? out : out.resolveSibling(out.getFileName() + "-" + seed);
    }

    private ImageRun run(long seed) {
        ImagePopulation population = GlyphPopulation.standard(seed);
        long start = System.nanoTime();
        TrainedModel model;
        try (TrainingDisplay display = new TrainingDisplay(terminal)) {
            model = new ImageTrainer().train(population, options(seed), display);
        }
        Duration training = Duration.ofNanos(System.nanoTime() - start);
        ModelBundle bundle =
                BundleExport.write(
                        target(seed),
                        model.options().backbone().id(),
                        model.dimensions(),
                        model.vocabulary(),
                        model.tensors(),
                        TrainingReport.metrics(model),
                        ImageTrainer.recorded(model.options()),
                        Optional.empty());
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Model %s in %s, seed %d, trained in %s",
                        bundle.modelVersion(),
                        target(seed),
                        seed,
                        Numbers.seconds(training)));
        return evaluated(bundle, population, seed, training);
    }

    private TrainingOptions options(long seed) {
        TrainingOptions options = ImageTrainingOptions.glyphs().withSeed(seed);
        return epochs == null ? options : options.withEpochs(epochs);
    }

    private ImageRun evaluated(
            ModelBundle bundle, ImagePopulation population, long seed, Duration training) {
        ImageQuality global;
        SortedMap<Integer, ImageQuality> byAge = new TreeMap<>();
        SortedMap<Integer, ImageQuality> byLength = new TreeMap<>();
        ImageQuality otherDevice;
        ImageQuality meanDelta;
        try (ImageEvaluation evaluation =
                        ImageEvaluation.load(
                                bundle,
                                population.task(),
                                population.test(),
                                population.samples(),
                                FIRST_CLASSIFIED);
                Progress progress = terminal.progress("Evaluating", MEASUREMENTS, "measurements")) {
            AtomicInteger done = new AtomicInteger();
            Runnable measured = () -> progress.update(done.incrementAndGet(), "");
            global = evaluation.global();
            measured.run();
            for (int age : AGES) {
                byAge.put(age, evaluation.aged(age));
                measured.run();
            }
            for (int length : LENGTHS) {
                byLength.put(length, evaluation.ofLength(length));
                measured.run();
            }
            otherDevice = evaluation.otherDevice();
            measured.run();
            meanDelta = evaluation.meanDelta();
            measured.run();
        }
        Table table = new Table("", "accuracy", "userAuc");
        row(table, "global", global);
        byAge.forEach((age, quality) -> row(table, "personalized, age " + age, quality));
        byLength.forEach(
                (length, quality) -> row(table, "personalized, " + length + " vectors", quality));
        row(table, "delta of another device", otherDevice);
        row(table, "mean delta", meanDelta);
        terminal.line(
                Numbers.count(global.samples())
                        + " samples of "
                        + Numbers.count(population.test().size())
                        + " devices that the model has never met");
        terminal.table(table);
        ImageFineTuningQuality tuning = fineTune == 0 ? null : fineTuned(bundle, population, seed);
        return new ImageRun(
                new ImageRun.Trained(bundle.modelVersion(), seed, training.toMillis() / 1000.0),
                global,
                new ImageRun.Generated(byAge.get(0), byAge, byLength),
                new ImageRun.Controls(otherDevice, meanDelta),
                new ImageRun.Tuned(tuning == null ? null : tuning.fineTuned(), tuning));
    }

    private ImageFineTuningQuality fineTuned(
            ModelBundle bundle, ImagePopulation population, long seed) {
        ImageFineTuningBaseline baseline =
                new ImageFineTuningBaseline(bundle, population, fineTune, seed, System::nanoTime);
        ImageFineTuningQuality quality;
        try (Progress progress = terminal.progress("Fine-tuning", baseline.tunings(), "devices")) {
            AtomicInteger tuned = new AtomicInteger();
            quality = baseline.measure(() -> progress.update(tuned.incrementAndGet(), ""));
        }
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "The next %d samples of %d devices, fine-tuned on %d labelled ones each (%d"
                                + " epochs, batch %d): %s a device, a generation %s",
                        quality.global().samples() / quality.devices(),
                        quality.devices(),
                        quality.labelled(),
                        quality.setting().epochs(),
                        quality.setting().batch(),
                        Numbers.millis(1000 * quality.seconds().secondsPerDevice()),
                        Numbers.millis(1000 * quality.seconds().secondsPerGeneration())));
        Table table = new Table("", "accuracy", "userAuc");
        row(table, "global", quality.global());
        row(table, "personalized", quality.personalized());
        row(table, "fine-tuned", quality.fineTuned());
        terminal.table(table);
        return quality;
    }

    private static void row(Table table, String name, ImageQuality quality) {
        table.row(name, Numbers.metric(quality.accuracy()), Numbers.metric(quality.userAuc()));
    }

    private void checkReport() {
        if (report == null) {
            return;
        }
        Path folder = report.toAbsolutePath().getParent();
        if (Files.isDirectory(report) || !Files.isWritable(folder)) {
            throw new InvalidInputException(report + " cannot be written");
        }
    }

    private void writeReport(List<ImageRun> runs) {
        if (report == null) {
            return;
        }
        try {
            byte[] page = ImageReport.page(runs).getBytes(StandardCharsets.UTF_8);
            WrittenFile.replace(report, out -> out.write(page));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + report, e);
        }
    }
}
