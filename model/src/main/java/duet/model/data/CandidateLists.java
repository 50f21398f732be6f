package duet.model.data;

import com.fasterxml.jackson.annotation.JsonValue;
import duet.model.data.SkippedUsers.Reason;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.Quantity;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds what each user ranks in an evaluation: the test positive and negatives the user never
 * touched. Users who cannot be ranked for have no list and are counted.
 *
 * @param kind where the negatives come from
 * @param byUser candidates by user id, in the order of the log
 * @param skipped the users of the log who have none
 */
public record CandidateLists(Kind kind, Map<String, Candidates> byUser, SkippedUsers skipped) {
    /** A list that is drawn has so many negatives. */
    public static final int NEGATIVES = 99;

    /** Says where negatives come from. */
    public enum Kind {
        /** Drawn from all items, each with the same chance. */
        UNIFORM,

        /** Drawn by how often an item is among the training interactions. */
        POPULAR,

        /** Named by a file. */
        FILE,

        /** All items that the user never touched; the lists name none. */
        ALL;

        /** Returns the name as in options and in JSON. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Holds one user's candidates.
     *
     * @param positive raw id of the test positive
     * @param negatives raw ids
     */
    public record Candidates(long positive, long[] negatives) {
        /** Returns the positive, then the negatives. */
        public long[] all() {
            long[] all = new long[negatives.length + 1];
            all[0] = positive;
            System.arraycopy(negatives, 0, all, 1, negatives.length);
            return all;
        }
    }

    /** Returns the candidates of a user; empty where the user is skipped. */
    public Optional<Candidates> of(UserHistory user) {
        return Optional.ofNullable(byUser.get(user.user()));
    }

    /**
     * Reads {@code user<TAB>positive<TAB>negative,negative,…} with ids of the data file, or lines
     * of JSON with the keys {@code user}, {@code positive} and {@code negatives}.
     *
     * @param split what of the data set is tested
     * @param vocabulary the items the model knows
     * @throws InvalidInputException naming the line, if the file cannot be read, a line has another
     *     form, names a user who is not known or stands there already, a positive that is not the
     *     user's test item, or a negative that stands there twice, is the positive, or is an item
     *     that the user touched
     */
    public static CandidateLists read(Path file, EvaluationSplit split, Vocabulary vocabulary) {
        return new CandidatesFile(file, split, vocabulary).read();
    }

    /**
     * Draws distinct negatives for every user, uniform over the items of the vocabulary the user
     * never touched; all of them where there are fewer than {@link #NEGATIVES}.
     */
    public static CandidateLists draw(EvaluationSplit split, Vocabulary vocabulary, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return of(
                Kind.UNIFORM,
                split,
                vocabulary,
                user -> untouched(user, vocabulary, NEGATIVES, random));
    }

    /**
     * Draws distinct negatives for every user among those the user never touched, by how often an
     * item is among the training interactions of the split.
     */
    public static CandidateLists drawPopular(
            EvaluationSplit split, Vocabulary vocabulary, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PopularItems popular = new PopularItems(split, vocabulary);
        return of(Kind.POPULAR, split, vocabulary, user -> popular.draw(user, NEGATIVES, random));
    }

    /** Takes all items that a user never touched, for every user; the lists name none of them. */
    public static CandidateLists all(EvaluationSplit split, Vocabulary vocabulary) {
        return of(
                Kind.ALL,
                split,
                vocabulary,
                user -> new UntouchedItems(user, vocabulary).size() == 0 ? null : new long[0]);
    }

    private static CandidateLists of(
            Kind kind,
            EvaluationSplit split,
            Vocabulary vocabulary,
            Function<UserHistory, long @Nullable []> draw) {
        SkippedUsers skipped = new SkippedUsers();
        Map<String, Candidates> byUser = new LinkedHashMap<>();
        for (UserHistory user : split.users()) {
            if (!rankable(split, user, vocabulary, skipped)) {
                continue;
            }
            long[] negatives = draw.apply(user);
            if (negatives == null || (negatives.length == 0 && kind != Kind.ALL)) {
                skipped.add(
                        Reason.TOUCHED_EVERYTHING,
                        split.log().source()
                                + ": user "
                                + OneLine.of(user.user())
                                + " touched every item, there is none left to rank against");
            } else {
                byUser.put(user.user(), new Candidates(split.testPositive(user), negatives));
            }
        }
        return new CandidateLists(kind, byUser, skipped);
    }

    /** Returns whether a user has a test item that can be ranked; counts the user otherwise. */
    static boolean rankable(
            EvaluationSplit split, UserHistory user, Vocabulary vocabulary, SkippedUsers skipped) {
        String who = split.log().source() + ": user " + OneLine.of(user.user());
        if (!split.hasTest(user)) {
            skipped.add(Reason.NO_TEST, who + " has no interaction at or after the split's time");
        } else if (split.testPosition(user) == 0) {
            skipped.add(Reason.NO_HISTORY, who + " has no interaction before the split's time");
        } else if (vocabulary.indexOf(split.testPositive(user)) == 0) {
            skipped.add(
                    Reason.UNKNOWN_TEST_ITEM,
                    who
                            + " has the test item "
                            + OneLine.of(split.log().names().of(split.testPositive(user)))
                            + ", which the model does not know");
        } else {
            return true;
        }
        return false;
    }

    /**
     * Draws distinct items that the user never touched, uniformly; fewer than {@code count} where
     * there are no more.
     */
    public static long[] untouched(
            UserHistory user, Vocabulary vocabulary, int count, SplittableRandom random) {
        return new UntouchedItems(user, vocabulary).draw(count, random);
    }

    /**
     * Tells how long the lists are, the positive included.
     *
     * @param kind where the negatives come from
     * @param min the shortest
     * @param median the one in the middle, the lower of two
     * @param max the longest
     */
    public record Lengths(Kind kind, int min, int median, int max) {}

    /**
     * Returns how long the lists are.
     *
     * @param split what the lists were made of
     * @param vocabulary the items the model knows
     * @throws InvalidInputException if there is no list, with the reasons
     */
    public Lengths lengths(EvaluationSplit split, Vocabulary vocabulary) {
        int[] lengths =
                split.users().stream()
                        .filter(user -> byUser.containsKey(user.user()))
                        .mapToInt(
                                user ->
                                        kind == Kind.ALL
                                                ? 1 + new UntouchedItems(user, vocabulary).size()
                                                : 1 + byUser.get(user.user()).negatives().length)
                        .sorted()
                        .toArray();
        requireAny(split);
        return new Lengths(
                kind, lengths[0], lengths[(lengths.length - 1) / 2], lengths[lengths.length - 1]);
    }

    /**
     * Refuses to go on with nobody.
     *
     * @throws InvalidInputException if there is no list, with the reasons
     */
    public void requireAny(EvaluationSplit split) {
        if (byUser.isEmpty()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: none of %s can be ranked for: %s",
                            split.log().source(),
                            Quantity.of(split.users().size(), "user"),
                            skipped.inWords()));
        }
    }
}
