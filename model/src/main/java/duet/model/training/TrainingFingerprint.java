package duet.model.training;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.training.options.TrainingOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** Says what decides what a training gives, so that another one can be told from it. */
public final class TrainingFingerprint {
    private TrainingFingerprint() {}

    /** Returns all of it by name: options, sizes, threads, and a hash of the log. */
    public static SortedMap<String, String> of(
            InteractionLog log, TrainingOptions options, int threads) {
        SortedMap<String, String> fingerprint = new TreeMap<>();
        options.asMap().forEach((name, value) -> fingerprint.put(name, String.valueOf(value)));
        fingerprint.put("backbone", options.backbone().id());
        fingerprint.put("sizes", options.sizes().toString());
        fingerprint.put("threads", Integer.toString(threads));
        fingerprint.put("log.users", Integer.toString(log.users().size()));
        fingerprint.put("log.items", Integer.toString(log.items().length));
        fingerprint.put("log.interactions", Long.toString(log.interactions()));
        fingerprint.put("log.sha256", hash(options.split().of(log)));
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
