package duet.schemas.serde;

import duet.schemas.record.Interaction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes and reads the two kinds of interaction in a window: one is given by its item, the other by
 * a feature vector that stands for the item.
 */
public final class Interactions {
    /** This stands in place of the item id beside features: the raw item stays on the device. */
    public static final long NO_ITEM = -1;

    /** A feature vector has at most so many numbers. */
    public static final int MAX_FEATURES = 4096;

    private static final ByteBuffer NO_FEATURES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private Interactions() {}

    /**
     * Returns an interaction with an item of the catalogue, at a time in milliseconds since the
     * epoch.
     */
    public static Interaction ofItem(long itemId, long eventTimeMillis) {
        return new Interaction(itemId, eventTimeMillis, NO_FEATURES);
    }

    /**
     * Returns an interaction of which the cloud gets a feature vector only, at a time in
     * milliseconds since the epoch.
     */
    public static Interaction ofFeatures(float[] features, long eventTimeMillis) {
        ByteBuffer bytes =
                ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(features);
        return new Interaction(NO_ITEM, eventTimeMillis, bytes);
    }

    /** Returns the feature vector of a valid interaction; empty where it is given by its item. */
    public static float[] features(Interaction interaction) {
        ByteBuffer bytes = interaction.getFeatures().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] features = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(features);
        return features;
    }
}
