package duet.cli.study;

import duet.cli.launch.Launch;
import duet.cli.option.Output;
import duet.cli.option.Ranges;
import duet.cli.terminal.Terminal;
import duet.schemas.InvalidInputException;
import duet.studies.experiment.plan.CellFilter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code duet experiment} runs a grid of trainings and evaluations, and renders the tables and
 * charts of what they gave.
 */
@Launch(modules = {Launch.PYTORCH, Launch.DUCKDB})
@Command(
        name = "experiment",
        description =
                "Trains and evaluates every combination of data, backbone, variant and seed that a"
                        + " plan names, and renders tables and charts of the results. It may be"
                        + " interrupted at any time: the same line goes on where it was.")
public final class ExperimentCommand implements Runnable {

    private final Terminal terminal;

    @Option(
            names = "--plan",
            required = true,
            paramLabel = "FILE",
            description = "What to run, as YAML; those that ship stand in plans/.")
    private Path plan;

    @Output(Output.Kind.DIRECTORY)
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Directory of the results, one file a finished cell (default: experiments/NAME,"
                            + " with the plan's name).")
    private @Nullable Path out;

    @Option(
            names = "--only",
            paramLabel = "KEY=VALUE,...",
            description =
                    "Run only the cells with this data, backbone, variant, width or seed, such as"
                            + " data=beauty,backbone=din. Several keys all count, of several values"
                            + " of one key any does. The page shows all that is finished.")
    private @Nullable List<String> only;

    @Option(
            names = "--quick",
            description =
                    "Train shortly, for a first look at the plan; results go to"
                            + " experiments/NAME-quick.")
    private boolean quick;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Processes that train at the same time, each on one core (default:"
                            + " ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(names = "--render-only", description = "Run nothing, render what is finished.")
    private boolean renderOnly;

    @Option(
            names = "--include",
            paramLabel = "DIR",
            description = "Directory of another plan's results, to render on the same page.")
    private @Nullable List<Path> include;

    @Output(Output.Kind.PAGE)
    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Markdown file to render; charts, CSV and JSON go to the folder of the same"
                        + " name beside it (default: results.md in the directory of the results).")
    private @Nullable Path report;

    @Option(names = "--worker", hidden = true)
    private boolean worker;

    public ExperimentCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Ranges.require("--jobs", jobs, 1, 256);
        if (report != null && !report.toString().endsWith(".md")) {
            throw new InvalidInputException(
                    "--report is "
                            + report
                            + ", it must be a Markdown file: its name ends with .md");
        }
        PlannedExperiments.run(
                new PlannedExperiments.Request(
                        plan,
                        quick,
                        out,
                        only == null ? CellFilter.ALL : CellFilter.parse(only),
                        jobs,
                        renderOnly,
                        include == null ? List.of() : include,
                        report,
                        worker),
                terminal);
    }
}
