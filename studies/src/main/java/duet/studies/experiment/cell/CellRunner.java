package duet.studies.experiment.cell;

import ai.djl.engine.Engine;
import duet.model.data.InteractionLog;
import duet.studies.experiment.cell.CellResult.DataFacts;
import duet.studies.experiment.cell.CellResult.Origin;
import duet.studies.experiment.plan.ExperimentPlan;
import duet.studies.experiment.plan.PlannedCell;
import duet.studies.experiment.plan.TrainingOptionTree;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A runner trains and measures cells of a plan, one at a time. */
public final class CellRunner {
    private final ExperimentPlan plan;
    private final ResultDirectory directory;
    private final Fingerprints fingerprints;
    private final Consumer<String> display;
    private final LongSupplier nanoClock;
    private final Logs logs = new Logs();
    private final Trainings trainings;

    /**
     * Makes a runner of a plan's cells.
     *
     * @param display is told what is going on, a line each time
     * @param nanoClock elapsed nanoseconds
     */
    public CellRunner(
            ExperimentPlan plan,
            ResultDirectory directory,
            Fingerprints fingerprints,
            Consumer<String> display,
            LongSupplier nanoClock) {
        this.plan = plan;
        this.directory = directory;
        this.fingerprints = fingerprints;
        this.display = display;
        this.nanoClock = nanoClock;
        this.trainings = new Trainings(directory, fingerprints, logs);
    }

    /** Returns whether the network that a cell shares with others is there. */
    public boolean hasNetwork(PlannedCell cell) {
        return trainings.hasNetwork(cell);
    }

    /** Trains the network that a cell shares with others. */
    public void trainNetwork(PlannedCell cell) {
        trainings.trainNetwork(cell, listener(cell));
    }

    /** Trains what is missing of a cell, measures it and keeps the result. */
    public void run(PlannedCell cell) {
        CellListener listener = listener(cell);
        Trainings.Trained trained = trainings.model(cell, listener);
        InteractionLog log = logs.of(cell.data());
        Logs.Ranked ranked = logs.ranked(cell.data(), trained.bundle().vocabulary());
        Measurements.Measured measured =
                new Measurements(
                                trained.bundle(),
                                logs.split(cell.data()),
                                ranked,
                                listener,
                                nanoClock)
                        .measure(cell);
        Contents.Cell entry = fingerprints.entry(cell);
        directory.write(entry, measured.rankings().result(entry.fingerprint()));
        directory.write(
                entry,
                new CellResult(
                        new Origin(
                                plan.name(),
                                cell.data().name(),
                                cell.backbone(),
                                cell.variant().name(),
                                cell.options().seed(),
                                entry.fingerprint()),
                        TrainingOptionTree.of(cell.options()),
                        new DataFacts(log.users().size(), log.items().length, log.interactions()),
                        trained.bundle().modelVersion(),
                        trained.training(),
                        measured.quality(),
                        measured.cost(),
                        versions()));
    }

    private CellListener listener(PlannedCell cell) {
        return new CellListener(cell.title(), display, nanoClock);
    }

    private static SortedMap<String, String> versions() {
        SortedMap<String, String> versions = new TreeMap<>();
        versions.put("java", Runtime.version().toString());
        versions.put("djl", Engine.getDjlVersion());
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return versions;
    }
}
