package duet.schemas.serde;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import java.nio.charset.StandardCharsets;

/** What a decoded window must satisfy before it may touch a device's state; pure. */
public final class WindowValidation {
    private static final int MAX_VERSION_BYTES = 128;

    private WindowValidation() {}

    /**
     * Checks identifiers, sequence number and items.
     *
     * @throws MalformedRecordException naming device and value where the window is broken
     */
    public static void check(InteractionWindow window) throws MalformedRecordException {
        if (window.getDeviceId().isBlank()) {
            throw new MalformedRecordException("window has a blank device id");
        }
        String device = inOneLine(window.getDeviceId());
        int versionBytes = window.getModelVersion().getBytes(StandardCharsets.UTF_8).length;
        if (versionBytes > MAX_VERSION_BYTES) {
            throw new MalformedRecordException(
                    "window of device=%s has a model version of %d bytes, the limit is %d"
                            .formatted(device, versionBytes, MAX_VERSION_BYTES));
        }
        int count = window.getInteractions().size();
        if (count == 0) {
            throw new MalformedRecordException(
                    "window of device=%s has no interactions".formatted(device));
        }
        long first = window.getFirstSequence();
        if (first < 0 || first > Long.MAX_VALUE - count) {
            throw new MalformedRecordException(
                    "window of device=%s has the first sequence number %d"
                            .formatted(device, first));
        }
        for (int i = 0; i < count; i++) {
            Interaction interaction = window.getInteractions().get(i);
            if (interaction.getItemId() < 0) {
                throw new MalformedRecordException(
                        "window of device=%s has the negative item id %d at position %d"
                                .formatted(device, interaction.getItemId(), i));
            }
        }
    }

    /** Device ids come from outside; a message is one line whatever they hold. */
    private static String inOneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
    }
}
