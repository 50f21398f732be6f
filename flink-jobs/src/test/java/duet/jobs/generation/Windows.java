package duet.jobs.generation;

import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import java.util.stream.LongStream;

/** Windows as tests need them. */
public final class Windows {
    public static final String VERSION = "plain-1";

    private Windows() {}

    /**
     * A window of the model version {@link #VERSION}, sent and received at times that follow from
     * its offset.
     */
    public static DeviceWindow window(String device, long offset, long first, long... items) {
        return window(device, VERSION, offset, first, items);
    }

    public static DeviceWindow window(
            String device, String version, long offset, long first, long... items) {
        return window(device, version, offset, first, new ItemIds(items));
    }

    /** A window of {@link #VERSION} that holds feature vectors. */
    public static DeviceWindow featureWindow(
            String device, long offset, long first, float[]... vectors) {
        return window(device, VERSION, offset, first, new FeatureVectors(vectors));
    }

    private static DeviceWindow window(
            String device, String version, long offset, long first, InteractionContents contents) {
        long sentAt = 1_000_000 + offset * 1_000;
        return new DeviceWindow(
                device,
                version,
                first,
                contents,
                LongStream.range(0, contents.size()).map(i -> 900 + i).toArray(),
                sentAt,
                sentAt + 300,
                new DeviceWindow.Origin(3, offset, null));
    }
}
