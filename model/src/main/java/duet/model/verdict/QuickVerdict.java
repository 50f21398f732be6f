package duet.model.verdict;

import duet.model.bundle.BundleExport;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.OfflineEvaluation;
import duet.model.training.TrainedModel;
import duet.model.training.Trainer;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingReport;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells before a training what to expect of one: trains a model and its control for a short while,
 * on a sample of the users where the log is large, and ranks each user's test item. A whole
 * training gives other figures, mostly better ones. Needs DJL's PyTorch engine on the class path.
 *
 * @param verdict out of both models
 * @param setting how they were trained
 * @param figures what both measured; null where the log could not be trained on
 */
public record QuickVerdict(Verdict verdict, Setting setting, @Nullable Figures figures) {
    /**
     * The oldest deltas that are measured have the first of these ages that half of the users can
     * have; older ones than a user's history are of its first interaction.
     */
    private static final List<Integer> OLD = List.of(50, 10);

    /** A log, or a sample of one, has at most so many interactions. */
    private static final int MOST_INTERACTIONS = 120_000;

    /** Users and candidates are drawn with it. */
    private static final long SEED = 7;

    /**
     * Says how both models were trained.
     *
     * @param users of the sample
     * @param interactions of these
     * @param options of the model; the control's device reads its history, too
     */
    public record Setting(int users, long interactions, TrainingOptions options) {}

    /** Holds how the users' test items are ranked, by the model and by the control. */
    public record Figures(OfflineEvaluation.Result model, ControlComparison control) {}

    /** Names what is trained, one after the other. */
    public enum Part {
        MODEL,
        CONTROL
    }

    /** Is asked, before each training, who is told how it goes on. */
    @FunctionalInterface
    public interface Listeners {
        TrainingListener of(Part part);
    }

    /** Returns how a verdict on a log would be come to. */
    public static Setting setting(InteractionLog log, TrainingOptions whole) {
        return settingOf(sample(log), whole);
    }

    /** Returns options of the control: the device itself reads the history. */
    private static TrainingOptions ofControl(TrainingOptions options) {
        ModelSizes sizes = options.sizes();
        return options.withSizes(
                new ModelSizes(
                        sizes.window(),
                        sizes.history(),
                        sizes.device(),
                        sizes.generator(),
                        ModelSizes.MEMORY_DECAYS));
    }

    private static InteractionLog sample(InteractionLog log) {
        return UserSample.of(log, MOST_INTERACTIONS, SEED);
    }

    private static Setting settingOf(InteractionLog sample, TrainingOptions whole) {
        return new Setting(sample.users().size(), sample.interactions(), whole.quick());
    }

    /**
     * Trains, ranks and judges. A log that cannot be trained on, or on which nobody can be ranked
     * for, has a verdict, too: that it does not tell.
     *
     * @param whole options of the whole training that it is to tell of
     * @throws duet.model.training.TrainingDivergedException if numbers of a training are not finite
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public static QuickVerdict of(InteractionLog log, TrainingOptions whole, Listeners listeners) {
        InteractionLog sample = sample(log);
        Setting setting = settingOf(sample, whole);
        try {
            EvaluationSplit split = EvaluationSplit.last(sample);
            CandidateLists lists = CandidateLists.draw(split, split.vocabulary(), SEED);
            lists.requireAny(split);
            List<EvaluationTask> tasks = EvaluationTask.of(split, lists);
            Ranked model =
                    ranked(sample, setting.options, listeners.of(Part.MODEL), tasks, ages(tasks));
            Ranked control =
                    ranked(
                            sample,
                            ofControl(setting.options),
                            listeners.of(Part.CONTROL),
                            tasks,
                            List.of());
            int length = lists.lengths(split, split.vocabulary()).median();
            OfflineEvaluation.Result measured = model.result.ofListsOf(length);
            ControlComparison compared =
                    ControlComparison.of(
                            measured,
                            control.result.ofListsOf(length),
                            control.trained.dimensions());
            return new QuickVerdict(
                    ControlComparison.verdict(measured, compared),
                    setting,
                    new Figures(measured, compared));
        } catch (InvalidInputException e) {
            // The log was read, and the options are its own: what is refused is what it holds.
            return new QuickVerdict(Verdict.unknown(String.valueOf(e.getMessage())), setting, null);
        }
    }

    private static List<Integer> ages(List<EvaluationTask> tasks) {
        return OLD.stream()
                .filter(
                        age ->
                                2 * tasks.stream().filter(t -> t.history().length > age).count()
                                        >= tasks.size())
                .limit(1)
                .toList();
    }

    private record Ranked(TrainedModel trained, OfflineEvaluation.Result result) {}

    private static Ranked ranked(
            InteractionLog log,
            TrainingOptions options,
            TrainingListener listener,
            List<EvaluationTask> tasks,
            List<Integer> ages) {
        TrainedModel trained = new Trainer().train(log, options, listener);
        try {
            Path directory = Files.createTempDirectory("duet-verdict-");
            try {
                return new Ranked(trained, rank(directory.resolve("bundle"), trained, tasks, ages));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a model cannot be written for a moment", e);
        }
    }

    /** Ranks what would be deployed, as an evaluation of a bundle does. */
    private static OfflineEvaluation.Result rank(
            Path target, TrainedModel model, List<EvaluationTask> tasks, List<Integer> ages) {
        ModelBundle bundle =
                BundleExport.write(
                        target,
                        model.options().backbone().id(),
                        model.dimensions(),
                        model.vocabulary(),
                        model.tensors(),
                        TrainingReport.metrics(model),
                        model.options().asMap(),
                        Optional.empty());
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(bundle)) {
            return evaluation.evaluate(tasks, ages, OfflineEvaluation.Progress.NONE);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
