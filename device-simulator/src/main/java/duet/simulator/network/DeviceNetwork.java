package duet.simulator.network;

import duet.simulator.workload.Seeds;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides what the network does to each record of each device. It is pure: the same seed, device
 * and record always meet the same fate, whatever else is on the way. Times are microseconds since
 * the start of the stream; any thread may ask.
 */
public final class DeviceNetwork {
    /** Stands for a passage that never ends. */
    public static final long LOST = -1;

    private final NetworkConditions conditions;
    private final long seed;
    private final long everyMicros;
    private final long offlineMicros;

    public DeviceNetwork(NetworkConditions conditions, long seed) {
        this.conditions = conditions;
        this.seed = seed;
        this.everyMicros = micros(conditions.offline().every());
        this.offlineMicros = micros(conditions.offline().duration());
    }

    /** Returns the conditions this is made from. */
    public NetworkConditions conditions() {
        return conditions;
    }

    /**
     * Returns how long a record takes to the broker.
     *
     * @param record tells the records of a device apart
     * @return microseconds, or {@link #LOST}
     */
    public long up(int device, long record) {
        return passage(conditions.up(), "network-up", device, record);
    }

    /** Returns how long a record takes on its way to the device, or {@link #LOST}. */
    public long down(int device, long record) {
        return passage(conditions.down(), "network-down", device, record);
    }

    /**
     * Returns when a device has a connection, from this moment on: the moment itself where it has
     * one.
     */
    public long onlineFrom(int device, long atMicros) {
        long online = atMicros;
        long before;
        do {
            before = online;
            online = afterPeriod(device, afterOutages(device, online));
        } while (online > before);
        return online;
    }

    /**
     * Returns whether a device drops what it would send at this moment, because it has no
     * connection and keeps nothing.
     */
    public boolean dropsAt(int device, long atMicros) {
        return !conditions.offline().catchUp() && afterPeriod(device, atMicros) > atMicros;
    }

    private long passage(Link link, String direction, int device, long record) {
        return link.isPerfect()
                ? 0
                : link.passage(Seeds.stream(Seeds.derive(seed, direction, device), "", record));
    }

    private long afterOutages(int device, long atMicros) {
        long online = atMicros;
        for (int i = 0; i < conditions.outages().size(); i++) {
            Outage outage = conditions.outages().get(i);
            long from = micros(outage.at());
            long to = from + micros(outage.duration());
            if (online >= from && online < to && isOf(outage.share(), "outage-" + i, device)) {
                online = to;
            }
        }
        return online;
    }

    private long afterPeriod(int device, long atMicros) {
        if (offlineMicros == 0 || !isOf(conditions.offline().share(), "offline", device)) {
            return atMicros;
        }
        long phase = (long) (everyMicros * draw("offline-phase", device));
        long since = Math.floorMod(atMicros - phase, everyMicros);
        return since < offlineMicros ? atMicros - since + offlineMicros : atMicros;
    }

    private boolean isOf(double share, String purpose, int device) {
        return share > 0 && draw(purpose, device) < share;
    }

    private double draw(String purpose, int device) {
        return Seeds.stream(seed, purpose, device).nextDouble();
    }

    private static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }
}
