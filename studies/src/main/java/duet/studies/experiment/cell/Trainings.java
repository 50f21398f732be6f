package duet.studies.experiment.cell;

import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.data.InteractionLog;
import duet.model.training.TrainedModel;
import duet.model.training.TrainedNetwork;
import duet.model.training.Trainer;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingReport;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.ModelBundle;
import duet.studies.experiment.cell.CellResult.Seconds;
import duet.studies.experiment.cell.CellResult.Training;
import duet.studies.experiment.plan.PlannedCell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;

/**
 * This class keeps the networks and models of a plan on disk: what is there is not trained again.
 */
final class Trainings {
    private static final String SECONDS = "seconds.json";
    private static final String TRAINING = "training.json";
    private static final String BUNDLE = "bundle";

    private final ResultDirectory directory;
    private final Fingerprints fingerprints;
    private final Logs logs;

    Trainings(ResultDirectory directory, Fingerprints fingerprints, Logs logs) {
        this.directory = directory;
        this.fingerprints = fingerprints;
        this.logs = logs;
    }

    /** This is a model that is measured, and how it came about. */
    record Trained(ModelBundle bundle, Training training) {}

    boolean hasNetwork(PlannedCell cell) {
        return Files.exists(network(cell).resolve(SECONDS));
    }

    /** Trains the network of a cell and keeps it. */
    void trainNetwork(PlannedCell cell, TrainingListener listener) {
        Stopwatch stopwatch = new Stopwatch();
        TrainedNetwork network =
                new Trainer().trainNetwork(logs.of(cell.data()), options(cell), listener);
        Seconds seconds = stopwatch.seconds();
        network.write(network(cell));
        // Last: a network with its time is complete.
        ResultFiles.write(network(cell).resolve(SECONDS), seconds);
    }

    /**
     * Returns the model of a cell, trained where it is not there yet. Its network is there, unless
     * both train together.
     */
    Trained model(PlannedCell cell, TrainingListener listener) {
        Path model = directory.model(fingerprints.model(cell));
        Optional<Training> kept = ResultFiles.read(model.resolve(TRAINING), Training.class);
        if (kept.isPresent()) {
            return new Trained(ModelBundle.open(model.resolve(BUNDLE)), kept.get());
        }
        Trained trained = train(cell, model.resolve(BUNDLE), listener);
        ResultFiles.write(model.resolve(TRAINING), trained.training());
        return trained;
    }

    private Trained train(PlannedCell cell, Path target, TrainingListener listener) {
        InteractionLog log = logs.of(cell.data());
        if (cell.sharesNetwork()) {
            TrainedNetwork network = TrainedNetwork.read(network(cell));
            Seconds ofNetwork =
                    ResultFiles.read(network(cell).resolve(SECONDS), Seconds.class).orElseThrow();
            if (!cell.variant().generator()) {
                return new Trained(
                        globalOnly(cell, network, target),
                        new Training(ofNetwork, null, network.epochs()));
            }
            Stopwatch stopwatch = new Stopwatch();
            TrainedModel model =
                    new Trainer().trainGenerator(network, log, options(cell), listener);
            Seconds ofGenerator = stopwatch.seconds();
            return new Trained(
                    export(model, target), new Training(ofNetwork, ofGenerator, model.epochs()));
        }
        Stopwatch stopwatch = new Stopwatch();
        TrainedModel model = new Trainer().train(log, options(cell), listener);
        return new Trained(
                export(model, target), new Training(stopwatch.seconds(), null, model.epochs()));
    }

    private static ModelBundle export(TrainedModel model, Path target) {
        return BundleExport.write(
                target,
                model.options().backbone().id(),
                model.dimensions(),
                model.vocabulary(),
                model.tensors(),
                TrainingReport.metrics(model),
                model.options().asMap(),
                Optional.empty());
    }

    /**
     * Writes a model without deltas: a bundle needs a generator; this one is untrained, and nothing
     * is generated.
     */
    private ModelBundle globalOnly(PlannedCell cell, TrainedNetwork network, Path target) {
        ModelTensors tensors =
                new ModelTensors(
                        network.device(),
                        ModelTensors.untrained(
                                        network.backbone(),
                                        network.dimensions(),
                                        cell.options().seed())
                                .generator());
        // A model with deltas mostly has int8 items, so this one is of the same bytes with them.
        boolean int8 =
                cell.options().log().items() != ItemTableOption.FLOAT32
                        && tensors.canHaveInt8Items();
        return BundleExport.write(
                target,
                network.backbone().id(),
                network.dimensions(),
                network.vocabulary(),
                int8 ? tensors.withInt8Items() : tensors,
                new TreeMap<>(),
                options(cell).asMap(),
                Optional.empty());
    }

    /** Returns the options with the split as a moment: of another log, a share would be another. */
    private TrainingOptions options(PlannedCell cell) {
        return cell.options().withSplit(logs.split(cell.data()).rule());
    }

    private Path network(PlannedCell cell) {
        return directory.network(fingerprints.network(cell));
    }
}
