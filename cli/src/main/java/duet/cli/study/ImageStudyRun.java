package duet.cli.study;

import duet.cli.option.Numbers;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.cli.train.TrainingDisplay;
import duet.model.bundle.BundleExport;
import duet.model.image.ImagePopulation;
import duet.model.training.TrainedModel;
import duet.model.training.TrainingReport;
import duet.model.training.image.ImageTrainer;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.ModelBundle;
import duet.studies.image.ImageEvaluation;
import duet.studies.image.ImageFineTuningBaseline;
import duet.studies.image.ImageFineTuningQuality;
import duet.studies.image.ImageQuality;
import duet.studies.image.ImageRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Trains, exports and measures a model of images with one seed, and shows how it goes.
 *
 * @param seed of the training; the devices are drawn
 * @param fineTune devices to fine-tune, 0 for none
 */
record ImageStudyRun(Terminal terminal, ImagePopulation population, long seed, int fineTune) {
    /**
     * A device has seen this many samples before the first that is classified: the oldest delta
     * still had a full window.
     */
    private static final int FIRST_CLASSIFIED = 100;

    private static final int[] AGES = {0, 5, 10, 20, 50};

    /** Devices that have only begun have published this many vectors. */
    private static final int[] LENGTHS = {1, 2, 5, 10, 20};

    private static final int MEASUREMENTS = AGES.length + LENGTHS.length + 4;

    /** Writes the model to that directory and returns what it gives. */
    ImageRun run(TrainingOptions options, Path target) {
        long start = System.nanoTime();
        TrainedModel model;
        try (TrainingDisplay display = new TrainingDisplay(terminal)) {
            model = new ImageTrainer().train(population, options.withSeed(seed), display);
        }
        Duration training = Duration.ofNanos(System.nanoTime() - start);
        ModelBundle bundle =
                BundleExport.write(
                        target,
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
                        target,
                        seed,
                        Numbers.seconds(training)));
        return evaluated(bundle, training);
    }

    private ImageRun evaluated(ModelBundle bundle, Duration training) {
        ImageQuality global;
        SortedMap<Integer, ImageQuality> byAge = new TreeMap<>();
        SortedMap<Integer, ImageQuality> byLength = new TreeMap<>();
        ImageRun.Controls controls;
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
            ImageQuality otherDevice = evaluation.otherDevice();
            measured.run();
            ImageQuality meanDelta = evaluation.meanDelta();
            measured.run();
            controls = new ImageRun.Controls(otherDevice, meanDelta, evaluation.ownMix());
            measured.run();
        }
        Table table = new Table("", "accuracy", "userAuc");
        row(table, "global", global);
        byAge.forEach((age, quality) -> row(table, "personalized, age " + age, quality));
        byLength.forEach(
                (length, quality) -> row(table, "personalized, " + length + " vectors", quality));
        row(table, "delta of another device", controls.otherDevice());
        row(table, "mean delta", controls.meanDelta());
        row(table, "global, own estimate of the class mix", controls.ownMix());
        terminal.line(
                Numbers.count(global.samples())
                        + " samples of "
                        + Numbers.count(population.test().size())
                        + " devices that the model has never met");
        terminal.table(table);
        return new ImageRun(
                new ImageRun.Trained(bundle.modelVersion(), seed, training.toMillis() / 1000.0),
                global,
                new ImageRun.Generated(byAge.get(0), byAge, byLength),
                controls,
                fineTune == 0 ? ImageRun.Tuned.NONE : ImageRun.Tuned.of(fineTuned(bundle)));
    }

    private SortedMap<Integer, ImageFineTuningQuality> fineTuned(ModelBundle bundle) {
        ImageFineTuningBaseline baseline =
                new ImageFineTuningBaseline(bundle, population, fineTune, seed, System::nanoTime);
        SortedMap<Integer, ImageFineTuningQuality> byLabels;
        try (Progress progress = terminal.progress("Fine-tuning", baseline.tunings(), "devices")) {
            AtomicInteger tuned = new AtomicInteger();
            byLabels = baseline.measure(() -> progress.update(tuned.incrementAndGet(), ""));
        }
        byLabels.values().forEach(this::show);
        return byLabels;
    }

    private void show(ImageFineTuningQuality quality) {
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
    }

    private static void row(Table table, String name, ImageQuality quality) {
        table.row(name, Numbers.metric(quality.accuracy()), Numbers.metric(quality.userAuc()));
    }
}
