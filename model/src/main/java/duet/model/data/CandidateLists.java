package duet.model.data;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Holds what each user ranks in an evaluation: the test positive and negatives the user never
 * touched.
 *
 * @param byUser candidates by user id, in the order of the log
 */
public record CandidateLists(Map<String, Candidates> byUser) {
    /** A list that is drawn has so many negatives. */
    public static final int NEGATIVES = 99;

    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern COMMA = Pattern.compile(",");

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

    /** Returns the candidates of a user. */
    public Candidates of(UserHistory user) {
        return byUser.get(user.user());
    }

    /**
     * Reads {@code user<TAB>positive<TAB>negative,negative,…} with ids of the data file.
     *
     * @param split what of the data set is tested
     * @param vocabulary the items the model knows
     * @throws InvalidInputException if the file cannot be read, a line has another form, names a
     *     user or an item that is not known (naming line and id) or a positive that is not the
     *     user's last item, or a user of the log has no line
     */
    public static CandidateLists read(Path file, EvaluationSplit split, Vocabulary vocabulary) {
        InteractionLog log = split.log();
        Map<String, UserHistory> users = new HashMap<>();
        log.users().forEach(user -> users.put(user.user(), user));
        Map<String, Candidates> read = new HashMap<>();
        try (BoundedLineReader lines = BoundedLineReader.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = TAB.split(line.strip(), -1);
                if (fields.length != 3 || fields[2].isBlank()) {
                    throw lines.error("expected `user<TAB>positive<TAB>negative,negative,…`");
                }
                Candidates candidates = parse(lines, fields, vocabulary);
                UserHistory user = users.get(fields[0]);
                if (user == null) {
                    if (log.leftOut().contains(fields[0])) {
                        continue;
                    }
                    throw lines.error("unknown user " + BoundedLineReader.excerpt(fields[0]));
                }
                if (candidates.positive() != split.testPositive(user)) {
                    throw lines.error(
                            String.format(
                                    Locale.ROOT,
                                    "positive %d is not the last item of user %s, which is %d",
                                    candidates.positive(),
                                    user.user(),
                                    split.testPositive(user)));
                }
                if (read.put(user.user(), candidates) != null) {
                    throw lines.error("user " + user.user() + " has candidates already");
                }
            }
        }
        Map<String, Candidates> byUser = new LinkedHashMap<>();
        for (UserHistory user : log.users()) {
            Candidates candidates = read.get(user.user());
            if (candidates == null) {
                throw new InvalidInputException(file + ": no candidates for user " + user.user());
            }
            byUser.put(user.user(), candidates);
        }
        return new CandidateLists(byUser);
    }

    /**
     * Draws distinct negatives for every user, uniform over the items of the vocabulary the user
     * never touched; all of them where there are fewer than {@link #NEGATIVES}.
     *
     * @throws InvalidInputException if a user touched every item
     */
    public static CandidateLists draw(EvaluationSplit split, Vocabulary vocabulary, long seed) {
        InteractionLog log = split.log();
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Candidates> byUser = new LinkedHashMap<>();
        for (UserHistory user : log.users()) {
            long[] negatives = untouched(user, vocabulary, NEGATIVES, random);
            if (negatives.length == 0) {
                throw new InvalidInputException(
                        log.source()
                                + ": user "
                                + user.user()
                                + " touched every item, there is none left to rank against");
            }
            byUser.put(user.user(), new Candidates(split.testPositive(user), negatives));
        }
        return new CandidateLists(byUser);
    }

    /**
     * Draws distinct items that the user never touched, uniformly; fewer than {@code count} where
     * there are no more.
     */
    public static long[] untouched(
            UserHistory user, Vocabulary vocabulary, int count, SplittableRandom random) {
        int[] touched =
                Arrays.stream(user.items())
                        .mapToInt(vocabulary::indexOf)
                        .filter(index -> index != 0)
                        .sorted()
                        .distinct()
                        .toArray();
        int pool = vocabulary.size() - touched.length;
        long[] drawn = new long[Math.min(count, pool)];
        // A Fisher-Yates shuffle of which only the first places are made, on a pool that is not
        // there: a place holds what is put down here, or else itself.
        Map<Integer, Integer> moved = new HashMap<>();
        for (int i = 0; i < drawn.length; i++) {
            int j = random.nextInt(i, pool);
            Integer first = moved.remove(i);
            int here = first == null ? i : first;
            int taken = here;
            if (j != i) {
                Integer other = moved.put(j, here);
                taken = other == null ? j : other;
            }
            drawn[i] = vocabulary.idOf(untouchedIndex(touched, taken));
        }
        return drawn;
    }

    /**
     * Returns the index in the vocabulary, from 1, of an untouched item.
     *
     * @param touched indices, ascending, each once
     * @param place of the item among the untouched ones, from 0
     */
    private static int untouchedIndex(int[] touched, int place) {
        int low = 0; // how many touched items stand before it
        int high = touched.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (touched[middle] - 1 - middle <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return place + low + 1;
    }

    private static Candidates parse(
            BoundedLineReader lines, String[] fields, Vocabulary vocabulary) {
        String[] negatives = COMMA.split(fields[2], -1);
        long[] ids = new long[negatives.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = known(lines, negatives[i], vocabulary);
        }
        return new Candidates(known(lines, fields[1], vocabulary), ids);
    }

    private static long known(BoundedLineReader lines, String text, Vocabulary vocabulary) {
        long id;
        try {
            id = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw lines.error(
                    "item id \"" + BoundedLineReader.excerpt(text) + "\" is not an integer");
        }
        if (vocabulary.indexOf(id) == 0) {
            throw lines.error("unknown item " + id);
        }
        return id;
    }
}
