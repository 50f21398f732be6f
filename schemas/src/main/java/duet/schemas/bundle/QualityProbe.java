package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A quality probe holds users that a model was not trained to rank for, and how well it ranked for
 * them when it was exported. It is what stands in a bundle's {@code probe.json}. Whoever serves the
 * bundle ranks for them again, with the files that it serves.
 *
 * @param globalUserAuc mean over the users of the share of negatives below the positive, with the
 *     global classifier
 * @param personalizedUserAuc the same with deltas of the whole histories
 * @param users 1 to {@link #MAX_USERS}
 */
@JsonPropertyOrder({"globalUserAuc", "personalizedUserAuc", "users"})
public record QualityProbe(double globalUserAuc, double personalizedUserAuc, List<User> users) {
    /**
     * A probe has at most so many users: enough to tell a sound model from a broken one, few enough
     * to rank beside a live stream.
     */
    public static final int MAX_USERS = 200;

    /** A user has at most so many negatives, as many as an evaluation ranks among. */
    public static final int MAX_NEGATIVES = 99;

    /** The limit is above what the most users with the longest histories take. */
    static final int MAX_BYTES = 32 << 20;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .enable(
                            DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                            DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /**
     * Holds one user to be ranked for, without a name.
     *
     * @param history raw ids of the newest items before the positive, oldest first, at most as many
     *     as the model reads
     * @param positive raw id of the item the user took next
     * @param negatives raw ids of items the user never touched, 1 to {@link #MAX_NEGATIVES}
     */
    @JsonPropertyOrder({"history", "positive", "negatives"})
    public record User(long[] history, long positive, long[] negatives) {}

    public QualityProbe {
        users = List.copyOf(users);
    }

    /** Returns the content of the file, in which every user is a line. */
    byte[] encode() {
        try {
            StringBuilder json = new StringBuilder();
            json.append("{\"globalUserAuc\":").append(JSON.writeValueAsString(globalUserAuc));
            json.append(",\"personalizedUserAuc\":")
                    .append(JSON.writeValueAsString(personalizedUserAuc));
            json.append(",\"users\":[");
            for (int i = 0; i < users.size(); i++) {
                json.append(i == 0 ? "\n" : ",\n").append(JSON.writeValueAsString(users.get(i)));
            }
            return json.append("\n]}\n").toString().getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a probe cannot be written", e);
        }
    }

    /**
     * Reads the probe of a model.
     *
     * @throws InvalidInputException naming the file, and the place in it, that is no probe of this
     *     model
     */
    static QualityProbe decode(byte[] content, Dimensions dimensions, Vocabulary vocabulary) {
        QualityProbe probe;
        try {
            probe = JSON.readValue(content, QualityProbe.class);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is no probe, %s: %s",
                            ModelBundle.PROBE,
                            place(e),
                            e.getOriginalMessage().lines().findFirst().orElse("")),
                    e);
        } catch (IOException e) {
            // Not a text in any encoding that JSON may have.
            throw new InvalidInputException(
                    ModelBundle.PROBE + " is no probe: " + OneLine.of(e), e);
        }
        if (probe == null) {
            throw invalid("is no probe, it is null");
        }
        probe.requireFits(dimensions, vocabulary);
        return probe;
    }

    /**
     * Refuses what is no probe of a model.
     *
     * @throws InvalidInputException naming the place and what is wrong with it
     */
    public void requireFits(Dimensions dimensions, Vocabulary vocabulary) {
        if (dimensions.features() > 0) {
            throw invalid("holds histories of items, the model reads feature vectors");
        }
        requireShare("globalUserAuc", globalUserAuc);
        requireShare("personalizedUserAuc", personalizedUserAuc);
        requireCount("users", users.size(), MAX_USERS);
        for (int i = 0; i < users.size(); i++) {
            User user = users.get(i);
            String place = "users[" + i + "]";
            requireKnown(place + ".history", user.history, dimensions.history(), vocabulary);
            requireKnown(place + ".positive", user.positive, vocabulary);
            requireKnown(place + ".negatives", user.negatives, MAX_NEGATIVES, vocabulary);
        }
    }

    private static void requireShare(String place, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw invalid("has the %s %s, it must be 0 to 1", place, value);
        }
    }

    private static void requireCount(String place, int count, int most) {
        if (count < 1 || count > most) {
            throw invalid("has %,d entries in %s, it must be 1 to %,d", count, place, most);
        }
    }

    private static void requireKnown(String place, long[] items, int most, Vocabulary vocabulary) {
        requireCount(place, items.length, most);
        for (int i = 0; i < items.length; i++) {
            if (vocabulary.indexOf(items[i]) == 0) {
                requireKnown(place + "[" + i + "]", items[i], vocabulary);
            }
        }
    }

    private static void requireKnown(String place, long item, Vocabulary vocabulary) {
        if (vocabulary.indexOf(item) == 0) {
            throw invalid("has the item %d in %s, which the model does not know", item, place);
        }
    }

    private static InvalidInputException invalid(String message, Object... values) {
        return new InvalidInputException(
                ModelBundle.PROBE + " " + String.format(Locale.ROOT, message, values));
    }

    private static String place(JsonProcessingException e) {
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return "in "
                    + mapping.getPath().stream()
                            .map(
                                    step ->
                                            step.getFieldName() == null
                                                    ? "[" + step.getIndex() + "]"
                                                    : "." + step.getFieldName())
                            .collect(Collectors.joining())
                            .substring(1);
        }
        JsonLocation location = e.getLocation();
        return location == null
                ? "at its start"
                : "in line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
