package duet.simulator.fleet.account;

import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Says how much a delta differs from the previous one of its device, for the first devices that
 * take one: the norm of the difference over the norm of the previous one, all layers together.
 * Others cost nothing.
 */
final class DriftProbe {
    private static final int DEVICES = 64;

    private final Map<String, Taken> watched = new HashMap<>();

    private record Taken(String version, long lastSequence, List<float[]> layers) {}

    /**
     * Takes a delta that a device took and returns how much it differs; empty if the device is not
     * watched, or has no previous delta of the same model.
     */
    synchronized OptionalDouble taken(WeightDelta delta) {
        Taken before = watched.get(delta.getDeviceId());
        if (before == null && watched.size() >= DEVICES) {
            return OptionalDouble.empty();
        }
        Taken now;
        try {
            now = decoded(delta);
        } catch (CorruptDeltaException e) {
            throw new IllegalArgumentException("a device took a corrupt delta", e);
        }
        watched.put(delta.getDeviceId(), now);
        if (before == null
                || !before.version.equals(now.version)
                || before.lastSequence == now.lastSequence) {
            return OptionalDouble.empty();
        }
        return relativeChange(before.layers, now.layers);
    }

    private static Taken decoded(WeightDelta delta) throws CorruptDeltaException {
        List<float[]> layers = new ArrayList<>();
        for (LayerDelta layer : delta.getLayers()) {
            layers.add(DeltaCodec.decode(layer));
        }
        return new Taken(delta.getModelVersion(), delta.getLastSequence(), layers);
    }

    /**
     * Returns the norm of the difference over the norm of the previous delta; empty where the
     * previous one is 0 everywhere.
     */
    private static OptionalDouble relativeChange(List<float[]> before, List<float[]> after) {
        double difference = 0;
        double norm = 0;
        for (int n = 0; n < before.size(); n++) {
            float[] from = before.get(n);
            float[] to = after.get(n);
            for (int i = 0; i < from.length; i++) {
                double change = to[i] - from[i];
                difference += change * change;
                norm += (double) from[i] * from[i];
            }
        }
        return norm == 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(difference / norm));
    }
}
