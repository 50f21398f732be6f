package duet.model.evaluation;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import duet.schemas.record.Encoding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures the ranking quality of a bundle without a stream: what every device would measure if it
 * had just received the delta of its history, and what it would measure without one. Both sides run
 * what is deployed: the generator as the job serves it, and {@code device.onnx}. An evaluation is
 * not thread-safe.
 */
public final class OfflineEvaluation implements AutoCloseable {
    private final Ranker ranker;

    private OfflineEvaluation(Ranker ranker) {
        this.ranker = ranker;
    }

    /**
     * Holds what was measured.
     *
     * @param global with the global classifier
     * @param personalizedByAge with generated layers, by the age of the delta in interactions
     * @param intervals how surely these are known
     * @param rankings of each user, to be paired with those of another model
     */
    public record Result(
            RankingMetrics global,
            SortedMap<Integer, RankingMetrics> personalizedByAge,
            Intervals intervals,
            Rankings rankings) {
        /** Returns the ranking with layers generated from the history as it is: age 0. */
        public RankingMetrics personalized() {
            return personalizedByAge.get(0);
        }

        /**
         * Returns this of lists of about that length.
         *
         * @see RankingMetrics#ofListsOf
         */
        public Result ofListsOf(int length) {
            SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
            personalizedByAge.forEach((age, metrics) -> byAge.put(age, metrics.ofListsOf(length)));
            return new Result(global.ofListsOf(length), byAge, intervals, rankings);
        }
    }

    /**
     * Holds how each user's test item was ranked, in the order of the tasks.
     *
     * @param global with the global classifier
     * @param personalized with layers generated from the history as it is
     */
    public record Rankings(List<UserRanking> global, List<UserRanking> personalized) {}

    /**
     * Holds the intervals of what was measured, over users.
     *
     * @param global with the global classifier
     * @param personalizedByAge with generated layers, by the age of the delta
     * @param differenceByAge personalized minus global, user by user, by the age of the delta
     */
    public record Intervals(
            MetricIntervals global,
            SortedMap<Integer, MetricIntervals> personalizedByAge,
            SortedMap<Integer, MetricIntervals> differenceByAge) {}

