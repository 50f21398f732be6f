package duet.experiment;

import duet.embedded.cli.Experiments;
import duet.embedded.cli.terminal.Terminal;
import duet.experiment.cell.Contents;
import duet.experiment.cell.Fingerprints;
import duet.experiment.cell.ResultDirectory;
import duet.experiment.plan.ExperimentPlan;
import duet.experiment.plan.PlanReader;
import duet.experiment.plan.Variant;
import duet.experiment.report.ResultsReport;
import duet.experiment.run.PlanRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs plans on this machine and renders what they gave. */
public final class PlannedExperiments implements Experiments {
    private static final Path RESULTS = Path.of("experiments");
    private static final String REPORT = "results.md";

    /** For the service loader. */
    public PlannedExperiments() {}

    @Override
    public void run(Request request, Terminal terminal) {
        ExperimentPlan plan = PlanReader.read(request.plan());
        Fingerprints fingerprints = new Fingerprints();
        ResultDirectory directory =
                new ResultDirectory(
                        request.out() != null ? request.out() : RESULTS.resolve(plan.name()));
        Contents contents = contents(request.plan(), plan, fingerprints);
        List<ResultDirectory> included =
                request.include().stream().map(ResultDirectory::new).toList();
        included.forEach(ResultDirectory::contents);
        directory.create();
        PlanRun run = new PlanRun(plan, directory, fingerprints, terminal);
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
        Path page = request.report() != null ? request.report() : directory.path().resolve(REPORT);
        List<ResultDirectory> all = new ArrayList<>();
        all.add(directory);
        all.addAll(included);
        ResultsReport.write(page, all).forEach(terminal::line);
        terminal.line("Results in " + page);
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
