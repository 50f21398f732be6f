package duet.cli.train;

import duet.cli.option.Numbers;
import duet.cli.option.Output;
import duet.cli.terminal.Terminal;
import duet.schemas.InvalidInputException;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import duet.simulator.workload.ZipfLog;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code duet synthesize} writes an interaction log to train on where there is no data. */
@Command(
        name = "synthesize",
        description =
                "Writes an interaction log of the made-up world that the devices of demo and"
                    + " simulate live in, to train a model for them; or, with --items, one of any"
                    + " size to measure time and memory on: --format csv.")
public final class SynthesizeCommand implements Runnable {

    private static final double EXPONENT = 1;

    private final Terminal terminal;

    @Output(Output.Kind.FILE)
    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File to write, as csv; with --items compressed where it ends with .gz.")
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
            names = "--items",
            paramLabel = "N",
            description =
                    "Write a log of a larger and simpler world with so many items instead: users"
                            + " and items are as frequent as Zipf's law says, and users have"
                            + " tastes. It is written row by row, whatever its size.")
    private @Nullable Integer items;

    @Option(
            names = "--zipf",
            paramLabel = "S",
            description =
                    "With --items, the exponent of Zipf's law: the item of rank r is as frequent as"
                            + " r^-S, 0 to 3 (default: 1).")
    private @Nullable Double zipf;

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
        if (items != null) {
            ZipfLog log =
                    new ZipfLog(
                            users,
                            items,
                            (long) users * interactions,
                            zipf == null ? EXPONENT : zipf,
                            seed);
            log.write(out);
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "%,d interactions of about %,d users with %,d items in %s",
                            log.interactions(),
                            users,
                            items,
                            out));
            return;
        }
        if (zipf != null) {
            throw new InvalidInputException("--zipf belongs to a log of --items N");
        }
        new SyntheticLog(SyntheticCatalogue.standard(), users, interactions, seed).write(out);
        terminal.line(Numbers.count(users) + " users in " + out);
    }
}