    /** Is told how far an evaluation is. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (done, total) -> {};

        /**
         * Tells that {@code done} of {@code total} users are ranked; where they are ranked several
         * times, that this share of the work is done.
         */
        void ranked(int done, int total);
    }

    /**
     * Loads both models of a bundle.
     *
     * @throws InvalidInputException if a tensor does not fit the manifest
     */
    public static OfflineEvaluation load(ModelBundle bundle) {
        return new OfflineEvaluation(Ranker.load(bundle));
    }

    /** Measures global and personalized metrics at age 0. */
    public Result evaluate(List<EvaluationTask> tasks) {
        return evaluate(tasks, List.of(0), Progress.NONE);
    }

    /**
     * Ranks every user's positive among its negatives. At age a the delta was made a interactions
     * ago: the generator reads the history without its last a items, at least its first one, while
     * the device scores with the whole.
     *
     * @param ages in interactions, 0 or more; 0 is always measured
     * @throws InvalidInputException if there is no user, a user has no negatives, a positive or
     *     negative is not in the vocabulary (naming user and item), or an age is negative
     */
    public Result evaluate(
            List<EvaluationTask> tasks, Collection<Integer> ages, Progress progress) {
        return evaluate(tasks, ages, progress, RankingListener.NONE);
    }

    /**
     * Does what {@link #evaluate(List, Collection, Progress)} does.
     *
     * @param listener is told how each user was ranked
     */
    public Result evaluate(
            List<EvaluationTask> tasks,
            Collection<Integer> ages,
            Progress progress,
            RankingListener listener) {
        ranker.require(tasks);
        return measure(
                Ranker.batches(tasks),
                ages,
                (sums, batch) -> sums.addScores(ranker.globalScores(batch)),
                age ->
                        (sums, batch) ->
                                sums.addScores(
                                        ranker.scores(
                                                batch, ranker.layers(ranker.deltas(batch, age)))),
                progress,
                listener);
    }

    /**
     * Does what {@link #evaluate(List, Collection, Progress)} does among all items that a user
     * never touched. The {@code auc} over all scores at once is not a number: there are too many to
     * be kept.
     *
     * @throws InvalidInputException if there is no user, the positive of one is not in the
     *     vocabulary, or an age is negative
     */
    public Result evaluateCatalogue(
            List<CatalogueTask> tasks, Collection<Integer> ages, Progress progress) {
        ranker.requireCatalogue(tasks);
        return measure(
                Ranker.batches(tasks),
                ages,
                (sums, batch) -> sums.addRankings(ranker.rankCatalogueGlobally(batch)),
                age -> (sums, batch) -> sums.addRankings(ranker.rankCatalogue(batch, age)),
                progress,
                RankingListener.NONE);
    }

    /**
     * Measures the global model and then one age after the other, each with all users: the scores
     * of no more than one of them are kept at a time.
     */
    private static <T> Result measure(
            List<List<T>> batches,
            Collection<Integer> ages,
            Pass<T> globally,
            IntFunction<Pass<T>> atAge,
            Progress progress,
            RankingListener listener) {
        TreeSet<Integer> measured = new TreeSet<>(ages);
        measured.add(0);
        if (measured.first() < 0) {
            throw new InvalidInputException(
                    "age " + measured.first() + " is negative, ages are counted in interactions");
        }
        Passes<T> passes = new Passes<>(batches, 1 + measured.size(), progress);
        Measured global = passes.run(globally);
        listener.ranked(RankingListener.GLOBAL, global.rankings());
        SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
        SortedMap<Integer, MetricIntervals> intervals = new TreeMap<>();
        SortedMap<Integer, MetricIntervals> differences = new TreeMap<>();
        List<UserRanking> fresh = List.of();
        for (int age : measured) {
            Measured personalized = passes.run(atAge.apply(age));
            fresh = age == 0 ? personalized.rankings() : fresh;
            listener.ranked(RankingListener.age(age), personalized.rankings());
            byAge.put(age, personalized.metrics());
            intervals.put(age, personalized.intervals());
            differences.put(
                    age, MetricIntervals.ofDifferences(personalized.rankings(), global.rankings()));
        }
        return new Result(
                global.metrics(),
                byAge,
                new Intervals(global.intervals(), intervals, differences),
                new Rankings(global.rankings(), fresh));
    }

    /** Ranks a batch of users and adds them to sums. */
    private interface Pass<T> {
        List<UserRanking> rank(QualitySums sums, List<T> batch);
    }

    /** Holds what a pass over all users gave; the rankings are in their order. */
    private record Measured(
            RankingMetrics metrics, MetricIntervals intervals, List<UserRanking> rankings) {}

    /** Goes over all users several times; progress is the mean over the passes. */
    private static final class Passes<T> {
        private final List<List<T>> batches;
        private final int users;
        private final int count;
        private final Progress progress;
        private long done;

        Passes(List<List<T>> batches, int count, Progress progress) {
            this.batches = batches;
            this.users = batches.stream().mapToInt(List::size).sum();
            this.count = count;
            this.progress = progress;
        }

        Measured run(Pass<T> pass) {
            QualitySums sums = new QualitySums();
            List<UserRanking> rankings = new ArrayList<>(users);
            for (List<T> batch : batches) {
                rankings.addAll(pass.rank(sums, batch));
                done += batch.size();
                progress.ranked((int) (done / count), users);
            }
            return new Measured(sums.metrics(), sums.intervals(), rankings);
        }
    }

    /** Ranks with the global classifier alone, as a device without a generator would. */
    public RankingMetrics evaluateGlobally(List<EvaluationTask> tasks) {
        return evaluateGlobally(tasks, RankingListener.NONE);
    }

    /**
     * Does what {@link #evaluateGlobally(List)} does.
     *
     * @param listener is told how each user was ranked
     */
    public RankingMetrics evaluateGlobally(List<EvaluationTask> tasks, RankingListener listener) {
        ranker.require(tasks);
        QualitySums sums = new QualitySums();
        List<UserRanking> rankings = new ArrayList<>(tasks.size());
        for (List<EvaluationTask> batch : Ranker.batches(tasks)) {
            rankings.addAll(sums.addScores(ranker.globalScores(batch)));
        }
        listener.ranked(RankingListener.GLOBAL, rankings);
        return sums.metrics();
    }

    /**
     * Measures cold starts: the same users, of each of whom cloud and device know only the newest
     * interactions.
     *
     * @param lengths how many, each at least 1
     * @return in increasing order, the whole histories last
     */
    public List<HistoryLengthQuality> byHistoryLength(
            List<EvaluationTask> tasks, Collection<Integer> lengths) {
        ranker.require(tasks);
        List<HistoryLengthQuality> measured = new ArrayList<>();
        for (int length : new TreeSet<>(lengths)) {
            measured.add(historyLength(length, tasks.stream().map(t -> t.newest(length)).toList()));
        }
        measured.add(historyLength(null, tasks));
        return measured;
    }

    private HistoryLengthQuality historyLength(
            @Nullable Integer newest, List<EvaluationTask> tasks) {
        return new HistoryLengthQuality(
                newest, ranker.rankGlobally(tasks), ranker.rankPersonalized(tasks, 0));
    }

    /** Ranks with deltas that are not the device's own. */
    public ControlQuality controls(List<EvaluationTask> tasks) {
        return controls(tasks, RankingListener.NONE);
    }

    /**
     * Does what {@link #controls(List)} does.
     *
     * @param listener is told how each user was ranked
     */
    public ControlQuality controls(List<EvaluationTask> tasks, RankingListener listener) {
        ranker.require(tasks);
        return new ForeignDeltas(ranker, listener).measure(tasks);
    }

    /**
     * Ranks with deltas that went through the codec.
     *
     * @param nanoClock elapsed nanoseconds, for the times of encoding and decoding
     */
    public CodecQuality throughCodec(
            List<EvaluationTask> tasks, Encoding encoding, LongSupplier nanoClock) {
        ranker.require(tasks);
        return new CodecMeasurement(ranker, nanoClock).measure(tasks, encoding);
    }

    /**
     * Compares the deltas of each user after its last interactions, one by one, on the present
     * window.
     *
     * @param steps how many interactions back, at least 1
     */
    public Oscillation oscillation(List<EvaluationTask> tasks, int steps) {
        ranker.require(tasks);
        return new OscillationMeasurement(ranker).measure(tasks, steps);
    }

    /**
     * Measures the time of generating the deltas of these users in batches.
     *
     * @param batch devices of a batch
     * @param nanoClock elapsed nanoseconds
     * @return median over the batches, in microseconds for one delta
     */
    public double microsPerGeneration(
            List<EvaluationTask> tasks, int batch, LongSupplier nanoClock) {
        return new GenerationTime(ranker, nanoClock).microsPerDelta(tasks, batch);
    }

    @Override
    public void close() {
        ranker.close();
    }
}
