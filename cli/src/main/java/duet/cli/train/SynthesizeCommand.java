package duet.cli.train;

import duet.cli.option.Numbers;
import duet.cli.terminal.Terminal;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code duet synthesize} writes an interaction log to train on where there is no data. */
@Command(
        name = "synthesize",
        description =
                "Writes an interaction log of the made-up world that the devices of demo and"
                        + " simulate live in, to train a model for them: --format csv.")
public final class SynthesizeCommand implements Runnable {

    private final Terminal terminal;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File to write, as csv.")
    private Path out;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Users of the log (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--interactions",
            paramLabel = "N",
            defaultValue = "60",
            description = "Interactions of a user on average (default: ${DEFAULT-VALUE}).")
    private int interactions;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Seed of who the users are and what they do (default: ${DEFAULT-VALUE}).")
    private long seed;

    public SynthesizeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        new SyntheticLog(SyntheticCatalogue.standard(), users, interactions, seed).write(out);
        terminal.line(Numbers.count(users) + " users in " + out);
    }
}
