package duet.studies.experiment.cell;

import duet.model.training.Divergence;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingProgress;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The listener puts into words how far a cell is, not more often than a person can read. */
final class CellListener implements TrainingListener {
    private static final long INTERVAL_NANOS = 500_000_000L;

    private final String title;
    private final Consumer<String> display;
    private final LongSupplier nanoClock;
    private long last;

    CellListener(String title, Consumer<String> display, LongSupplier nanoClock) {
        this.title = title;
        this.display = display;
        this.nanoClock = nanoClock;
        this.last = nanoClock.getAsLong() - INTERVAL_NANOS;
    }

    @Override
    public void onProgress(TrainingProgress now) {
        if (nanoClock.getAsLong() - last >= INTERVAL_NANOS) {
            last = nanoClock.getAsLong();
            display.accept(
                    String.format(
                            Locale.ROOT,
                            "%s: %s %d/%d, %.0f s left",
                            title,
                            now.phase().name().toLowerCase(Locale.ROOT),
                            now.epoch(),
                            now.epochs(),
                            now.secondsLeft()));
        }
    }

    @Override
    public void onDivergence(EpochMetrics kept, Divergence divergence) {
        display.accept(title + ": " + divergence.line() + ", epoch " + kept.epoch() + " is kept");
    }

    void measures(String what) {
        display.accept(title + ": " + what);
    }
}
