package duet.cli.option;

import duet.cli.option.UserRangeConverter.UserRange;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says what part of a log a command reads, as a bundle's manifest records it of the training, so
 * that whoever measures the model learns where both are not the same part.
 *
 * @param users whose interactions
 * @param where hash of the condition on rows; null without one. The text itself may tell what the
 *     log holds, and stays out of the bundle
 * @param query hash of the query for rows; null without one
 * @param mostPerUser newest interactions of a user; null for all
 * @param leastPerUser users have at least so many; null for the least there is
 */
record TrainedPart(
        UserRange users,
        @Nullable String where,
        @Nullable String query,
        @Nullable Integer mostPerUser,
        @Nullable Integer leastPerUser) {
    private static final String USERS = "log.users";
    private static final String WHERE = "log.where";
    private static final String QUERY = "log.query";
    private static final String MOST = "log.mostPerUser";
    private static final String LEAST = "log.leastPerUser";

    /** Returns the hash that stands for a condition or a query; null without one. */
    static @Nullable String hash(@Nullable String sql) {
        if (sql == null) {
            return null;
        }
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(sql.strip().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns what a manifest records, by name; what was not asked for has no name. */
    SortedMap<String, Object> recorded() {
        SortedMap<String, Object> recorded = new TreeMap<>();
        recorded.put(USERS, users.toString());
        put(recorded, WHERE, where);
        put(recorded, QUERY, query);
        put(recorded, MOST, mostPerUser);
        put(recorded, LEAST, leastPerUser);
        return recorded;
    }

    private static void put(Map<String, Object> recorded, String name, @Nullable Object value) {
        if (value != null) {
            recorded.put(name, value);
        }
    }

    /**
     * Says where this part, which is measured, holds what training saw and another part would not;
     * in words; nothing where the manifest does not say what training saw. How many interactions of
     * a user are taken does not matter: it leaves the newest.
     *
     * @param options of the training, as the manifest has them
     * @throws InvalidInputException if what the manifest says of the users is no range
     */
    List<String> notes(Map<String, Object> options) {
        Object recorded = options.get(USERS);
        if (recorded == null) {
            return List.of();
        }
        UserRange trained =
                UserRange.parse(String.valueOf(recorded))
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                "the bundle's manifest has "
                                                        + USERS
                                                        + " '"
                                                        + OneLine.of(String.valueOf(recorded))
                                                        + "', it must be a range of users within 0"
                                                        + " and 1 such as 0.3-1"));
        List<String> notes = new ArrayList<>();
        if (!users.equals(trained)) {
            users.and(trained)
                    .ifPresent(
                            both ->
                                    notes.add(
                                            "the model was trained on the users "
                                                    + trained
                                                    + ", tested are "
                                                    + users
                                                    + ": it knows the histories of those in "
                                                    + both
                                                    + " (a leak, where users are to be held"
                                                    + " out)"));
        }
        if (!Objects.equals(where, options.get(WHERE))
                || !Objects.equals(query, options.get(QUERY))) {
            notes.add(
                    "--where or --query select other rows than in training: the model may"
                            + " have seen what is tested here (a leak)");
        }
        return notes;
    }
}
