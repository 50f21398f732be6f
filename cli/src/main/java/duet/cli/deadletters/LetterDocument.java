package duet.cli.deadletters;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.operations.deadletters.StoredLetter;
import duet.schemas.bundle.ItemNames;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a dead letter as JSON has it.
 *
 * @param letter its id, partition and offset among the dead letters
 * @param time when the record was refused, ISO 8601
 * @param source topic, partition and offset of the record
 * @param device device as the window or else the key names it
 * @param reason why it was refused
 * @param valueBytes size of the whole record's value
 * @param complete whether the letter holds the whole record
 */
record LetterDocument(
        String letter,
        String time,
        String source,
        String device,
        String reason,
        long valueBytes,
        boolean complete) {

    static LetterDocument of(StoredLetter stored) {
        return new LetterDocument(
                stored.id().toString(),
                stored.failedAt().toString(),
                stored.source(),
                stored.device(),
                stored.reason(),
                stored.letter().getValueSize(),
                !stored.isCut());
    }

    /**
     * Shows a dead letter with what it holds: the window where its bytes are one, else the bytes.
     *
     * @param letter the letter itself
     * @param key key of the record in hexadecimal
     * @param window the window
     * @param value value of the record in hexadecimal, where it is no window
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Whole(
            LetterDocument letter, String key, @Nullable Window window, @Nullable String value) {

        /**
         * @param names what items are called; null where nobody said
         */
        static Whole of(StoredLetter stored, @Nullable ItemNames names) {
            Window window = stored.window().map(sent -> Window.of(sent, names)).orElse(null);
            return new Whole(
                    LetterDocument.of(stored),
                    HexFormat.of().formatHex(stored.key()),
                    window,
                    window == null ? HexFormat.of().formatHex(stored.value()) : null);
        }
    }

    /** Shows an {@link InteractionWindow} with the schema's names. */
    record Window(
            String deviceId,
            String modelVersion,
            long firstSequence,
            long sentAtMicros,
            List<Step> interactions) {

        static Window of(InteractionWindow window, @Nullable ItemNames names) {
            return new Window(
                    window.getDeviceId(),
                    window.getModelVersion(),
                    window.getFirstSequence(),
                    window.getSentAtMicros(),
                    window.getInteractions().stream()
                            .map(interaction -> Step.of(interaction, names))
                            .toList());
        }
    }

    /**
     * Shows an {@link Interaction} with the schema's names; it has features only where the schema's
     * has some.
     *
     * @param item what the item is called, where that is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Step(
            long itemId, @Nullable String item, long eventTimeMillis, float @Nullable [] features) {

        static Step of(Interaction interaction, @Nullable ItemNames names) {
            boolean features = interaction.getFeatures().hasRemaining();
            return new Step(
                    interaction.getItemId(),
                    names == null || features ? null : names.of(interaction.getItemId()),
                    interaction.getEventTimeMillis(),
                    features ? Interactions.features(interaction) : null);
        }
    }
}
