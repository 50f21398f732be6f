package duet.cli.fleet;

import duet.cli.option.Ranges;
import duet.cli.terminal.Terminal;
import duet.simulator.dashboard.Dashboard;
import duet.simulator.dashboard.DashboardException;
import duet.simulator.dashboard.LiveRun;
import duet.simulator.dashboard.RunHeader;
import duet.simulator.fleet.run.FleetRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says whether and where a run is shown on a page while it lasts. */
final class DashboardOption {
    private static final int HIGHEST_PORT = 65_535;

    @Option(
            names = "--dashboard",
            negatable = true,
            description =
                    "Shows the run on a live page of localhost; unless asked, demo does and other"
                            + " commands do not.")
    private @Nullable Boolean asked;

    @Option(
            names = "--dashboard-port",
            paramLabel = "N",
            defaultValue = "" + Dashboard.DEFAULT_PORT,
            description =
                    "Port of the live page, or the next one that is free; 0 for any (default:"
                            + " ${DEFAULT-VALUE}).")
    private int port;

    /** Shows a run until it is closed. */
    interface LivePage extends AutoCloseable {
        @Override
        void close();
    }

    void check() {
        Ranges.require("--dashboard-port", port, 0, HIGHEST_PORT);
    }

    /**
     * Returns whether there is to be a page.
     *
     * @param unlessAsked what holds where nobody said
     */
    boolean isShown(boolean unlessAsked) {
        return asked == null ? unlessAsked : asked;
    }

    /**
     * Shows a run if that is asked for, and says where. A run for which there is no page goes on
     * without.
     *
     * @param unlessAsked what holds where nobody said
     */
    LivePage show(Terminal terminal, boolean unlessAsked, FleetRun run, RunHeader header) {
        if (!isShown(unlessAsked)) {
            return () -> {};
        }
        try {
            Dashboard dashboard = Dashboard.start(port, LiveRun.of(run, header));
            terminal.line("Live at " + dashboard.address());
            return dashboard::close;
        } catch (DashboardException e) {
            terminal.line("Note: " + e.getMessage());
            return () -> {};
        }
    }
}
