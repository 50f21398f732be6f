package duet.jobs.generation;

import java.util.stream.LongStream;

/** Windows as tests need them. */
public final class Windows {
    public static final String VERSION = "plain-1";

    private Windows() {}

    /** A window of the model version {@link #VERSION}, sent and received at times that follow from its offset. */
    public static DeviceWindow window(String device, long offset, long first, long... items) {
        return window(device, VERSION, offset, first, items);
    }

    public static DeviceWindow window(
            String device, String version, long offset, long first, long... items) {
        long sentAt = 1_000_000 + offset * 1_000;
        return new DeviceWindow(
                device,
                version,
                first,
                items,
                LongStream.range(0, items.length).map(i -> 900 + i).toArray(),
                sentAt,
                sentAt + 300,
                3,
                offset,
                null);
    }
}
