package duet.jobs.operator;

import duet.jobs.generation.ResetReader;
import duet.jobs.serialization.RawRecord;
import duet.schemas.record.DeviceReset;
import duet.schemas.serde.MalformedRecordException;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * This class carries resets out: it forgets all that is held of a device, but that it was reset.
 * Every subtask reads every reset, and acts on those of its own devices. It is not thread-safe.
 */
final class DeviceResets {
    private final ResetReader reader = new ResetReader();
    private final Consumer<String> forget;
    private final DeviceEpochs epochs;
    private final Predicate<String> own;
    private final MicrosClock clock;

    /**
     * @param forget forgets all of a device but its epoch, its last delta, too, and makes it the
     *     current one
     * @param own tells the devices whose state this subtask holds
     */
    DeviceResets(
            Consumer<String> forget,
            DeviceEpochs epochs,
            Predicate<String> own,
            MicrosClock clock) {
        this.forget = forget;
        this.epochs = epochs;
        this.own = own;
        this.clock = clock;
    }

    /**
     * Carries the reset out that a record of the topic asks for. One that is not above the device's
     * epoch is a repeat and changes nothing.
     *
     * @param before runs before anything is forgotten: windows that wait are answered as they came
     * @return whether a device of this subtask was reset
     * @throws MalformedRecordException saying why the record is of no use
     */
    boolean apply(RawRecord record, Runnable before) throws MalformedRecordException, IOException {
        DeviceReset reset = reader.read(record.key(), record.value(), clock.nowMicros());
        String device = reset.getDeviceId();
        if (!own.test(device) || reset.getResetAtMicros() <= epochs.of(device)) {
            return false;
        }
        before.run();
        forget.accept(device);
        epochs.begin(device, reset.getResetAtMicros());
        return true;
    }
}
