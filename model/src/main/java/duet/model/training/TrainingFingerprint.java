package duet.model.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what decides what a training gives, so that another one can be told from it. */
public final class TrainingFingerprint {
    /** Begins the names of what is told of the log. */
    public static final String LOG = "log.";

    /** Begins the names of sizes, which go on as in {@link ModelSizes}' JSON. */
    public static final String SIZES = "sizes.";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TrainingFingerprint() {}

    /**
     * Tells what differs between two trainings.
     *
     * @param name of what it is
     * @param kept its value in the training that was kept; null where it has none
     * @param wanted its value in the other; null where it has none
     */
    public record Difference(String name, @Nullable String kept, @Nullable String wanted) {}

    /** Returns what differs, by name. */
    public static List<Difference> differences(
            SortedMap<String, String> kept, SortedMap<String, String> wanted) {
        SortedSet<String> names = new TreeSet<>(kept.keySet());
        names.addAll(wanted.keySet());
        return names.stream()
                .map(name -> new Difference(name, kept.get(name), wanted.get(name)))
                .filter(difference -> !Objects.equals(difference.kept(), difference.wanted()))
                .toList();
    }

    /** Returns all of it by name: options, sizes, threads, and a hash of the log. */
    public static SortedMap<String, String> of(
            InteractionLog log, TrainingOptions options, int threads) {
        SortedMap<String, String> fingerprint = new TreeMap<>();
        options.asMap().forEach((name, value) -> fingerprint.put(name, String.valueOf(value)));
        fingerprint.put("backbone", options.backbone().id());
        ObjectNode sizes = JSON.valueToTree(options.sizes());
        sizes.fields()
                .forEachRemaining(
                        size -> fingerprint.put(SIZES + size.getKey(), size.getValue().toString()));
        fingerprint.put("threads", Integer.toString(threads));
        fingerprint.put(LOG + "users", Integer.toString(log.users().size()));
        fingerprint.put(LOG + "items", Integer.toString(log.items().length));
        fingerprint.put(LOG + "interactions", Long.toString(log.interactions()));
        fingerprint.put(LOG + "sha256", hash(options.split().of(log)));
        return fingerprint;
    }

    /** Covers who did what, and what of it is tested. */
    private static String hash(EvaluationSplit split) {
        MessageDigest digest = newSha256();
        for (UserHistory user : split.users()) {
            byte[] name = user.user().getBytes(StandardCharsets.UTF_8);
            ByteBuffer bytes =
                    ByteBuffer.allocate(3 * Integer.BYTES + name.length + user.size() * Long.BYTES);
            bytes.putInt(name.length).put(name).putInt(user.size());
            bytes.putInt(split.testPosition(user));
            for (long item : user.items()) {
                bytes.putLong(item);
            }
            digest.update(bytes.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
