package duet.cli.train;

import duet.cli.option.Numbers;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Terminal;
import duet.model.training.Divergence;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingProgress;
import duet.model.training.sample.Preparation;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a training on the terminal: the progress of one phase after the other. */
public final class TrainingDisplay implements TrainingListener, AutoCloseable {
    /** Where nobody looks on, what takes a moment only is not worth a line. */
    private static final int WORTH_A_LINE = 200_000;

    private final Terminal terminal;
    private @Nullable Preparation part;
    private @Nullable TrainingPhase phase;
    private @Nullable Progress progress;
    private String best = "";
    private final SortedMap<TrainingPhase, Double> samplesPerSecond = new TreeMap<>();
    private final LongSupplier nanoClock;
    private @Nullable Long preparingSince;
    private long preparedNanos;

    public TrainingDisplay(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    /**
     * Makes a display with its own clock.
     *
     * @param nanoClock elapsed nanoseconds
     */
    TrainingDisplay(Terminal terminal, LongSupplier nanoClock) {
        this.terminal = terminal;
        this.nanoClock = nanoClock;
    }

    /** Returns what a phase is called. */
    static String title(TrainingPhase phase) {
        return switch (phase) {
            case NETWORK -> "Network";
            case GENERATOR -> "Generator";
            case JOINT -> "Network and generator";
        };
    }

    private static String title(Preparation part) {
        return switch (part) {
            case LAYOUT -> "Laying out the log";
            case VALIDATION -> "Drawing validation";
            case SPECTRUM -> "Computing where items start";
            case STATES -> "Computing user states";
            case DRAWS -> "Repeating what was drawn";
        };
    }

    /** Returns how long the log was prepared before the first step of each phase, together. */
    Duration prepared() {
        return Duration.ofNanos(preparedNanos);
    }

    @Override
    public void onPreparation(Preparation now, int done, int total) {
        if (preparingSince == null) {
            preparingSince = nanoClock.getAsLong();
        }
        if (!terminal.interactive() && total < WORTH_A_LINE) {
            return;
        }
        if (now != part) {
            close();
            part = now;
            progress = terminal.progress(title(now), total, "");
        }
        progress.update(done, "");
        if (done == total) {
            close();
        }
    }

    /** Returns how fast the last epoch of each phase was. */
    SortedMap<TrainingPhase, Double> samplesPerSecond() {
        return Collections.unmodifiableSortedMap(samplesPerSecond);
    }

    @Override
    public void onProgress(TrainingProgress now) {
        samplesPerSecond.put(now.phase(), now.samplesPerSecond());
        if (preparingSince != null) {
            preparedNanos += nanoClock.getAsLong() - preparingSince;
            preparingSince = null;
        }
        if (now.phase() != phase) {
            close();
            phase = now.phase();
            best = "";
            progress = terminal.progress(title(phase), (long) now.epochs() * now.batches(), "");
        }
        // What matters most comes first: a narrow terminal cuts the end.
        progress.update(
                (now.epoch() - 1L) * now.batches() + now.batch(),
                String.format(
                        Locale.ROOT,
                        "%s left, loss %.4f, %,.0f samples/s, epoch %d/%d%s",
                        Numbers.seconds(Duration.ofMillis(Math.round(now.secondsLeft() * 1000))),
                        now.loss(),
                        now.samplesPerSecond(),
                        now.epoch(),
                        now.epochs(),
                        best));
    }

    @Override
    public void onEpoch(EpochMetrics epoch) {
        if (epoch.best()) {
            best = ", best userAuc " + Numbers.metric(epoch.selection());
        }
    }

    @Override
    public void onDivergence(EpochMetrics kept, Divergence divergence) {
        close();
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%s: %s; the phase ends here, and its best epoch, %d with userAuc %s, is"
                                + " kept",
                        title(kept.phase()),
                        divergence.line(),
                        kept.epoch(),
                        Numbers.metric(kept.selection())));
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
            part = null;
        }
    }
}
