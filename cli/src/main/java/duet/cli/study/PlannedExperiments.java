package duet.cli.study;

import duet.cli.option.Output;
import duet.cli.option.OutputCheck;
import duet.cli.terminal.Terminal;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.Fingerprints;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.plan.DataSource;
import duet.studies.experiment.plan.ExperimentPlan;
import duet.studies.experiment.plan.PlanReader;
import duet.studies.experiment.plan.Variant;
import duet.studies.experiment.report.ResultsReport;
import duet.studies.experiment.run.PlanRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs plans on this machine and renders what they gave. */
final class PlannedExperiments {
    private static final Path RESULTS = Path.of("experiments");
    private static final String REPORT = "results.md";

    /**
     * Says what is wanted.
     *
     * @param plan file with the plan
     * @param out directory of the results; null for the usual one
     * @param jobs processes that work at the same time
     * @param renderOnly whether to render what there is and run nothing
     * @param include directories of other plans' results that are rendered, too
     * @param report Markdown file to render; null for the one in the directory of the results
     * @param worker whether this process works for another one, which renders
     */
    record Request(
            Path plan,
            @Nullable Path out,
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
        ExperimentPlan plan = PlanReader.read(request.plan());
        Fingerprints fingerprints = new Fingerprints();
        ResultDirectory directory =
                new ResultDirectory(
                        request.out() != null ? request.out() : RESULTS.resolve(plan.name()));
        requireApart(plan, page(request, directory), directory.path());
        Contents contents = contents(request.plan(), plan, fingerprints);
        List<ResultDirectory> included =
                request.include().stream().map(ResultDirectory::new).toList();
        included.forEach(ResultDirectory::contents);
        directory.create();
        PlanRun run = new PlanRun(plan, directory, fingerprints, new PlanDisplay(terminal));
        if (request.worker()) {
            run.runAsWorker();
            return;
        }
        directory.write(contents);
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
            check.inputs("the plan's", data.log().files());
            if (data.candidates() != null) {
                check.input("the plan's", data.candidates());
            }
        }
        check.require("--report", page, Output.Kind.PAGE);
        check.require("--out", results, Output.Kind.DIRECTORY);
    }

    private static Contents contents(Path file, ExperimentPlan plan, Fingerprints fingerprints) {
        return new Contents(
                plan.name(),
                file.getFileName().toString(),
                plan.title(),
                plan.description(),
                plan.variants().stream().map(PlannedExperiments::entry).toList(),
                plan.cells().stream().map(fingerprints::entry).toList());
    }

    private static Contents.VariantEntry entry(Variant variant) {
        return new Contents.VariantEntry(variant.name(), variant.about());
    }
}
