package duet.studies.glyph;

import duet.model.glyph.GlyphDevice;
import duet.model.glyph.GlyphPopulation;
import duet.model.training.glyph.GlyphFineTuning;
import duet.model.training.glyph.GlyphFineTuning.Setting;
import duet.model.training.glyph.GlyphFineTuning.Tuned;
import duet.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The baseline measures what fine-tuning a device on its newest labelled samples gives for the
 * samples after them. How it is tuned is chosen on validation devices.
 */
public final class GlyphFineTuningBaseline {
    /**
     * A device is tuned on this many samples with labels, as many as the generator reads without.
     */
    private static final int LABELLED = 50;

    /** This many samples are classified after the last labelled one. */
    private static final int CLASSIFIED = 20;

    private static final int FIRST = 100;

    private static final List<Setting> SETTINGS = settings();

    private final ModelBundle bundle;
    private final List<GlyphDevice> choosing;
    private final List<GlyphDevice> measured;
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
    public GlyphFineTuningBaseline(
            ModelBundle bundle,
            GlyphPopulation population,
            int devices,
            long seed,
            LongSupplier nanoClock) {
        this.bundle = bundle;
        List<GlyphDevice> validation = population.validation();
        this.choosing = validation.subList(0, Math.min(validation.size(), (devices + 1) / 2));
        this.measured = population.test().subList(0, devices);
        this.seed = seed;
        this.nanoClock = nanoClock;
    }

    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (boolean classifierOnly : new boolean[] {false, true}) {
            for (int epochs : new int[] {5, 20, 80}) {
                for (int batch : new int[] {10, 50}) {
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
        return SETTINGS.size() * choosing.size() + measured.size();
    }

    /**
     * Tunes and measures.
     *
     * @param tuned is run after every tuning
     */
    public GlyphFineTuningQuality measure(Runnable tuned) {
        try (GlyphFineTuning tuning = GlyphFineTuning.load(bundle, seed, nanoClock);
                GlyphEvaluation validation = evaluation(choosing);
                GlyphEvaluation test = evaluation(measured)) {
            Setting best = null;
            double bestAccuracy = -1;
            for (Setting setting : SETTINGS) {
                double accuracy = run(tuning, validation, setting, tuned).quality.accuracy();
                if (accuracy > bestAccuracy) {
                    bestAccuracy = accuracy;
                    best = setting;
                }
            }
            Outcome outcome = run(tuning, test, best, tuned);
            return new GlyphFineTuningQuality(
                    measured.size(),
                    LABELLED,
                    best,
                    new GlyphFineTuningQuality.Seconds(
                            outcome.seconds / measured.size(),
                            test.secondsPerGeneration(nanoClock)),
                    test.global(),
                    test.ageing(),
                    outcome.quality);
        }
    }

    private record Outcome(GlyphQuality quality, double seconds) {}

    private static Outcome run(
            GlyphFineTuning tuning, GlyphEvaluation evaluation, Setting setting, Runnable tuned) {
        double[] seconds = {0};
        GlyphQuality quality =
                evaluation.qualityOf(
                        seen -> {
                            Tuned own =
                                    tuning.tune(seen.labelled(FIRST - LABELLED, FIRST), setting);
                            seconds[0] += own.seconds();
                            tuned.run();
                            return tuning.scores(own, evaluation.classified(seen));
                        });
        return new Outcome(quality, seconds[0]);
    }

    private GlyphEvaluation evaluation(List<GlyphDevice> of) {
        return GlyphEvaluation.load(bundle, of, FIRST + CLASSIFIED, FIRST);
    }
}
