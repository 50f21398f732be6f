package duet.model.evaluation;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.model.evaluation.FineTuningQuality.Setting;
import duet.model.evaluation.OfflineEvaluation.Progress;
import duet.model.training.finetuning.FineTuning;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Measures what a delta is compared with: the global model fine-tuned on each user's own history.
 * How long and in which batches is chosen on the validation positives of the same users, all
 * together. Needs DJL's PyTorch engine on the class path.
 */
public final class FineTuningBaseline {
    private static final int[] EPOCHS = {1, 3, 10};
    private static final int[] BATCHES = {16, 64};
    private static final double[] LEARNING_RATES = {1e-4, 1e-3};
    private static final int GENERATIONS_AT_ONCE = 64;
    private static final double MICROS = 1e6;

    private final ModelBundle bundle;
    private final List<Subject> subjects;
    private final long seed;
    private final Progress progress;

    private FineTuningBaseline(
            ModelBundle bundle, List<Subject> subjects, long seed, Progress progress) {
        this.bundle = bundle;
        this.subjects = subjects;
        this.seed = seed;
        this.progress = progress;
    }

    /** Holds a user with the test task and the candidates of the validation positive. */
    private record Subject(
            UserHistory history, int validationPosition, EvaluationTask test, long[] validation) {}

    /**
     * Returns how many users can be fine-tuned for: those who have a validation item, with
     * something before it, that the model knows.
     *
     * @param tasks the test tasks of users of the log
     */
    public static int tunableUsers(
            ModelBundle bundle, EvaluationSplit split, List<EvaluationTask> tasks) {
        return tunable(tasks, histories(bundle, split)).size();
    }

    private static List<EvaluationTask> tunable(
            List<EvaluationTask> tasks, Map<String, UserHistory> histories) {
        return tasks.stream().filter(task -> histories.containsKey(task.user())).toList();
    }

    /** Returns the histories whose validation item can be ranked, by user. */
    private static Map<String, UserHistory> histories(ModelBundle bundle, EvaluationSplit split) {
        Map<String, UserHistory> histories = new HashMap<>();
        for (UserHistory user : split.users()) {
            if (split.hasValidation(user)
                    && bundle.vocabulary().indexOf(validationPositive(split, user)) != 0) {
                histories.put(user.user(), user);
            }
        }
        return histories;
    }

    private static long validationPositive(EvaluationSplit split, UserHistory user) {
        return user.items()[split.validationPosition(user)];
    }

    /**
     * Fine-tunes the global model for some users.
     *
     * @param tasks the test tasks of users of the log
     * @param users how many, drawn with the seed, at most {@link #tunableUsers}
     * @param progress counts fine-tunings
     * @throws InvalidInputException if there are not so many users, or a task cannot be ranked
     * @throws IllegalStateException if the training engine is missing
     */
    public static FineTuningQuality measure(
            ModelBundle bundle,
            EvaluationSplit split,
            List<EvaluationTask> tasks,
            int users,
            long seed,
            Progress progress) {
        Map<String, UserHistory> histories = histories(bundle, split);
        List<EvaluationTask> tunable = tunable(tasks, histories);
        if (users < 1 || users > tunable.size()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "fine-tuning %,d users is not possible, there are %,d in %s",
                            users,
                            tunable.size(),
                            split.log().source()));
        }
        CandidateLists validation = CandidateLists.draw(split, bundle.vocabulary(), seed + 1);
        List<EvaluationTask> drawn = new ArrayList<>(tunable);
        Collections.shuffle(drawn, new Random(seed));
        List<Subject> subjects = new ArrayList<>();
        for (EvaluationTask task : drawn.subList(0, users)) {
            UserHistory history = histories.get(task.user());
            // Who has a test task has negatives to draw.
            long[] candidates = validation.of(history).orElseThrow().all();
            candidates[0] = validationPositive(split, history);
            subjects.add(new Subject(history, split.validationPosition(history), task, candidates));
        }
        return new FineTuningBaseline(bundle, subjects, seed, progress).measure();
    }

    private FineTuningQuality measure() {
        List<EvaluationTask> tests = subjects.stream().map(Subject::test).toList();
        OfflineEvaluation.Result generated;
        double secondsPerGeneration;
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(bundle)) {
            generated = evaluation.evaluate(tests);
            secondsPerGeneration =
                    evaluation.microsPerGeneration(tests, GENERATIONS_AT_ONCE, System::nanoTime)
                            / MICROS;
        }
        try (FineTuning tuning = FineTuning.load(bundle, seed)) {
            Setting best = choose(tuning);
            RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
            double seconds = 0;
            for (Subject subject : subjects) {
                try (FineTuning.Tuned tuned =
                        tune(tuning, subject, subject.validationPosition() + 1, best)) {
                    seconds += tuned.seconds();
                    float[] scores =
                            tuned.scores(subject.test().history(), subject.test().candidates());
                    Ranker.addAll(metrics, List.of(scores));
                }
            }
            return new FineTuningQuality(
                    subjects.size(),
                    best,
                    seconds / subjects.size(),
                    secondsPerGeneration,
                    generated.global(),
                    generated.personalized(),
                    metrics.result());
        }
    }

    /**
     * Chooses the setting with the best mean ranking of the validation positives, each by a model
     * that did not see it.
     */
    private Setting choose(FineTuning tuning) {
        List<Setting> settings = settings();
        Map<Setting, Double> userAucs = new HashMap<>();
        int done = 0;
        for (Subject subject : subjects) {
            int end = subject.validationPosition();
            long[] before = subject.history().itemsBefore(end);
            for (Setting setting : settings) {
                try (FineTuning.Tuned tuned = tune(tuning, subject, end, setting)) {
                    float[] scores = tuned.scores(before, subject.validation());
                    userAucs.merge(
                            setting,
                            UserRanking.of(scores[0], Arrays.copyOfRange(scores, 1, scores.length))
                                    .userAuc(),
                            Double::sum);
                }
            }
            progress.ranked(++done, subjects.size());
        }
        return Collections.max(
                settings, (a, b) -> Double.compare(userAucs.get(a), userAucs.get(b)));
    }

    private static FineTuning.Tuned tune(
            FineTuning tuning, Subject subject, int end, Setting setting) {
        return tuning.tune(
                subject.history(), end, setting.epochs(), setting.batch(), setting.learningRate());
    }

    private static List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (int epochs : EPOCHS) {
            for (int batch : BATCHES) {
                for (double learningRate : LEARNING_RATES) {
                    settings.add(new Setting(epochs, batch, learningRate));
                }
            }
        }
        return settings;
    }
}
