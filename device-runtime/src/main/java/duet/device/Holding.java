package duet.device;

import org.jspecify.annotations.Nullable;

/**
 * A holding is what a device holds, published together: the model, the delta it ranks with, and
 * what orders the deltas.
 *
 * @param delta null where the device ranks with the global layers
 * @param lastSequence of the delta, -1 where there is none
 * @param newest order of the newest delta the device ever took, of whichever model; null before the
 *     first
 */
record Holding(
        DeviceModel model,
        @Nullable EncodedLayers delta,
        long lastSequence,
        @Nullable DeltaOrder newest) {
    /** Returns what a device holds that has taken no delta yet. */
    static Holding of(DeviceModel model) {
        return new Holding(model, null, -1, null);
    }

    /** Returns the layers that the device ranks with. */
    DynamicLayers layers() {
        return model.layers(delta);
    }
}
