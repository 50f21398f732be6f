package duet.model.training;

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
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What selects models: every user's last training item against sampled items the user never touched, the same ones all
 * the time. The test positive is neither positive nor negative here.
 */
final class ValidationSet {
    private static final int USERS_AT_ONCE = 512;

    private final TrainingSet set;
    private final Dimensions dimensions;
    private final int[] users;
    private final int[] positions;
    private final int[][] candidates; // positive first

    ValidationSet(
            EvaluationSplit split,
            TrainingSet set,
            Vocabulary vocabulary,
            Dimensions dimensions,
            int negatives,
            SplittableRandom random) {
        this.set = set;
        this.dimensions = dimensions;
        List<UserHistory> all = split.users();
        int[][] drawn = new int[all.size()][];
        for (int u = 0; u < all.size(); u++) {
            UserHistory user = all.get(u);
            long positive = user.items()[EvaluationSplit.validationPosition(user)];
            long[] untouched = CandidateLists.untouched(user, vocabulary, negatives, random);
            drawn[u] =
                    IntStream.concat(
                                    IntStream.of(vocabulary.indexOf(positive)),
                                    Arrays.stream(untouched).mapToInt(vocabulary::indexOf))
                            .toArray();
        }
        this.users = IntStream.range(0, all.size()).filter(u -> drawn[u].length > 1).toArray();
        if (users.length == 0) {
            throw new InvalidInputException(
                    "%s: every user touched every item, there is nothing to rank against"
                            .formatted(split.log().source()));
        }
        this.candidates = Arrays.stream(users).mapToObj(u -> drawn[u]).toArray(int[][]::new);
        this.positions =
                Arrays.stream(users)
                        .map(u -> EvaluationSplit.validationPosition(all.get(u)))
                        .toArray();
    }

    /** Ranking by the global model. */
    RankingMetrics global(NDManager parent, UniversalMetaNetwork network) {
        return measure(parent, network, null, 0);
    }

    /** Ranking with deltas from windows that ended {@code age} interactions earlier, or after the first interaction. */
    RankingMetrics personalized(
            NDManager parent, UniversalMetaNetwork network, ParameterGenerator generator, int age) {
        return measure(parent, network, generator, age);
    }

    private RankingMetrics measure(
            NDManager parent, UniversalMetaNetwork network, ParameterGenerator generator, int age) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        for (int from = 0; from < users.length; from += USERS_AT_ONCE) {
            int to = Math.min(users.length, from + USERS_AT_ONCE);
            try (NDManager step = parent.newSubManager()) {
                network.parameters().lendTo(step);
                NDArray states = network.state(windows(step, from, to, 0), Dropout.NONE);
                NDArray head;
                if (generator == null) {
                    head = network.globalHead(states);
                } else {
                    generator.parameters().lendTo(step);
                    NDList deltas = generator.generate(windows(step, from, to, age), Dropout.NONE);
                    head = network.personalizedHead(states.expandDims(1), deltas).squeeze(1);
                }
                int width =
                        IntStream.range(from, to).map(i -> candidates[i].length).max().orElse(0);
                long[] padded = new long[(to - from) * width];
                for (int i = from; i < to; i++) {
                    for (int c = 0; c < candidates[i].length; c++) {
                        padded[(i - from) * width + c] = candidates[i][c];
                    }
                }
                NDArray items = step.create(padded, new Shape(to - from, width));
                float[] scores = network.score(head, items).toFloatArray();
                for (int i = from; i < to; i++) {
                    int start = (i - from) * width;
                    metrics.add(
                            scores[start],
                            Arrays.copyOfRange(scores, start + 1, start + candidates[i].length));
                }
            }
        }
        return metrics.result();
    }

    private NDArray windows(NDManager step, int from, int to, int age) {
        int length = dimensions.window();
        long[] windows = new long[(to - from) * length];
        for (int i = from; i < to; i++) {
            int end = Math.max(1, positions[i] - age);
            set.copyWindow(users[i], end, windows, (i - from) * length);
        }
        return step.create(windows, new Shape(to - from, length));
    }
}
