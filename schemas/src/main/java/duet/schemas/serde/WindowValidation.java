package duet.schemas.serde;

import duet.schemas.ModelVersions;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what a decoded window must satisfy before it may touch a device's state. It is pure. */
public final class WindowValidation {
    private WindowValidation() {}

    /**
     * Checks identifiers, sequence number, and items or features: all interactions are given in the
     * same way.
     *
     * @throws MalformedRecordException naming device and value where the window is broken
     */
    public static void check(InteractionWindow window) throws MalformedRecordException {
        if (window.getDeviceId().isBlank()) {
            throw new MalformedRecordException("window has a blank device id");
        }
        String device = window.getDeviceId();
        String version = window.getModelVersion();
        int versionBytes = version.getBytes(StandardCharsets.UTF_8).length;
        if (versionBytes > ModelVersions.MOST_CHARACTERS) {
            throw malformed(
                    device,
                    "window of device=%s has a model version of %d bytes, the limit is %d",
                    versionBytes,
                    ModelVersions.MOST_CHARACTERS);
        }
        if (!ModelVersions.isValid(version)) {
            throw malformed(
                    device,
                    "window of device=%s has the model version '%s', " + ModelVersions.RULE,
                    version);
        }
        int count = window.getInteractions().size();
        if (count == 0) {
            throw malformed(device, "window of device=%s has no interactions");
        }
        long first = window.getFirstSequence();
        if (first < 0 || first > Long.MAX_VALUE - count) {
            throw malformed(device, "window of device=%s has the first sequence number %d", first);
        }
        Interaction oldest = window.getInteractions().get(0);
        for (int i = 0; i < count; i++) {
            Interaction interaction = window.getInteractions().get(i);
            if (interaction.getFeatures().remaining() == 0) {
                checkItem(device, i, interaction.getItemId());
            } else {
                checkFeatures(device, i, interaction);
            }
            if (interaction.getFeatures().remaining() != oldest.getFeatures().remaining()) {
                throw malformed(
                        device,
                        "window of device=%s holds %s at position %d and %s at position 0",
                        content(interaction),
                        i,
                        content(oldest));
            }
        }
    }

    private static void checkItem(String device, int position, long itemId)
            throws MalformedRecordException {
        if (itemId < 0) {
            throw malformed(
                    device,
                    "window of device=%s has the negative item id %d at position %d",
                    itemId,
                    position);
        }
    }

    private static void checkFeatures(String device, int position, Interaction interaction)
            throws MalformedRecordException {
        if (interaction.getItemId() != Interactions.NO_ITEM) {
            throw malformed(
                    device,
                    "window of device=%s has the item id %d beside the features at position %d, it"
                            + " must be %d",
                    interaction.getItemId(),
                    position,
                    Interactions.NO_ITEM);
        }
        int bytes = interaction.getFeatures().remaining();
        if (bytes % Float.BYTES != 0 || bytes > Interactions.MAX_FEATURES * Float.BYTES) {
            throw malformed(
                    device,
                    "window of device=%s has features of %,d bytes at position %d, they must be 1"
                            + " to %,d numbers of 4 bytes",
                    bytes,
                    position,
                    Interactions.MAX_FEATURES);
        }
        float[] features = Interactions.features(interaction);
        for (int i = 0; i < features.length; i++) {
            if (!Float.isFinite(features[i])) {
                throw malformed(
                        device,
                        "window of device=%s has the feature %s at position %d, number %d",
                        features[i],
                        position,
                        i);
            }
        }
    }

    private static MalformedRecordException malformed(
            String device, String what, Object... values) {
        Object[] all = new Object[values.length + 1];
        all[0] = device;
        System.arraycopy(values, 0, all, 1, values.length);
        return new MalformedRecordException(String.format(Locale.ROOT, what, all));
    }

    private static String content(Interaction interaction) {
        int bytes = interaction.getFeatures().remaining();
        return bytes == 0
                ? "an item id"
                : String.format(Locale.ROOT, "features of %,d numbers", bytes / Float.BYTES);
    }
}
