package duet.cli.study;

import duet.cli.terminal.Progress;
import duet.cli.terminal.Terminal;
import duet.studies.experiment.run.PlanRun;

/** Shows the run of a plan on a terminal. */
record PlanDisplay(Terminal terminal) implements PlanRun.Display {

    @Override
    public void line(String text) {
        terminal.line(text);
    }

    @Override
    public Steps steps(String task, long total) {
        Progress progress = terminal.progress(task, total, "steps");
        return new Steps() {
            @Override
            public void update(long done, String message) {
                progress.update(done, message);
            }

            @Override
            public void close() {
                progress.close();
            }
        };
    }
}
