package duet.studies.image;

import duet.model.image.ImageDevice;
import duet.model.image.ImagePopulation;
import duet.model.image.ImageTask;
import duet.model.training.image.ImageFineTuning;
import duet.model.training.image.ImageFineTuning.Setting;
import duet.model.training.image.ImageFineTuning.Tuned;
import duet.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The baseline measures what fine-tuning a device on its newest labelled samples gives for the
 * samples after them. How it is tuned is chosen on validation devices.
 */
public final class ImageFineTuningBaseline {
    /**
     * A device is tuned on so many samples with labels: few, and as many as the generator reads
     * without.
     */
    private static final List<Integer> LABELLED = List.of(10, 50);

    /** This many samples are classified after the last labelled one. */
    private static final int CLASSIFIED = 20;

    private static final int FIRST = 100;

    private final ModelBundle bundle;
    private final ImageTask task;
    private final List<ImageDevice> choosing;
    private final List<ImageDevice> measured;
    private final long seed;
    private final LongSupplier nanoClock;

    /**
     * Makes a comparison on the first test devices.
     *
     * @param devices how many of them, at least one; half as many validation devices choose the
     *     setting
     * @param seed of the order of samples
     * @param nanoClock elapsed nanoseconds
     */
    public ImageFineTuningBaseline(
            ModelBundle bundle,
            ImagePopulation population,
            int devices,
            long seed,
            LongSupplier nanoClock) {
        this.bundle = bundle;
        this.task = population.task();
        List<ImageDevice> validation = population.validation();
        this.choosing = validation.subList(0, Math.min(validation.size(), (devices + 1) / 2));
        this.measured = population.test().subList(0, devices);
        this.seed = seed;
        this.nanoClock = nanoClock;
    }

    private static List<Setting> settings(int labelled) {
        List<Setting> settings = new ArrayList<>();
        for (boolean classifierOnly : new boolean[] {false, true}) {
            for (int epochs : new int[] {5, 20, 80}) {
                for (int batch : new int[] {10, 50}) {
                    if (batch > labelled) {
                        continue;
                    }
                    for (double rate : new double[] {3e-4, 3e-3}) {
                        settings.add(new Setting(epochs, batch, rate, classifierOnly));
                    }
                }
            }
        }
        return settings;
    }

    /** Returns how many times a device is tuned in all. */
    public int tunings() {
        return LABELLED.stream()
                .mapToInt(labelled -> settings(labelled).size() * choosing.size() + measured.size())
                .sum();
    }

    /**
     * Tunes and measures with each number of labels.
     *
     * @param tuned is run after every tuning
     */
    public SortedMap<Integer, ImageFineTuningQuality> measure(Runnable tuned) {
        SortedMap<Integer, ImageFineTuningQuality> byLabels = new TreeMap<>();
        try (ImageFineTuning tuning = ImageFineTuning.load(bundle, seed, nanoClock);
                ImageEvaluation validation = evaluation(choosing);
                ImageEvaluation test = evaluation(measured)) {
            for (int labelled : LABELLED) {
                Setting best = chosen(tuning, validation, labelled, tuned);
                Outcome outcome = run(tuning, test, labelled, best, tuned);
                byLabels.put(
                        labelled,
                        new ImageFineTuningQuality(
                                measured.size(),
                                labelled,
                                best,
                                new ImageFineTuningQuality.Seconds(
                                        outcome.seconds / measured.size(),
                                        test.secondsPerGeneration(nanoClock)),
                                test.global(),
                                test.ageing(),
                                outcome.quality));
            }
        }
        return byLabels;
    }

    /** Returns the setting that does best on validation devices. */
    private static Setting chosen(
            ImageFineTuning tuning, ImageEvaluation validation, int labelled, Runnable tuned) {
        Setting best = null;
        double bestAccuracy = -1;
        for (Setting setting : settings(labelled)) {
            double accuracy = run(tuning, validation, labelled, setting, tuned).quality.accuracy();
            if (accuracy > bestAccuracy) {
                bestAccuracy = accuracy;
                best = setting;
            }
        }
        return best;
    }

    private record Outcome(ImageQuality quality, double seconds) {}

    private static Outcome run(
            ImageFineTuning tuning,
            ImageEvaluation evaluation,
            int labelled,
            Setting setting,
            Runnable tuned) {
        double[] seconds = {0};
        ImageQuality quality =
                evaluation.qualityOf(
                        seen -> {
                            Tuned own =
                                    tuning.tune(seen.labelled(FIRST - labelled, FIRST), setting);
                            seconds[0] += own.seconds();
                            tuned.run();
                            return tuning.scores(own, evaluation.classified(seen));
                        });
        return new Outcome(quality, seconds[0]);
    }

    private ImageEvaluation evaluation(List<ImageDevice> of) {
        return ImageEvaluation.load(bundle, task, of, FIRST + CLASSIFIED, FIRST);
    }
}
