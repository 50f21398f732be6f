package duet.studies.experiment.run;

import duet.studies.experiment.cell.CellRunner;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.Fingerprints;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.plan.CellFilter;
import duet.studies.experiment.plan.ExperimentPlan;
import duet.studies.experiment.plan.PlannedCell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Runs what is not finished of a plan. */
public final class PlanRun {
    private static final String DONE = "done ";
    private static final String FAILED = "failed ";

    private final ExperimentPlan plan;
    private final ResultDirectory directory;
    private final Fingerprints fingerprints;
    private final Chosen chosen;
    private final Display display;

    /**
     * Says what of a plan is run, and how other processes are told so.
     *
     * @param cells which cells
     * @param arguments further ones of the command line of other processes
     */
    public record Chosen(CellFilter cells, List<String> arguments) {}

    /** A run tells on its display what it does. */
    public interface Display {

        /** Tells one thing, on a line of its own. */
        void line(String text);

        /** Begins to tell how many of the steps of a task are done. */
        Steps steps(String task, long total);

        /** Steps show how far a task is. */
        interface Steps extends AutoCloseable {

            /** Tells how many steps are done, and what else there is to say. */
            void update(long done, String message);

            @Override
            void close();
        }
    }

    public PlanRun(
            ExperimentPlan plan,
            ResultDirectory directory,
            Fingerprints fingerprints,
            Chosen chosen,
            Display display) {
        this.plan = plan;
        this.directory = directory;
        this.fingerprints = fingerprints;
        this.chosen = chosen;
        this.display = display;
    }

    /**
     * Runs in this process, or in several others, and returns when all cells are finished or have
     * failed.
     *
     * @param planFile what other processes read the plan from
     * @return what failed and why, a line each
     */
    public List<String> run(Path planFile, int jobs) {
        List<Step> steps = steps(text -> {});
        long open = steps.stream().filter(step -> !step.done().getAsBoolean()).count();
        if (open == 0) {
            display.line("Plan " + plan.name() + ": every cell is finished" + among());
            return List.of();
        }
        Tally tally = new Tally(steps.size() - open);
        try (Display.Steps progress = display.steps("Plan " + plan.name(), steps.size())) {
            if (jobs == 1) {
                runHere(tally, text -> progress.update(tally.done(), tally.withFailures(text)));
            } else {
                runInWorkers(planFile, jobs, tally, progress);
            }
            progress.update(tally.done(), "");
        }
        return tally.failures();
    }

    private void runHere(Tally tally, Consumer<String> under) {
        new StepRunner(
                        directory.locks(),
                        new StepRunner.Listener() {
                            @Override
                            public void done(Step step) {
                                tally.finished(step.name());
                            }

                            @Override
                            public void failed(Step step, RuntimeException reason) {
                                tally.failed(step.title() + ": " + describe(reason));
                            }
                        })
                .run(steps(under));
    }

    private void runInWorkers(Path planFile, int jobs, Tally tally, Display.Steps progress) {
        Map<Integer, String> latest = new TreeMap<>();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "experiment",
                                "--plan",
                                planFile.toString(),
                                "--out",
                                directory.path().toString(),
                                "--worker"));
        arguments.addAll(chosen.arguments());
        List<Integer> exitCodes =
                new WorkerProcesses(directory.path())
                        .run(
                                jobs,
                                arguments,
                                (worker, line) -> {
                                    synchronized (latest) {
                                        if (line.startsWith(DONE)) {
                                            tally.finished(line.substring(DONE.length()));
                                        } else if (line.startsWith(FAILED)) {
                                            tally.failed(line.substring(FAILED.length()));
                                        } else {
                                            latest.put(worker, line);
                                        }
                                        progress.update(
                                                tally.done(),
                                                tally.withFailures(
                                                        String.join(" | ", latest.values())));
                                    }
                                });
        for (int worker = 0; worker < jobs; worker++) {
            if (exitCodes.get(worker) != 0) {
                tally.failed(
                        String.format(
                                Locale.ROOT,
                                "worker %d ended with exit code %d, see %s",
                                worker,
                                exitCodes.get(worker),
                                directory.path().resolve("worker-" + worker + ".log")));
            }
        }
    }

    /** Runs beside other processes, and says on the terminal, a line each, what is going on. */
    public void runAsWorker() {
        WorkerProcesses.endWithParent();
        new StepRunner(
                        directory.locks(),
                        new StepRunner.Listener() {
                            @Override
                            public void done(Step step) {
                                display.line(DONE + step.name());
                            }

                            @Override
                            public void failed(Step step, RuntimeException reason) {
                                display.line(FAILED + step.title() + ": " + describe(reason));
                            }
                        })
                .run(steps(display::line));
    }

    /**
     * Returns the steps: the networks that are needed, each before the first cell that needs it,
     * and the cells.
     */
    private List<Step> steps(Consumer<String> display) {
        CellRunner runner =
                new CellRunner(plan, directory, fingerprints, display, System::nanoTime);
        List<Step> steps = new ArrayList<>();
        Set<String> networks = new HashSet<>();
        for (PlannedCell cell : plan.cells()) {
            if (!chosen.cells().chooses(cell)) {
                continue;
            }
            Contents.Cell entry = fingerprints.entry(cell);
            boolean finished = directory.result(entry).isPresent();
            Optional<String> network =
                    cell.sharesNetwork()
                            ? Optional.of("network-" + fingerprints.network(cell))
                            : Optional.empty();
            if (network.isPresent() && !finished && networks.add(network.get())) {
                steps.add(
                        new Step(
                                network.get(),
                                network.get(),
                                "network of " + cell.title(),
                                Optional.empty(),
                                () -> runner.hasNetwork(cell),
                                () -> runner.trainNetwork(cell)));
            }
            steps.add(
                    new Step(
                            "cell-" + cell.id(),
                            "model-" + fingerprints.model(cell),
                            cell.title(),
                            network,
                            () -> directory.result(entry).isPresent(),
                            () -> runner.run(cell)));
        }
        return steps;
    }

    private String among() {
        return chosen.cells().values().isEmpty()
                ? ""
                : " of those with " + String.join(", ", chosen.cells().texts());
    }

    private static String describe(RuntimeException reason) {
        return reason.getMessage() == null ? reason.toString() : reason.getMessage();
    }

    /** A tally counts what became of the steps, told by several threads. */
    private static final class Tally {
        private final long before;
        private final Set<String> finished = new HashSet<>();
        private final Set<String> failures = new LinkedHashSet<>();

        Tally(long before) {
            this.before = before;
        }

        synchronized void finished(String step) {
            finished.add(step);
        }

        synchronized void failed(String line) {
            failures.add(line);
        }

        synchronized long done() {
            return before + finished.size();
        }

        /** Returns what is going on, behind how many steps have failed so far. */
        synchronized String withFailures(String text) {
            return failures.isEmpty() ? text : failures.size() + " FAILED, " + text;
        }

        synchronized List<String> failures() {
            return List.copyOf(failures);
        }
    }
}
