package duet.model.data;

import duet.model.data.CandidateLists.Candidates;
import duet.model.data.CandidateLists.Kind;
import duet.model.data.SkippedUsers.Reason;
import duet.schemas.OneLine;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the candidates of each user from a file, and checks them. */
final class CandidatesFile {
    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern COMMA = Pattern.compile(",");

    private final Path file;
    private final EvaluationSplit split;
    private final Vocabulary vocabulary;
    private final Map<String, UserHistory> users = new HashMap<>();

    /** Holds the lists of users whose candidates the model knows. */
    private final Map<String, Candidates> read = new HashMap<>();

    /** Holds, of the other users in the file, what is wrong with the list. */
    private final Map<String, String> unusable = new HashMap<>();

    CandidatesFile(Path file, EvaluationSplit split, Vocabulary vocabulary) {
        this.file = file;
        this.split = split;
        this.vocabulary = vocabulary;
        split.users().forEach(user -> users.put(user.user(), user));
    }

    CandidateLists read() {
        try (BoundedLineReader lines = BoundedLineReader.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = TAB.split(line.strip(), -1);
                if (fields.length != 3 || fields[2].isBlank()) {
                    throw lines.error("expected `user<TAB>positive<TAB>negative,negative,…`");
                }
                UserHistory user = users.get(fields[0]);
                if (user != null) {
                    take(lines, user, fields[1].strip(), COMMA.split(fields[2], -1));
                } else if (!split.log().leftOut().contains(fields[0])) {
                    throw lines.error("unknown user " + BoundedLineReader.excerpt(fields[0]));
                }
            }
        }
        SkippedUsers skipped = new SkippedUsers();
        Map<String, Candidates> byUser = new LinkedHashMap<>();
        for (UserHistory user : split.users()) {
            String id = user.user();
            if (!CandidateLists.rankable(split, user, vocabulary, skipped)) {
                continue;
            }
            if (read.containsKey(id)) {
                byUser.put(id, read.get(id));
            } else if (unusable.containsKey(id)) {
                skipped.add(Reason.UNKNOWN_CANDIDATE, unusable.get(id));
            } else {
                skipped.add(
                        Reason.NO_CANDIDATES, file + ": no candidates for user " + OneLine.of(id));
            }
        }
        return new CandidateLists(Kind.FILE, byUser, skipped);
    }

    private void take(
            BoundedLineReader lines, UserHistory user, String positive, String[] negatives) {
        String id = user.user();
        if (read.containsKey(id) || unusable.containsKey(id)) {
            throw lines.error("user " + OneLine.of(id) + " has candidates already");
        }
        long tested = vocabulary.names().rule().of(positive);
        if (split.hasTest(user) && tested != split.testPositive(user)) {
            throw lines.error(
                    String.format(
                            Locale.ROOT,
                            "positive %s is not the test item of user %s, which is %s",
                            BoundedLineReader.excerpt(positive),
                            OneLine.of(id),
                            OneLine.of(split.log().names().of(split.testPositive(user)))));
        }
        long[] touched = user.items().clone();
        Arrays.sort(touched);
        Set<Long> seen = new HashSet<>();
        long[] ids = new long[negatives.length];
        for (int i = 0; i < ids.length; i++) {
            String text = negatives[i].strip();
            if (text.isEmpty()) {
                throw lines.error("a negative is blank");
            }
            ids[i] = vocabulary.names().rule().of(text);
            if (ids[i] == tested) {
                throw wrong(lines, text, "is the positive");
            }
            if (!seen.add(ids[i])) {
                throw wrong(lines, text, "stands there twice");
            }
            if (Arrays.binarySearch(touched, ids[i]) >= 0) {
                throw wrong(lines, text, "is an item that user " + OneLine.of(id) + " touched");
            }
            if (vocabulary.indexOf(ids[i]) == 0) {
                unusable.putIfAbsent(
                        id,
                        lines.error("unknown item " + BoundedLineReader.excerpt(text))
                                .getMessage());
            }
        }
        if (!unusable.containsKey(id)) {
            read.put(id, new Candidates(tested, ids));
        }
    }

    private static RuntimeException wrong(BoundedLineReader lines, String text, String what) {
        return lines.error("negative " + BoundedLineReader.excerpt(text) + " " + what);
    }
}
