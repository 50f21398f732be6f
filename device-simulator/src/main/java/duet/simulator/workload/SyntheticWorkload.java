package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * New devices of a {@link SyntheticCatalogue} that send windows at a rate for a time. Each device first sends what it
 * did before the stream, then a window for every few interactions, at times reaching back over interactions sent
 * before or sending a window again. Until every device has sent its first window they take turns, then each arrival
 * belongs to a device drawn at random.
 */
public final class SyntheticWorkload implements Workload {
    /** Every device has made at least so many interactions before the stream starts. */
    private static final int MIN_EARLIER = 10;

    private static final int MAX_DEVICES = 10_000_000;

    /** Time between interactions of a device before the stream starts. */
    private static final long EARLIER_GAP_MILLIS = 60_000;

    private final SyntheticCatalogue catalogue;
    private final int devices;
    private final DeviceIds ids;
    private final WindowOptions options;
    private final Arrivals arrivals;
    private final Duration duration;
    private final long startMillis;
    private final long seed;

    /**
     * Describes the workload; devices are made when they first send.
     *
     * @param catalogue the world
     * @param devices number of devices
     * @param idPrefix device ids are this and the device's number. The cloud keeps state per device: a second run that
     *     is to start from nothing needs another prefix
     * @param options how windows are cut
     * @param arrivals when windows leave
     * @param duration how long windows leave
     * @param startMillis event time at the start of the stream, milliseconds since the epoch
     * @param seed of all choices
     */
    public SyntheticWorkload(
            SyntheticCatalogue catalogue,
            int devices,
            String idPrefix,
            WindowOptions options,
            Arrivals arrivals,
            Duration duration,
            long startMillis,
            long seed) {
        if (devices < 1 || devices > MAX_DEVICES) {
            throw new InvalidInputException(
                    "a fleet of %,d devices, it must be 1 to %,d".formatted(devices, MAX_DEVICES));
        }
        if (duration.isNegative()
                || duration.isZero()
                || duration.compareTo(Duration.ofDays(7)) > 0) {
            throw new InvalidInputException(
                    "the duration is %s, it must be above 0 and at most 7 days"
                            .formatted(duration));
        }
        this.catalogue = catalogue;
        this.devices = devices;
        this.ids = new DeviceIds(idPrefix, devices);
        this.options = options;
        this.arrivals = arrivals;
        this.duration = duration;
        this.startMillis = startMillis;
        this.seed = seed;
    }

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public int devices() {
        return devices;
    }

    @Override
    public String deviceId(int device) {
        return ids.of(device);
    }

    @Override
    public int indexOf(String deviceId) {
        return ids.indexOf(deviceId);
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public long expectedWindows() {
        return Math.max(1, Math.round(arrivals.perSecond() * duration.toNanos() / 1e9));
    }

    @Override
    public Duration duration() {
        return duration;
    }

    /** Empty: the devices go on living, there is no held-out item. */
    @Override
    public Optional<RankingTask> finalTask(int device) {
        return Optional.empty();
    }

    @Override
    public Iterator<ScheduledWindow> windows() {
        return new Windows();
    }

    private final class Windows implements Iterator<ScheduledWindow> {
        private final LongSupplier schedule = arrivals.schedule(seed);
        private final SplittableRandom turns = Seeds.stream(seed, "turns", 0);
        private final Sender[] senders = new Sender[devices];
        private final int[] firstTurns = firstTurns();
        private int turn;
        private long nextMicros = schedule.getAsLong();

        @Override
        public boolean hasNext() {
            return nextMicros < duration.toNanos() / 1000;
        }

        @Override
        public ScheduledWindow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            long at = nextMicros;
            nextMicros = schedule.getAsLong();
            int device = turn < devices ? firstTurns[turn++] : turns.nextInt(devices);
            if (senders[device] == null) {
                senders[device] = new Sender(device);
            }
            return senders[device].send(at);
        }

        private int[] firstTurns() {
            int[] order = new int[devices];
            for (int i = 0; i < devices; i++) {
                int j = turns.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            return order;
        }
    }

    /** A device with as much of its history as windows and rankings reach back over. */
    private final class Sender {
        private final int index;
        private final SyntheticDevice device;
        private final SplittableRandom random;
        private final int kept = 2 * options.limit();
        private final long[] items = new long[kept];
        private final long[] timesMillis = new long[kept];
        private long count;
        private ScheduledWindow last;

        Sender(int index) {
            this.index = index;
            this.device = catalogue.device(Seeds.derive(seed, "fleet-device", index));
            this.random = Seeds.stream(seed, "fleet-windows", index);
        }

        ScheduledWindow send(long offsetMicros) {
            if (last == null) {
                int earlier = MIN_EARLIER + random.nextInt(options.limit());
                long now = startMillis + offsetMicros / 1000;
                for (int i = 0; i < earlier; i++) {
                    interact(now - (earlier - i) * EARLIER_GAP_MILLIS);
                }
                long first = Math.max(0, count - options.limit());
                last = window(offsetMicros, first, (int) (count - first), null);
            } else if (random.nextDouble() < options.repeatShare()) {
                return new ScheduledWindow(
                        offsetMicros,
                        index,
                        last.firstSequence(),
                        last.items(),
                        last.eventTimesMillis(),
                        0,
                        null,
                        Oddity.REPEAT);
            } else {
                int fresh = 1 + random.nextInt(options.maxFresh());
                int overlap =
                        random.nextDouble() < options.overlapShare()
                                ? 1 + random.nextInt(options.maxOverlap())
                                : 0;
                overlap = (int) Math.min(Math.min(overlap, options.limit() - fresh), count);
                long[] negatives = device.negatives(Negatives.COUNT);
                RankingTask upcoming =
                        negatives.length == 0
                                ? null
                                : new RankingTask(
                                        newest((int) Math.min(count, kept), items),
                                        device.peek(),
                                        negatives);
                for (int i = 0; i < fresh; i++) {
                    interact(startMillis + offsetMicros / 1000);
                }
                last = window(offsetMicros, count - fresh - overlap, fresh, upcoming);
            }
            return last;
        }

        private void interact(long atMillis) {
            int slot = (int) (count++ % kept);
            items[slot] = device.next();
            timesMillis[slot] = atMillis;
        }

        private ScheduledWindow window(
                long offsetMicros, long first, int fresh, RankingTask upcoming) {
            int size = (int) (count - first);
            return new ScheduledWindow(
                    offsetMicros,
                    index,
                    first,
                    newest(size, items),
                    newest(size, timesMillis),
                    fresh,
                    upcoming,
                    Oddity.NONE);
        }

        private long[] newest(int size, long[] ring) {
            long[] newest = new long[size];
            for (int i = 0; i < size; i++) {
                newest[i] = ring[(int) ((count - size + i) % kept)];
            }
            return newest;
        }
    }
}
