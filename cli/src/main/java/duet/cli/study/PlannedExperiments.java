package duet.cli.study;

import duet.cli.option.Output;
import duet.cli.option.OutputCheck;
import duet.cli.terminal.Terminal;
import duet.model.training.options.TrainingOptions;
import duet.studies.experiment.cell.Fingerprints;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.plan.CellFilter;
import duet.studies.experiment.plan.DataSource;
import duet.studies.experiment.plan.ExperimentPlan;
import duet.studies.experiment.plan.PlanReader;
import duet.studies.experiment.report.ResultsReport;
import duet.studies.experiment.run.PlanContents;
import duet.studies.experiment.run.PlanRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs plans on this machine and renders what they gave. */
final class PlannedExperiments {
    private static final Path RESULTS = Path.of("experiments");
    private static final String REPORT = "results.md";

    /**
     * Says what is wanted.
     *
     * @param plan file with the plan
     * @param quick whether trainings are short ones, for a first look
     * @param out directory of the results; null for the usual one
     * @param cells which of the plan's cells are run
     * @param jobs processes that work at the same time
     * @param renderOnly whether to render what there is and run nothing
     * @param include directories of other plans' results that are rendered, too
     * @param report Markdown file to render; null for the one in the directory of the results
     * @param worker whether this process works for another one, which renders
     */
    record Request(
            Path plan,
            boolean quick,
            @Nullable Path out,
            CellFilter cells,
            int jobs,
            boolean renderOnly,
            List<Path> include,
            @Nullable Path report,
            boolean worker) {}

    private PlannedExperiments() {}

    /**
     * Runs the cells that are not finished yet, then renders.
     *
     * @throws duet.schemas.InvalidInputException if the plan or a directory is bad
     * @throws IllegalStateException if cells failed
     */
    static void run(Request request, Terminal terminal) {
        ExperimentPlan read = PlanReader.read(request.plan(), standard(request));
        ResultDirectory directory =
                new ResultDirectory(
                        request.out() != null
                                ? request.out()
                                : RESULTS.resolve(read.name() + (request.quick() ? "-quick" : "")));
        ExperimentPlan whole = read.in(directory.madeData());
        ExperimentPlan plan = whole.present();
        requireApart(whole, page(request, directory), directory.path());
        request.cells().requireSome(whole.cells());
        List<ResultDirectory> included =
                request.include().stream().map(ResultDirectory::new).toList();
        included.forEach(ResultDirectory::contents);
        directory.create();
        plan.writeMadeLogs(directory.madeData());
        Fingerprints fingerprints = new Fingerprints();
        PlanRun run =
                new PlanRun(
                        plan,
                        directory,
                        fingerprints,
                        new PlanRun.Chosen(request.cells(), arguments(request)),
                        new PlanDisplay(terminal));
        if (request.worker()) {
            run.runAsWorker();
            return;
        }
        List<String> leftOut = leftOut(whole);
        leftOut.forEach(terminal::line);
        directory.write(
                PlanContents.of(
                        request.plan(), whole, plan, fingerprints, directory.knownContents()));
        List<String> failures =
                request.renderOnly() ? List.of() : run.run(request.plan(), request.jobs());
        failures.forEach(terminal::line);
        render(request, directory, included, terminal);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.size()
                            + " of the plan's steps failed; the same line tries them again");
        }
    }

    /** Returns what is trained with where the plan says nothing. */
    private static TrainingOptions standard(Request request) {
        return request.quick() ? TrainingOptions.defaults().quick() : TrainingOptions.defaults();
    }

    private static List<String> arguments(Request request) {
        List<String> arguments = new ArrayList<>();
        request.cells()
                .texts()
                .forEach(
                        text -> {
                            arguments.add("--only");
                            arguments.add(text);
                        });
        if (request.quick()) {
            arguments.add("--quick");
        }
        return arguments;
    }

    private static List<String> leftOut(ExperimentPlan plan) {
        return plan.leftOut().entrySet().stream()
                .map(
                        entry ->
                                String.format(
                                        Locale.ROOT,
                                        "Without the data set %s: %s",
                                        entry.getKey(),
                                        entry.getValue()))
                .toList();
    }

    private static void render(
            Request request,
            ResultDirectory directory,
            List<ResultDirectory> included,
            Terminal terminal) {
        Path page = page(request, directory);
        List<ResultDirectory> all = new ArrayList<>();
        all.add(directory);
        all.addAll(included);
        ResultsReport.write(page, all).forEach(terminal::line);
        terminal.line("Results in " + page);
    }

    private static Path page(Request request, ResultDirectory directory) {
        return request.report() != null ? request.report() : directory.path().resolve(REPORT);
    }

    /** Refuses to write results over the logs that the plan names. */
    private static void requireApart(ExperimentPlan plan, Path page, Path results) {
        OutputCheck check = new OutputCheck();
        for (DataSource data : plan.data()) {
            if (data.made() != null || plan.leftOut().containsKey(data.name())) {
                continue;
            }
            check.inputs("the plan's", data.log().files());
            if (data.candidates() != null) {
                check.input("the plan's", data.candidates());
            }
        }
        check.require("--report", page, Output.Kind.PAGE);
        check.require("--out", results, Output.Kind.DIRECTORY);
    }
}
