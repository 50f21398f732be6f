package duet.studies.experiment.cell;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.RankingListener;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.UserRanking;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds where the test positive of each user stood, for intervals over users and for differences
 * between cells, user by user. It stands in a file of its own beside the cell's result, and names
 * no user.
 *
 * @param fingerprint of the cell that it belongs to
 * @param tasks hash of users and candidates: only rankings of the same tasks can be paired
 * @param negatives how many each user had, in the order of the tasks; a single number where all had
 *     the same
 * @param byWay ranks by way of ranking, as {@link RankingListener} names it
 * @param validation userAuc of each user's last training item, by way of ranking; empty where it
 *     was not measured
 */
public record CellRankings(
        String fingerprint,
        String tasks,
        int[] negatives,
        SortedMap<String, Ranks> byWay,
        SortedMap<String, Double> validation) {

    /**
     * Checks that it belongs together.
     *
     * @throws InvalidInputException if it does not
     */
    public CellRankings {
        byWay = Collections.unmodifiableSortedMap(new TreeMap<>(byWay));
        validation = Collections.unmodifiableSortedMap(new TreeMap<>(validation));
        requireAtLeast(negatives, 1);
        for (Ranks ranks : byWay.values()) {
            requireAtLeast(ranks.below, 0);
            if (ranks.equal != null) {
                requireAtLeast(ranks.equal, 0);
            }
            int users = ranks.below.length;
            if (negatives.length != 1 && negatives.length != users) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%,d users with the negatives of %,d",
                                users,
                                negatives.length));
            }
            if (ranks.equal != null && ranks.equal.length != users) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%,d users with the ties of %,d",
                                users,
                                ranks.equal.length));
            }
        }
    }

    private static void requireAtLeast(int[] values, int least) {
        if (Arrays.stream(values).anyMatch(value -> value < least)) {
            throw new InvalidInputException("a count is less than " + least);
        }
    }

    /**
     * Holds ranks of all users by one way, in the order of the tasks.
     *
     * @param below how many negatives scored lower than the positive
     * @param equal how many scored the same; null where none of any user did
     */
    public record Ranks(
            int[] below,
            @JsonProperty @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] equal) {}

    /** Returns each user's ranking by that way; empty if it was not measured. */
    public Optional<List<UserRanking>> of(String way) {
        return Optional.ofNullable(byWay.get(way)).map(this::rankings);
    }

    private List<UserRanking> rankings(Ranks ranks) {
        List<UserRanking> rankings = new ArrayList<>(ranks.below.length);
        for (int user = 0; user < ranks.below.length; user++) {
            rankings.add(
                    new UserRanking(
                            ranks.below[user],
                            ranks.equal == null ? 0 : ranks.equal[user],
                            negatives[negatives.length == 1 ? 0 : user]));
        }
        return rankings;
    }

    /** Collects what an evaluation tells. */
    static final class Collector implements RankingListener {
        private final List<EvaluationTask> tasks;
        private final SortedMap<String, Ranks> byWay = new TreeMap<>();
        private final SortedMap<String, Double> validation = new TreeMap<>();

        Collector(List<EvaluationTask> tasks) {
            this.tasks = tasks;
        }

        @Override
        public void ranked(String way, List<UserRanking> users) {
            int[] below = users.stream().mapToInt(UserRanking::below).toArray();
            int[] equal = users.stream().mapToInt(UserRanking::equal).toArray();
            byWay.put(
                    way,
                    new Ranks(
                            below,
                            Arrays.stream(equal).allMatch(ties -> ties == 0) ? null : equal));
        }

        /** Takes how the validation items are ranked by a way. */
        void validated(String way, double userAuc) {
            validation.put(way, userAuc);
        }

        CellRankings result(String fingerprint) {
            int[] negatives = tasks.stream().mapToInt(task -> task.negatives().length).toArray();
            boolean alike = Arrays.stream(negatives).distinct().count() == 1;
            return new CellRankings(
                    fingerprint,
                    hash(tasks),
                    alike ? new int[] {negatives[0]} : negatives,
                    byWay,
                    validation);
        }
    }

    private static String hash(List<EvaluationTask> tasks) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        for (EvaluationTask task : tasks) {
            digest.update(task.user().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            long[] candidates = task.candidates();
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (1 + candidates.length));
            bytes.putLong(candidates.length);
            Arrays.stream(candidates).forEach(bytes::putLong);
            digest.update(bytes.array());
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 20);
    }
}
