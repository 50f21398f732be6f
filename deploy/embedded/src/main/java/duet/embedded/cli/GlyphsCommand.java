package duet.embedded.cli;

import duet.embedded.cli.terminal.Progress;
import duet.embedded.cli.terminal.Table;
import duet.embedded.cli.terminal.Terminal;
import duet.embedded.glyph.GlyphEvaluation;
import duet.embedded.glyph.GlyphFineTuningBaseline;
import duet.embedded.glyph.GlyphFineTuningQuality;
import duet.embedded.glyph.GlyphQuality;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.glyph.GlyphPopulation;
import duet.model.training.GlyphTrainer;
import duet.model.training.TrainedModel;
import duet.model.training.TrainingOptions;
import duet.model.training.TrainingReport;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code duet glyphs}: another kind of task, images in place of items. */
@Command(
        name = "glyphs",
        description =
                "Trains a model on images that every device sees in its own rotation and colours, and measures it on"
                        + " devices it has never met. The cloud reads windows of feature vectors; images and labels stay"
                        + " on the devices. The same seed and machine give the same bundle.")
final class GlyphsCommand implements Runnable {

    /** Samples a device has seen before the first that is classified: the oldest delta still had a full window. */
    private static final int FIRST_CLASSIFIED = 100;

    private static final int[] AGES = {0, 5, 10, 20, 50};

    private final Terminal terminal;

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
                    "Most epochs of each phase; a phase stops earlier once it no longer gets better.")
    private Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of the devices and of all chance (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--fine-tune",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "Devices to fine-tune the global model on, for comparison; 0 for none (default: ${DEFAULT-VALUE}).")
    private int fineTune;

    @Mixin private JsonFile json;

    GlyphsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        BundleWriter.checkTarget(out);
        json.check();
        GlyphPopulation population = GlyphPopulation.standard(seed);
        Ranges.require("--fine-tune", fineTune, 0, population.test().size());
        TrainingOptions options = options();
        long start = System.nanoTime();
        TrainedModel model;
        try (TrainingDisplay display = new TrainingDisplay(terminal)) {
            model = new GlyphTrainer().train(population, options, display);
        }
        double trainingSeconds = (System.nanoTime() - start) / 1e9;
        ModelBundle bundle =
                BundleExport.write(
                        out,
                        model.options().backbone().id(),
                        model.dimensions(),
                        model.vocabulary(),
                        new ModelTensors(model.device(), model.generator()),
                        TrainingReport.metrics(model),
                        GlyphTrainer.recorded(model.options()));
        terminal.line(
                "Model %s in %s, trained in %s"
                        .formatted(
                                bundle.modelVersion(),
                                out,
                                Numbers.seconds(
                                        Duration.ofMillis(Math.round(1000 * trainingSeconds)))));

        Map<String, Object> document = new LinkedHashMap<>();
        document.put("modelVersion", bundle.modelVersion());
        document.put("seed", seed);
        document.put("trainingSeconds", trainingSeconds);
        measure(bundle, population, document);
        if (fineTune > 0) {
            fineTune(bundle, population, document);
        }
        json.write(document);
    }

    private TrainingOptions options() {
        TrainingOptions.Builder options = GlyphTrainer.defaults().toBuilder().seed(seed);
        return (epochs == null ? options : options.epochs(epochs)).build();
    }

    private void measure(
            ModelBundle bundle, GlyphPopulation population, Map<String, Object> document) {
        Table table = new Table("", "accuracy", "userAuc");
        GlyphQuality global;
        try (GlyphEvaluation evaluation =
                        GlyphEvaluation.load(
                                bundle, population.test(), population.samples(), FIRST_CLASSIFIED);
                Progress progress =
                        terminal.progress("Evaluating", AGES.length + 3L, "measurements")) {
            int done = 0;
            global = evaluation.global();
            add(table, document, "global", global);
            progress.update(++done, "");
            Map<Integer, GlyphQuality> byAge = new LinkedHashMap<>();
            for (int age : AGES) {
                byAge.put(age, evaluation.aged(age));
                progress.update(++done, "");
            }
            document.put("personalized", byAge.get(0));
            document.put("personalizedByAge", byAge);
            byAge.forEach((age, quality) -> row(table, "personalized, age " + age, quality));
            add(table, document, "otherDevice", evaluation.otherDevice());
            progress.update(++done, "");
            add(table, document, "meanDelta", evaluation.meanDelta());
            progress.update(++done, "");
        }
        terminal.line(
                "%s samples of %s devices that the model has never met"
                        .formatted(
                                Numbers.count(global.samples()),
                                Numbers.count(population.test().size())));
        terminal.table(table);
    }

    private void fineTune(
            ModelBundle bundle, GlyphPopulation population, Map<String, Object> document) {
        GlyphFineTuningBaseline baseline =
                new GlyphFineTuningBaseline(bundle, population, fineTune, seed, System::nanoTime);
        GlyphFineTuningQuality quality;
        try (Progress progress = terminal.progress("Fine-tuning", baseline.tunings(), "devices")) {
            AtomicInteger tuned = new AtomicInteger();
            quality = baseline.measure(() -> progress.update(tuned.incrementAndGet(), ""));
        }
        terminal.line(
                "The next %d samples of %d devices, fine-tuned on %d labelled ones each (%d epochs, batch %d): %.3f s a device, a generation %.3f ms"
                        .formatted(
                                quality.global().samples() / quality.devices(),
                                quality.devices(),
                                quality.labelled(),
                                quality.epochs(),
                                quality.batch(),
                                quality.secondsPerDevice(),
                                1000 * quality.secondsPerGeneration()));
        Table table = new Table("", "accuracy", "userAuc");
        row(table, "global", quality.global());
        row(table, "personalized", quality.personalized());
        row(table, "fineTuned", quality.fineTuned());
        terminal.table(table);
        document.put("fineTuned", quality.fineTuned());
        document.put("fineTuning", quality);
    }

    private static void add(
            Table table, Map<String, Object> document, String name, GlyphQuality quality) {
        document.put(name, quality);
        row(table, name, quality);
    }

    private static void row(Table table, String name, GlyphQuality quality) {
        table.row(name, Numbers.metric(quality.accuracy()), Numbers.metric(quality.userAuc()));
    }
}
