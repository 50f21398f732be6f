package duet.model.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import duet.model.data.CandidateLists.Candidates;
import duet.model.data.CandidateLists.Kind;
import duet.model.data.SkippedUsers.Reason;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the candidates of each user from a file, and checks them. A line is {@code
 * user<TAB>positive<TAB>negative,negative,…}; or all lines are JSON, which holds ids with commas,
 * too.
 */
final class CandidatesFile {
    private static final String JSON_FORM =
            "{\"user\": \"…\", \"positive\": \"…\", \"negatives\": [\"…\", \"…\"]}";
    private static final ObjectReader JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .reader();

    private final Path file;
    private final EvaluationSplit split;
    private final Vocabulary vocabulary;
    private final Map<String, UserHistory> users = new HashMap<>();

    /** Holds the lists of users whose candidates the model knows. */
    private final Map<String, Candidates> read = new HashMap<>();

    /** Holds, of the other users in the file, what is wrong with the list. */
    private final Map<String, String> unusable = new HashMap<>();

    private boolean json;

    /** Says whether ids hold commas; null until it is asked for. */
    private @Nullable Boolean commas;

    /** Holds what a line says, without the blanks around an id. */
    private record Line(String user, String positive, List<String> negatives) {}

    CandidatesFile(Path file, EvaluationSplit split, Vocabulary vocabulary) {
        this.file = file;
        this.split = split;
        this.vocabulary = vocabulary;
        split.users().forEach(user -> users.put(user.user(), user));
    }

    CandidateLists read() {
        try (BoundedLineReader lines = BoundedLineReader.open(file)) {
            String text = lines.next();
            json = text != null && text.strip().startsWith("{") && text.strip().endsWith("}");
            for (; text != null; text = lines.next()) {
                Line line = json ? ofJson(lines, text) : ofFields(lines, text);
                UserHistory user = users.get(line.user());
                if (user != null) {
                    take(lines, user, line.positive(), line.negatives());
                } else if (!split.log().leftOut().contains(line.user())) {
                    throw lines.error("unknown user " + BoundedLineReader.excerpt(line.user()));
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

    private static Line ofFields(BoundedLineReader lines, String text) {
        String[] fields = text.strip().split("\t", -1);
        if (fields.length != 3 || fields[2].isBlank()) {
            throw lines.error("expected `user<TAB>positive<TAB>negative,negative,…`");
        }
        String[] negatives = fields[2].split(",", -1);
        for (int i = 0; i < negatives.length; i++) {
            negatives[i] = negatives[i].strip();
        }
        return new Line(fields[0].strip(), fields[1].strip(), Arrays.asList(negatives));
    }

    private static Line ofJson(BoundedLineReader lines, String text) {
        JsonNode line;
        try {
            line = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw lines.error(
                    "not JSON as the first line is: " + OneLine.of(e.getOriginalMessage()));
        }
        List<String> negatives = new ArrayList<>();
        line.path("negatives").forEach(negative -> negatives.add(id(lines, negative)));
        if (!line.path("negatives").isArray() || negatives.isEmpty()) {
            throw lines.error("expected " + JSON_FORM);
        }
        return new Line(id(lines, line.path("user")), id(lines, line.path("positive")), negatives);
    }

    private static String id(BoundedLineReader lines, JsonNode id) {
        if (!id.isTextual() && !id.isIntegralNumber()) {
            throw lines.error("expected " + JSON_FORM);
        }
        return id.asText().strip();
    }

    private void take(
            BoundedLineReader lines, UserHistory user, String positive, List<String> negatives) {
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
        long[] ids = new long[negatives.size()];
        for (int i = 0; i < ids.length; i++) {
            String text = negatives.get(i);
            if (text.isEmpty()) {
                throw wrong(lines, "a negative is blank");
            }
            ids[i] = vocabulary.names().rule().of(text);
            String negative = "negative " + BoundedLineReader.excerpt(text);
            if (ids[i] == tested) {
                throw wrong(lines, negative + " is the positive");
            }
            if (!seen.add(ids[i])) {
                throw wrong(lines, negative + " stands there twice");
            }
            if (Arrays.binarySearch(touched, ids[i]) >= 0) {
                throw wrong(
                        lines, negative + " is an item that user " + OneLine.of(id) + " touched");
            }
            if (vocabulary.indexOf(ids[i]) == 0) {
                InvalidInputException unknown =
                        wrong(lines, "unknown item " + BoundedLineReader.excerpt(text));
                if (cutsIds()) {
                    // Not an item that the model does not know, but pieces of one it may know.
                    throw unknown;
                }
                unusable.putIfAbsent(id, unknown.getMessage());
            }
        }
        if (!unusable.containsKey(id)) {
            read.put(id, new Candidates(tested, ids));
        }
    }

    private InvalidInputException wrong(BoundedLineReader lines, String what) {
        return lines.error(
                cutsIds()
                        ? what
                                + " (items of this model have commas in their ids, which separate"
                                + " negatives here; lines of JSON hold them: "
                                + JSON_FORM
                                + ")"
                        : what);
    }

    /** Returns whether commas that separate negatives may stand in ids, too. */
    private boolean cutsIds() {
        if (commas == null) {
            commas =
                    !json
                            && Arrays.stream(vocabulary.ids())
                                    .mapToObj(vocabulary.names()::of)
                                    .anyMatch(id -> id.indexOf(',') >= 0);
        }
        return commas;
    }
}
