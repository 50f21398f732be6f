package duet.cli.train;

import duet.cli.option.Numbers;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Terminal;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingProgress;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a training on the terminal: the progress of one phase after the other. */
public final class TrainingDisplay implements TrainingListener, AutoCloseable {
    private final Terminal terminal;
    private @Nullable TrainingPhase phase;
    private @Nullable Progress progress;
    private String best = "";

    public TrainingDisplay(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Returns what a phase is called. */
    static String title(TrainingPhase phase) {
        return switch (phase) {
            case NETWORK -> "Network";
            case GENERATOR -> "Generator";
            case JOINT -> "Network and generator";
        };
    }

    @Override
    public void onProgress(TrainingProgress now) {
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
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
