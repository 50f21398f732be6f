package duet.jobs.operator;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;

/** State of devices in a map; counts how often it is written. */
final class PlainValueState<T> implements ValueState<T> {
    private final Map<String, T> values = new HashMap<>();
    private String device;
    private int writes;

    void setDevice(String device) {
        this.device = device;
    }

    /** What is held of a device, null for nothing. */
    T of(String device) {
        return values.get(device);
    }

    int writes() {
        return writes;
    }

    @Override
    public T value() {
        return values.get(device);
    }

    @Override
    public void update(T value) {
        writes++;
        values.put(device, value);
    }

    @Override
    public void clear() {
        values.remove(device);
    }
}
