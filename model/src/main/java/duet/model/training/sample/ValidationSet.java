package duet.model.training.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.model.network.Dropout;
import duet.model.network.ParameterGenerator;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Selects models by users' last training items, each against sampled items its user never touched,
 * the same ones all the time. The test positive is neither positive nor negative here. It ranks for
 * every user of a log, or for {@value #MOST_USERS} of chance where there are more: enough to tell
 * epochs apart, and no more work for a larger log.
 */
public final class ValidationSet {
    /** It ranks for at most so many users. */
    public static final int MOST_USERS = 20_000;

    private static final int USERS_AT_ONCE = 512;

    /**
     * So many where each candidate has a state of its own: their tensors are larger by candidates
     * and window, and beyond some 32 MB the allocator gives memory back with every one of them.
     */
    private static final int USERS_AT_ONCE_BY_CANDIDATE = 32;

    private final ModelInputs inputs;
    private final int[] users;
    private final int[] positions;
    private final int[][] candidates; // positive first
    private final List<UserHistory> all;
    private final Vocabulary vocabulary;

    /**
     * Draws what is ranked.
     *
     * @param negatives of each user, at most
     * @param listener told for how many users negatives are drawn
     * @throws InvalidInputException if every user touched every item
     */
    public ValidationSet(
            EvaluationSplit split,
            ModelInputs inputs,
            Vocabulary vocabulary,
            int negatives,
            SplittableRandom random,
            Preparation.Listener listener) {
        this(split, inputs, vocabulary, negatives, random, listener, MOST_USERS);
    }

    /**
     * Draws with another bound.
     *
     * @param mostUsers it ranks for at most so many
     */
    ValidationSet(
            EvaluationSplit split,
            ModelInputs inputs,
            Vocabulary vocabulary,
            int negatives,
            SplittableRandom random,
            Preparation.Listener listener,
            int mostUsers) {
        this.inputs = inputs;
        this.all = split.users();
        this.vocabulary = vocabulary;
        int[] chosen = chosen(split, mostUsers, random);
        int[][] drawn = new int[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            UserHistory user = all.get(chosen[i]);
            long positive = user.items()[split.validationPosition(user)];
            long[] untouched = CandidateLists.untouched(user, vocabulary, negatives, random);
            drawn[i] =
                    IntStream.concat(
                                    IntStream.of(vocabulary.indexOf(positive)),
                                    Arrays.stream(untouched).mapToInt(vocabulary::indexOf))
                            .toArray();
            listener.done(Preparation.VALIDATION, i + 1, chosen.length);
        }
        int[] ranked = IntStream.range(0, chosen.length).filter(i -> drawn[i].length > 1).toArray();
        if (ranked.length == 0) {
            throw new InvalidInputException(
                    split.log().source()
                            + ": every user touched every item, there is nothing to rank against");
        }
        this.users = Arrays.stream(ranked).map(i -> chosen[i]).toArray();
        this.candidates = Arrays.stream(ranked).mapToObj(i -> drawn[i]).toArray(int[][]::new);
        this.positions =
                Arrays.stream(users).map(u -> split.validationPosition(all.get(u))).toArray();
    }

    /**
     * Returns the users it may rank for, ascending. Nothing is drawn where all of them are, so that
     * such logs give what they gave before there was a bound.
     */
    private static int[] chosen(EvaluationSplit split, int most, SplittableRandom random) {
        int[] users =
                IntStream.range(0, split.users().size())
                        .filter(u -> split.hasValidation(split.users().get(u)))
                        .toArray();
        if (users.length <= most) {
            return users;
        }
        return Arrays.stream(ShuffledOrder.first(most, users.length, random.split()))
                .map(i -> users[i])
                .sorted()
                .toArray();
    }

    private ValidationSet(ValidationSet of, int[] users, int[] positions, int[][] candidates) {
        this.inputs = of.inputs;
        this.all = of.all;
        this.vocabulary = of.vocabulary;
        this.users = users;
        this.positions = positions;
        this.candidates = candidates;
    }

    /** Returns for how many users it ranks. */
    public int users() {
        return users.length;
    }

    /**
     * Returns a part of the users, evenly spread over the log, each with the first of its
     * negatives.
     *
     * @param mostUsers how many at most
     * @param mostNegatives of each, at most
     */
    public ValidationSet sample(int mostUsers, int mostNegatives) {
        int count = Math.min(mostUsers, users.length);
        int[] chosen =
                IntStream.range(0, count)
                        .map(i -> (int) ((long) i * users.length / count))
                        .toArray();
        return new ValidationSet(
                this,
                Arrays.stream(chosen).map(i -> users[i]).toArray(),
                Arrays.stream(chosen).map(i -> positions[i]).toArray(),
                Arrays.stream(chosen)
                        .mapToObj(i -> first(candidates[i], 1 + mostNegatives))
                        .toArray(int[][]::new));
    }

    private static int[] first(int[] values, int most) {
        return Arrays.copyOf(values, Math.min(values.length, most));
    }

    /**
     * Returns what a bundle holds of these users.
     *
     * @param history interactions of each that the model reads at most
     * @param global what {@link #global} gave
     * @param personalized what {@link #rank} gave with fresh deltas
     */
    public QualityProbe probe(int history, RankingMetrics global, RankingMetrics personalized) {
        List<QualityProbe.User> probed = new ArrayList<>(users.length);
        for (int i = 0; i < users.length; i++) {
            long[] items = all.get(users[i]).items();
            long[] ranked = Arrays.stream(candidates[i]).mapToLong(vocabulary::idOf).toArray();
            probed.add(
                    new QualityProbe.User(
                            Arrays.copyOfRange(
                                    items, Math.max(0, positions[i] - history), positions[i]),
                            ranked[0],
                            Arrays.copyOfRange(ranked, 1, ranked.length)));
        }
        return new QualityProbe(global.userAuc(), personalized.userAuc(), probed);
    }

    /**
     * Holds how the users' positives are ranked.
     *
     * @param metrics over all users
     * @param userAucs of each user, in the same order every time
     */
    public record Ranked(RankingMetrics metrics, double[] userAucs) {}

    /**
     * Holds rankings of the same users.
     *
     * @param global by the global model
     * @param byAge with deltas, by the age of the deltas
     */
    public record Rankings(Ranked global, SortedMap<Integer, Ranked> byAge) {}

    /** Ranks by the global model. */
    public RankingMetrics global(NDManager parent, UniversalMetaNetwork network) {
        return rank(parent, network, null).global().metrics();
    }

    /**
     * Ranks by the global model and with deltas from histories that ended so many interactions
     * earlier, or after the first interaction. A user's state does not depend on a delta, so all
     * rankings share it.
     *
     * @param generator null where there are no ages
     * @param ages of the deltas in interactions
     */
    public Rankings rank(
            NDManager parent,
            UniversalMetaNetwork network,
            @Nullable ParameterGenerator generator,
            int... ages) {
        Tally global = new Tally();
        SortedMap<Integer, Tally> byAge = new TreeMap<>();
        for (int age : ages) {
            byAge.put(age, new Tally());
        }
        int atOnce = network.dependsOnCandidate() ? USERS_AT_ONCE_BY_CANDIDATE : USERS_AT_ONCE;
        for (int from = 0; from < users.length; from += atOnce) {
            int first = from;
            int to = Math.min(users.length, from + atOnce);
            try (NDManager step = parent.newSubManager()) {
                network.parameters().lendTo(step);
                if (generator != null) {
                    generator.parameters().lendTo(step);
                }
                NDArray items = items(step, from, to);
                NDArray states =
                        inputs.states(step, network, places(from, to, 0), items, Dropout.NONE);
                global.add(from, to, network.score(network.globalHead(states), items));
                byAge.forEach(
                        (age, tally) -> {
                            NDList deltas =
                                    generator.generate(
                                            inputs.histories(step, places(first, to, age)),
                                            Dropout.NONE);
                            NDArray scores =
                                    PersonalizedScores.of(
                                            network,
                                            states.expandDims(1),
                                            deltas,
                                            items.expandDims(1));
                            tally.add(first, to, scores.squeeze(1));
                        });
            }
        }
        SortedMap<Integer, Ranked> personalized = new TreeMap<>();
        byAge.forEach((age, tally) -> personalized.put(age, tally.result()));
        return new Rankings(global.result(), personalized);
    }

    /** Returns the candidates of some users, padded to the longest list. */
    private NDArray items(NDManager step, int from, int to) {
        int width = width(from, to);
        long[] padded = new long[(to - from) * width];
        for (int i = from; i < to; i++) {
            for (int c = 0; c < candidates[i].length; c++) {
                padded[(i - from) * width + c] = candidates[i][c];
            }
        }
        return step.create(padded, new Shape(to - from, width));
    }

    private int width(int from, int to) {
        return IntStream.range(from, to).map(i -> candidates[i].length).max().orElse(0);
    }

    /** A tally gathers one ranking of all users, some at a time. */
    private final class Tally {
        private final RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        private final double[] userAucs = new double[users.length];

        /** Adds the scores [users, candidates] of some users. */
        void add(int from, int to, NDArray ofUsers) {
            float[] scores = ofUsers.toFloatArray();
            int width = width(from, to);
            for (int i = from; i < to; i++) {
                int start = (i - from) * width;
                float[] negatives =
                        Arrays.copyOfRange(scores, start + 1, start + candidates[i].length);
                userAucs[i] = metrics.add(scores[start], negatives).userAuc();
            }
        }

        Ranked result() {
            return new Ranked(metrics.result(), userAucs);
        }
    }

    private TrainingSet.Places places(int from, int to, int age) {
        return new TrainingSet.Places(
                Arrays.copyOfRange(users, from, to),
                IntStream.range(from, to).map(i -> Math.max(1, positions[i] - age)).toArray());
    }
}
