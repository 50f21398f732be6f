package duet.cli.terminal;

import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows work under way: a bar that redraws itself on a terminal, a line every few seconds
 * elsewhere.
 */
public final class Progress implements AutoCloseable {

    private static final int REDRAW_MILLIS = 250;
    private static final int LINE_MILLIS = 5_000;

    private final ProgressBar bar;

    Progress(Terminal terminal, String task, long total, String unit) {
        // A bar that fills the last column wraps.
        int width = terminal.columns() - 1;
        bar =
                new ProgressBarBuilder()
                        .setTaskName(Terminal.shown(task))
                        .setInitialMax(total > 0 ? total : -1)
                        .setUnit(unit.isEmpty() ? "" : " " + Terminal.shown(unit), 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(
                                terminal.interactive() ? REDRAW_MILLIS : LINE_MILLIS)
                        .setMaxRenderedLength(width)
                        // How long it still takes stands in the message, in words.
                        .hideEta()
                        .setConsumer(
                                terminal.interactive()
                                        ? new ConsoleProgressBarConsumer(terminal.out(), width)
                                        : new DelegatingProgressBarConsumer(
                                                new NewLines(terminal), width))
                        .build();
    }

    /** Says how much is done, and what to show beside the bar. */
    public void update(long done, String message) {
        bar.setExtraMessage(Terminal.shown(message));
        bar.stepTo(done);
    }

    /** Says that this was all, where nobody knew before how much it would be. */
    public void finish(long done, String message) {
        bar.maxHint(done);
        update(done, message);
    }

    /** Draws the last state and gives the line back. */
    @Override
    public void close() {
        bar.close();
    }

    /** Passes on lines that say something new; the bar repeats its last state when it ends. */
    private static final class NewLines implements Consumer<String> {
        private final Terminal terminal;
        private String last = "";

        NewLines(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public synchronized void accept(String line) {
            if (!line.equals(last)) {
                last = line;
                terminal.line(line);
            }
        }
    }
}
