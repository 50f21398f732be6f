package duet.simulator.measurement;

import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Collects what devices rank over the stream (prequential evaluation: rank first, then take in).
 * User AUC by age is over all rankings; the other metrics need the scores themselves and are over a
 * uniform sample of bounded size (algorithm R, Vitter 1985). Any thread may record and read.
 */
public final class QualityRecorder {
    /** The sample holds this many rankings by default: 16 MB of scores of 100 candidates. */
    public static final int DEFAULT_SAMPLE = 20_000;

    private static final long[] AGE_LIMITS = {0, 2, 5, 10, 20, 50, Long.MAX_VALUE};

    private final int sampleSize;
    private final SplittableRandom random;
    private final List<Scores> sample = new ArrayList<>();
    private final Sums[] byAge = new Sums[AGE_LIMITS.length];
    private long rankings;
    private long beforeFirstDelta;
    private long tooLate;
    private long notRanked;
    private long unknown;

    private record Scores(float[] global, float[] personalized) {}

    private static final class Sums {
        long count;
        double global;
        double personalized;
        double gain;
        double gainSquared;
    }

    /** Holds the user AUC of one ranking with both weights. */
    public record Ranked(double globalAuc, double personalizedAuc) {}

    /** Holds the means so far over rankings by devices that held a delta; NaN without one. */
    public record Running(long rankings, double globalUserAuc, double personalizedUserAuc) {}

    public QualityRecorder(int sampleSize, long seed) {
        this.sampleSize = sampleSize;
        this.random = new SplittableRandom(seed);
        Arrays.setAll(byAge, i -> new Sums());
    }

    /**
     * Takes the scores of one ranking in; the first score is the positive's.
     *
     * @param age age of the delta behind the personalized scores, 0 or more
     */
    public synchronized Ranked record(float[] global, float[] personalized, long age) {
        if (age < 0) {
            throw new IllegalArgumentException("a delta of age " + age);
        }
        Ranked ranked = new Ranked(auc(global), auc(personalized));
        Sums sums = byAge[bucket(age)];
        double gain = ranked.personalizedAuc - ranked.globalAuc;
        sums.count++;
        sums.global += ranked.globalAuc;
        sums.personalized += ranked.personalizedAuc;
        sums.gain += gain;
        sums.gainSquared += gain * gain;
        keep(new Scores(global, personalized));
        return ranked;
    }

    /** Counts a ranking by a device that had no delta yet. */
    public synchronized void beforeFirstDelta() {
        beforeFirstDelta++;
    }

    /**
     * Counts a ranking that came too late: the device had a delta made from the ranked item
     * already, so it knew the answer.
     */
    public synchronized void tooLate() {
        tooLate++;
    }

    public synchronized void notRanked() {
        notRanked++;
    }

    /** Counts an item that comes next and that the model does not know. */
    public synchronized void unknown() {
        unknown++;
    }

    public synchronized Running running() {
        double global = 0;
        double personalized = 0;
        for (Sums sums : byAge) {
            global += sums.global;
            personalized += sums.personalized;
        }
        return new Running(rankings, global / rankings, personalized / rankings);
    }

    public synchronized StreamQuality result() {
        RankingMetrics.Accumulator global = new RankingMetrics.Accumulator();
        RankingMetrics.Accumulator personalized = new RankingMetrics.Accumulator();
        for (Scores scores : sample) {
            global.add(scores.global[0], negatives(scores.global));
            personalized.add(scores.personalized[0], negatives(scores.personalized));
        }
        return new StreamQuality(
                rankings,
                beforeFirstDelta,
                tooLate,
                notRanked,
                unknown,
                sample.isEmpty() ? null : global.result(),
                sample.isEmpty() ? null : personalized.result(),
                ages());
    }

    private void keep(Scores scores) {
        rankings++;
        if (sample.size() < sampleSize) {
            sample.add(scores);
        } else {
            long slot = random.nextLong(rankings);
            if (slot < sampleSize) {
                sample.set((int) slot, scores);
            }
        }
    }

    private List<AgeQuality> ages() {
        List<AgeQuality> ages = new ArrayList<>();
        for (int i = 0; i < byAge.length; i++) {
            Sums sums = byAge[i];
            long n = sums.count;
            if (n > 0) {
                ages.add(
                        AgeQuality.of(
                                i == 0 ? 0 : AGE_LIMITS[i - 1] + 1,
                                AGE_LIMITS[i] == Long.MAX_VALUE ? null : AGE_LIMITS[i],
                                n,
                                sums.global,
                                sums.personalized,
                                sums.gain,
                                sums.gainSquared));
            }
        }
        return ages;
    }

    private static int bucket(long age) {
        int bucket = 0;
        while (age > AGE_LIMITS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    private static double auc(float[] scores) {
        return UserRanking.of(scores[0], negatives(scores)).userAuc();
    }

    private static float[] negatives(float[] scores) {
        return Arrays.copyOfRange(scores, 1, scores.length);
    }
}
