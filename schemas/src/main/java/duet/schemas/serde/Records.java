package duet.schemas.serde;

import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.WeightDelta;

/**
 * Makes encoders and decoders of the six records with their limits. Each call makes a new one: they
 * are not thread-safe.
 */
public final class Records {
    private Records() {}

    public static RecordEncoder<InteractionWindow> windowEncoder() {
        return new RecordEncoder<>(InteractionWindow.getClassSchema());
    }

    public static RecordDecoder<InteractionWindow> windowDecoder() {
        return new RecordDecoder<>(InteractionWindow.getClassSchema(), RecordLimits.WINDOW);
    }

    public static RecordEncoder<WeightDelta> deltaEncoder() {
        return new RecordEncoder<>(WeightDelta.getClassSchema());
    }

    public static RecordDecoder<WeightDelta> deltaDecoder() {
        return new RecordDecoder<>(WeightDelta.getClassSchema(), RecordLimits.DELTA);
    }

    public static RecordEncoder<ModelRelease> releaseEncoder() {
        return new RecordEncoder<>(ModelRelease.getClassSchema());
    }

    public static RecordDecoder<ModelRelease> releaseDecoder() {
        return new RecordDecoder<>(ModelRelease.getClassSchema(), RecordLimits.RELEASE);
    }

    public static RecordEncoder<ReleaseStatus> releaseStatusEncoder() {
        return new RecordEncoder<>(ReleaseStatus.getClassSchema());
    }

    public static RecordDecoder<ReleaseStatus> releaseStatusDecoder() {
        return new RecordDecoder<>(ReleaseStatus.getClassSchema(), RecordLimits.RELEASE_STATUS);
    }

    public static RecordEncoder<DeviceReset> deviceResetEncoder() {
        return new RecordEncoder<>(DeviceReset.getClassSchema());
    }

    public static RecordDecoder<DeviceReset> deviceResetDecoder() {
        return new RecordDecoder<>(DeviceReset.getClassSchema(), RecordLimits.DEVICE_RESET);
    }

    public static RecordEncoder<DeadLetter> deadLetterEncoder() {
        return new RecordEncoder<>(DeadLetter.getClassSchema());
    }

    public static RecordDecoder<DeadLetter> deadLetterDecoder() {
        return new RecordDecoder<>(DeadLetter.getClassSchema(), RecordLimits.DEAD_LETTER);
    }
}
