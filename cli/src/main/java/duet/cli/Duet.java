package duet.cli;

import duet.cli.bench.BenchCommand;
import duet.cli.cluster.ClusterCommand;
import duet.cli.deadletters.DeadLettersCommand;
import duet.cli.devices.DevicesCommand;
import duet.cli.fleet.DemoCommand;
import duet.cli.fleet.ReplayCommand;
import duet.cli.fleet.ReportCommand;
import duet.cli.fleet.SimulateCommand;
import duet.cli.option.OutputCheck;
import duet.cli.release.ReleaseCommand;
import duet.cli.study.ExperimentCommand;
import duet.cli.study.FashionCommand;
import duet.cli.study.GatingCommand;
import duet.cli.study.GlyphsCommand;
import duet.cli.terminal.Terminal;
import duet.cli.train.EvaluateCommand;
import duet.cli.train.InspectCommand;
import duet.cli.train.SynthesizeCommand;
import duet.cli.train.TrainCommand;
import duet.interactions.LogFormat;
import duet.model.training.options.ItemTableOption;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the {@code duet} command line.
 *
 * <p>Results go to standard output. Every failure is one line on standard error, and the exit code
 * says whose it is: 2 for wrong usage or bad input, 1 for what went wrong at run time.
 */
@Command(
        name = "duet",
        description =
                "Personalizes a device's model from its own real-time data: the cloud generates"
                        + " each device's parameters, and streams them to it.",
        synopsisSubcommandLabel = "COMMAND",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Duet.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true)
public final class Duet implements Runnable {

    /** The command did what it was asked for. */
    public static final int SUCCESS = 0;

    /** Something failed while the command ran. */
    public static final int FAILURE = 1;

    /** The command was used wrongly, or what it was given to read is bad. */
    public static final int BAD_INPUT = 2;

    @Spec private CommandSpec spec;

    private boolean verbose;

    private Duet() {}

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the log, and the stack trace of a failure (or set DUET_DEBUG).")
    void setVerbose(boolean verbose) {
        this.verbose = verbose;
        if (verbose) {
            Configurator.setRootLevel(Level.INFO);
        }
    }

    boolean verbose() {
        return verbose;
    }

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        // For the libraries: Duet's own code asks for no default.
        Locale.setDefault(Locale.ROOT);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(Terminal.ofSystem(out), System.err, args));
    }

    /**
     * Runs one command line with all commands that there are.
     *
     * @param terminal where results go
     * @param error where failures go
     * @return the exit code
     */
    public static int run(Terminal terminal, PrintStream error, String... args) {
        return run(terminal, error, commands(terminal), args);
    }

    /** Returns all commands, as picocli takes them. */
    static List<Object> commands(Terminal terminal) {
        return List.of(
                new DemoCommand(terminal),
                new InspectCommand(terminal),
                new TrainCommand(terminal),
                new EvaluateCommand(terminal),
                new ExperimentCommand(terminal),
                new ReplayCommand(terminal),
                new GatingCommand(terminal),
                new SimulateCommand(terminal),
                new BenchCommand(terminal),
                new SynthesizeCommand(terminal),
                new GlyphsCommand(terminal),
                new FashionCommand(terminal),
                ClusterCommand.on(terminal),
                DeadLettersCommand.on(terminal),
                DevicesCommand.on(terminal),
                ReleaseCommand.on(terminal),
                ReportCommand.on(terminal));
    }

    /** Returns a command as picocli has it. */
    static CommandLine line(Object command) {
        return command instanceof CommandLine line ? line : new CommandLine(command);
    }

    /** Runs one command line with these commands. */
    static int run(Terminal terminal, PrintStream error, List<Object> commands, String... args) {
        Duet duet = new Duet();
        CommandLine line = new CommandLine(duet);
        commands.forEach(line::addSubcommand);
        Failures failures = new Failures(duet::verbose);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(error, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true);
        EnumConverter.register(line);
        line.registerConverter(LogFormat.class, LogFormat::of)
                .registerConverter(ItemTableOption.class, ItemTableOption::of)
                // An id from outside may begin with @: it names no file to be read.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setExecutionStrategy(Duet::execute);
        Level level = LogManager.getRootLogger().getLevel();
        try {
            return line.execute(args);
        } catch (Error e) {
            // Picocli passes on what is no Exception: missing native libraries, memory.
            return failures.report(e, line);
        } finally {
            Configurator.setRootLevel(level);
        }
    }

    /**
     * Runs what was parsed. Help of something that is not there is wrong usage, too; picocli shows
     * the help of what it knows before it.
     */
    private static int execute(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (!last.unmatched().isEmpty()) {
            throw new UnmatchedArgumentException(
                    last.commandSpec().commandLine(), last.unmatched());
        }
        try {
            OutputCheck.check(last.commandSpec());
        } catch (InvalidInputException e) {
            throw new ParameterException(last.commandSpec().commandLine(), e.getMessage(), e);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Refuses a command line without a command: there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** Tells the version that the build wrote down. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            Properties properties = new Properties();
            try (InputStream in = Duet.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new String[] {"duet " + properties.getProperty("version")};
        }
    }
}
