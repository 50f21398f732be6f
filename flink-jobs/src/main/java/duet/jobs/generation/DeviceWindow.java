package duet.jobs.generation;

import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This is a valid interaction window inside the job, with plain arrays instead of record objects,
 * and where it came from. It is immutable by convention: nobody writes to its arrays.
 *
 * <p>It does not carry the bytes it was decoded from. A window that is refused after the shuffle is
 * written again from these fields, which gives the same bytes where the device used the current
 * schema; that keeps the shuffle at the size of the record instead of twice that.
 *
 * @param deviceId the device
 * @param modelVersion model version the device runs
 * @param firstSequence sequence number of the first interaction
 * @param contents raw item ids or feature vectors in the order they happened
 * @param eventTimesMillis event time of each interaction, milliseconds since the epoch
 * @param sentAtMicros when the device meant to send it, microseconds since the epoch
 * @param receivedAtMicros when the job took it in, microseconds since the epoch
 * @param origin where it was read from
 */
public record DeviceWindow(
        String deviceId,
        String modelVersion,
        long firstSequence,
        InteractionContents contents,
        long[] eventTimesMillis,
        long sentAtMicros,
        long receivedAtMicros,
        Origin origin) {

    /**
     * The origin is the place of a window in its topic, and what it lay under there.
     *
     * @param partition partition it was read from
     * @param offset offset it was read from
     * @param key record key as received where it is not the device id, cut as for a dead letter;
     *     null where it is
     */
    public record Origin(int partition, long offset, byte @Nullable [] key) {
        /** Returns whether the window lay under its device id. */
        public boolean keyIsDevice() {
            return key == null;
        }
    }

    /**
     * Makes a window from a decoded and checked record; {@code key} is as received, null where
     * there was none.
     */
    public static DeviceWindow of(
            InteractionWindow window,
            long receivedAtMicros,
            int partition,
            long offset,
            byte @Nullable [] key) {
        List<Interaction> interactions = window.getInteractions();
        long[] eventTimes = new long[interactions.size()];
        for (int i = 0; i < eventTimes.length; i++) {
            eventTimes[i] = interactions.get(i).getEventTimeMillis();
        }
        return new DeviceWindow(
                window.getDeviceId(),
                window.getModelVersion(),
                window.getFirstSequence(),
                contents(interactions),
                eventTimes,
                window.getSentAtMicros(),
                receivedAtMicros,
                new Origin(
                        partition,
                        offset,
                        Arrays.equals(key, bytes(window.getDeviceId()))
                                ? null
                                : DeadLetters.keptKey(key)));
    }

    private static InteractionContents contents(List<Interaction> interactions) {
        return interactions.get(0).getFeatures().hasRemaining()
                ? new FeatureVectors(
                        interactions.stream().map(Interactions::features).toArray(float[][]::new))
                : new ItemIds(interactions.stream().mapToLong(Interaction::getItemId).toArray());
    }

    /** Returns the record key as received, cut as for a dead letter; empty where there was none. */
    public byte[] receivedKey() {
        return origin.keyIsDevice() ? bytes(deviceId) : origin.key();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the number of interactions. */
    public int size() {
        return contents.size();
    }

    /** Returns the sequence number of the last interaction. */
    public long lastSequence() {
        return firstSequence + size() - 1;
    }

    /** Returns the record that this window was decoded from. */
    public InteractionWindow toRecord() {
        List<Interaction> interactions = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            interactions.add(interaction(i));
        }
        return new InteractionWindow(
                deviceId, modelVersion, firstSequence, interactions, sentAtMicros);
    }

    private Interaction interaction(int index) {
        return contents instanceof FeatureVectors features
                ? Interactions.ofFeatures(features.vectors()[index], eventTimesMillis[index])
                : Interactions.ofItem(((ItemIds) contents).ids()[index], eventTimesMillis[index]);
    }
}
