package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.FileOrderStore;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, a device reads as it promises")
class DeviceFuzzTest {
    private static final DeviceModel MODEL = DeviceModel.load(SmallBundle.in("bundle-of-device"));
    private static final RecordDecoder<WeightDelta> DELTA = Records.deltaDecoder();

    static final FuzzTarget<byte[]> APPLIED_DELTAS =
            new FuzzTarget<>(
                    Function.identity(),
                    DeviceFuzzTest::apply,
                    128,
                    256 << 10,
                    MalformedRecordException.class,
                    CorruptDeltaException.class);

    static final FuzzTarget<Path> DEVICE_WEIGHTS =
            new FuzzTarget<>(
                    SmallBundle.with(ModelBundle.DEVICE_WEIGHTS),
                    directory -> DeviceModel.load(ModelBundle.open(directory)),
                    64,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> KEPT_ORDERS =
            new FuzzTarget<>(
                    FuzzTarget.asOwnFile("order"),
                    file -> new FileOrderStore(file, SoundInputs.DEVICE).load(),
                    64,
                    256 << 10,
                    InvalidInputException.class);

    /** Applies the delta as it came, and as an attacker sends it who knows device and model. */
    private static void apply(byte[] input) throws Exception {
        WeightDelta delta = DELTA.decode(input);
        new Device(delta.getDeviceId(), MODEL).apply(delta);
        delta.setModelVersion(MODEL.version());
        delta.setChecksum(DeltaChecksum.of(delta));
        Device device = new Device(delta.getDeviceId(), MODEL);
        ApplyOutcome outcome = device.apply(delta);
        for (float score : device.score(new long[] {3, 8}, new long[] {5, 13})) {
            if (Float.isNaN(score)) {
                throw new AssertionError("a score that is not a number after " + outcome);
            }
        }
        if (outcome != ApplyOutcome.APPLIED) {
            throw new CorruptDeltaException("it was refused: " + outcome);
        }
    }

    @FuzzTest
    void appliedDeltas(byte[] input) {
        APPLIED_DELTAS.check(input);
    }

    @FuzzTest
    void keptOrders(byte[] input) {
        KEPT_ORDERS.check(input);
    }

    @FuzzTest
    void deviceWeights(byte[] input) {
        DEVICE_WEIGHTS.check(input);
    }
}
