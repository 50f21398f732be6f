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
    private final DeviceHistories histories;
    private final SentDeltas sentDeltas;
    private final DeviceEpochs epochs;
    private final Predicate<String> own;
    private final Consumer<String> currentDevice;
    private final MicrosClock clock;

    /**
     * @param own tells the devices whose state this subtask holds
     * @param currentDevice makes a device the one whose state is read and written
     */
    DeviceResets(
            DeviceHistories histories,
            SentDeltas sentDeltas,
            DeviceEpochs epochs,
            Predicate<String> own,
            Consumer<String> currentDevice,
            MicrosClock clock) {
        this.histories = histories;
        this.sentDeltas = sentDeltas;
        this.epochs = epochs;
        this.own = own;
        this.currentDevice = currentDevice;
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
        currentDevice.accept(device);
        histories.forget();
        sentDeltas.forget();
        epochs.begin(device, reset.getResetAtMicros());
        return true;
    }
}
