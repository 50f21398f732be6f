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
import java.util.function.BiFunction;
import java.util.function.Function;
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
     */
    public record Result(
            RankingMetrics global,
            SortedMap<Integer, RankingMetrics> personalizedByAge,
            Intervals intervals) {
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
            return new Result(global.ofListsOf(length), byAge, intervals);
        }
    }

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

        /** Tells that {@code done} of {@code total} users are ranked. */
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
        ranker.require(tasks);
        Measurement measurement = new Measurement(ages);
        int done = 0;
        for (List<EvaluationTask> batch : Ranker.batches(tasks)) {
            measurement.add(
                    sums -> sums.addScores(ranker.globalScores(batch)),
                    (sums, age) ->
                            sums.addScores(
                                    ranker.scores(
                                            batch, ranker.layers(ranker.deltas(batch, age)))));
            done += batch.size();
            progress.ranked(done, tasks.size());
        }
        return measurement.result();
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
        Measurement measurement = new Measurement(ages);
        int done = 0;
        for (List<CatalogueTask> batch : Ranker.catalogueBatches(tasks)) {
            measurement.add(
                    sums -> sums.addRankings(ranker.rankCatalogueGlobally(batch)),
                    (sums, age) -> sums.addRankings(ranker.rankCatalogue(batch, age)));
            done += batch.size();
            progress.ranked(done, tasks.size());
        }
        return measurement.result();
    }

    /** Collects what both models give for the same users, at all ages. */
    private static final class Measurement {
        private final QualitySums global = new QualitySums();
        private final SortedMap<Integer, QualitySums> personalized = new TreeMap<>();
        private final SortedMap<Integer, MetricIntervals.Sums> differences = new TreeMap<>();

        Measurement(Collection<Integer> ages) {
            TreeSet<Integer> measured = new TreeSet<>(ages);
            measured.add(0);
            if (measured.first() < 0) {
                throw new InvalidInputException(
                        "age "
                                + measured.first()
                                + " is negative, ages are counted in interactions");
            }
            for (int age : measured) {
                personalized.put(age, new QualitySums());
                differences.put(age, new MetricIntervals.Sums());
            }
        }

        void add(
                Function<QualitySums, List<UserRanking>> globally,
                BiFunction<QualitySums, Integer, List<UserRanking>> atAge) {
            List<UserRanking> before = globally.apply(global);
            personalized.forEach(
                    (age, sums) ->
                            differences.get(age).addDifferences(atAge.apply(sums, age), before));
        }

        Result result() {
            SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
            SortedMap<Integer, MetricIntervals> intervals = new TreeMap<>();
            SortedMap<Integer, MetricIntervals> apart = new TreeMap<>();
            personalized.forEach((age, sums) -> byAge.put(age, sums.metrics()));
            personalized.forEach((age, sums) -> intervals.put(age, sums.intervals()));
            differences.forEach((age, sums) -> apart.put(age, sums.result()));
            return new Result(
                    global.metrics(), byAge, new Intervals(global.intervals(), intervals, apart));
        }
    }

    /** Ranks with the global classifier alone, as a device without a generator would. */
    public RankingMetrics evaluateGlobally(List<EvaluationTask> tasks) {
        ranker.require(tasks);
        return ranker.rankGlobally(tasks);
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
        ranker.require(tasks);
        return new ForeignDeltas(ranker).measure(tasks);
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
