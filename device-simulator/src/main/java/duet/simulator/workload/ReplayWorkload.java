package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Sends a recorded log again: every device of the log, all windows in the order in which they
 * happened.
 *
 * <p>The stream starts at a quantile of the log's time. What a device did before is its first
 * window, cut to the newest interactions; sequence numbers count the ones cut off. Then follows one
 * window for every few interactions, some reaching back over interactions sent before, some sent
 * again unchanged, perhaps after newer ones. The last window of every device ends at its last
 * interaction, so that in the end the cloud knows as much as the log.
 */
public final class ReplayWorkload implements Workload {
    /**
     * Unless told otherwise, this share of the log's interactions happened before the stream
     * starts.
     */
    public static final double DEFAULT_STREAM_START = 0.5;

    private static final int MAX_REPEAT_DISTANCE = 3;

    private final List<ReplayDevice> devices;
    private final Map<String, Integer> indices = new HashMap<>();
    private final long[][] negatives;
    private final List<Planned> plan;
    private final Duration duration;
    private final Arrivals arrivals;
    private final WindowOptions options;
    private final long seed;

    /**
     * Plans a replay.
     *
     * @param devices the log, one entry per device
     * @param options how windows are cut
     * @param streamStart quantile of the log's interaction times at which the stream starts, 0 to 1
     * @param arrivals when windows leave; the log's own pace is not kept, only its order
     * @param seed of all choices
     * @throws InvalidInputException if there is no device, two share an id, or an option is out of
     *     range
     */
    public ReplayWorkload(
            List<ReplayDevice> devices,
            WindowOptions options,
            double streamStart,
            Arrivals arrivals,
            long seed) {
        if (devices.isEmpty()) {
            throw new InvalidInputException("there is no device to replay");
        }
        if (!(streamStart >= 0 && streamStart <= 1)) {
            throw new InvalidInputException(
                    "the stream start is the quantile " + streamStart + ", it must be 0 to 1");
        }
        for (int device = 0; device < devices.size(); device++) {
            if (indices.put(devices.get(device).deviceId(), device) != null) {
                throw new InvalidInputException("two devices of the replay share an id");
            }
        }
        this.devices = List.copyOf(devices);
        this.options = options;
        this.arrivals = arrivals;
        this.seed = seed;
        this.negatives = negatives();
        this.plan = plan(startMillis(streamStart));
        this.duration = lastOffset(arrivals.schedule(seed), plan.size());
    }

    private static Duration lastOffset(LongSupplier schedule, int windows) {
        long micros = 0;
        for (int i = 0; i < windows; i++) {
            micros = schedule.getAsLong();
        }
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public int devices() {
        return devices.size();
    }

    @Override
    public String deviceId(int device) {
        return devices.get(device).deviceId();
    }

    @Override
    public int indexOf(String deviceId) {
        return indices.getOrDefault(deviceId, -1);
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public long expectedWindows() {
        return plan.size();
    }

    @Override
    public Duration duration() {
        return duration;
    }

    @Override
    public Optional<RankingTask> finalTask(int device) {
        ReplayDevice it = devices.get(device);
        return it.positive() == ReplayDevice.NONE || negatives[device].length == 0
                ? Optional.empty()
                : Optional.of(new RankingTask(it.items(), it.positive(), negatives[device]));
    }

    @Override
    public Iterator<ScheduledWindow> windows() {
        LongSupplier schedule = arrivals.schedule(seed);
        return plan.stream().map(planned -> scheduled(planned, schedule.getAsLong())).iterator();
    }

    private ScheduledWindow scheduled(Planned planned, long offsetMicros) {
        ReplayDevice it = devices.get(planned.device);
        int firstFresh = planned.to - planned.fresh;
        boolean ranks = planned.fresh > 0 && !planned.first && negatives[planned.device].length > 0;
        return new ScheduledWindow(
                offsetMicros,
                planned.device,
                planned.from,
                Arrays.copyOfRange(it.items(), planned.from, planned.to),
                Arrays.copyOfRange(it.timesMillis(), planned.from, planned.to),
                planned.fresh,
                ranks
                        ? new RankingTask(
                                Arrays.copyOf(it.items(), firstFresh),
                                it.items()[firstFresh],
                                negatives[planned.device])
                        : null,
                planned.fresh > 0 ? Oddity.NONE : Oddity.REPEAT);
    }

    /**
     * Holds interactions [from, to) of a device, sent when its newest interaction was the one at
     * {@code atMillis}.
     */
    private record Planned(int device, int from, int to, int fresh, boolean first, long atMillis) {}

    private long startMillis(double quantile) {
        long[] times =
                devices.stream().flatMapToLong(d -> Arrays.stream(d.timesMillis())).toArray();
        Arrays.sort(times);
        int index = (int) (quantile * times.length);
        return index == times.length ? Long.MAX_VALUE : times[index];
    }

    private List<Planned> plan(long startMillis) {
        List<Planned> all = new ArrayList<>();
        for (int device = 0; device < devices.size(); device++) {
            all.addAll(plan(device, startMillis, Seeds.stream(seed, "replay-windows", device)));
        }
        // Stable: the windows of one device keep their order where times are equal.
        all.sort(Comparator.comparingLong(Planned::atMillis));
        return List.copyOf(all);
    }

    private List<Planned> plan(int device, long startMillis, SplittableRandom random) {
        long[] times = devices.get(device).timesMillis();
        int before = 0;
        while (before < times.length && times[before] < startMillis) {
            before++;
        }
        List<Planned> windows = new ArrayList<>();
        if (before > 0) {
            int from = Math.max(0, before - options.limit());
            windows.add(new Planned(device, from, before, before - from, true, times[before - 1]));
        }
        for (int sent = before; sent < times.length; ) {
            int to = Math.min(times.length, sent + 1 + random.nextInt(options.maxFresh()));
            int overlap =
                    random.nextDouble() < options.overlapShare()
                            ? 1 + random.nextInt(options.maxOverlap())
                            : 0;
            int from = Math.max(Math.max(0, sent - overlap), to - options.limit());
            windows.add(new Planned(device, from, to, to - sent, sent == 0, times[to - 1]));
            sent = to;
        }
        return withRepeats(windows, random);
    }

    /**
     * Puts copies of some windows after them, but none of an older window after the device's last
     * one.
     */
    private List<Planned> withRepeats(List<Planned> windows, SplittableRandom random) {
        List<List<Planned>> after = new ArrayList<>();
        windows.forEach(w -> after.add(new ArrayList<>()));
        int last = windows.size() - 1;
        for (int i = 0; i <= last; i++) {
            if (random.nextDouble() < options.repeatShare()) {
                int distance = random.nextInt(MAX_REPEAT_DISTANCE);
                int at = i == last ? last : Math.min(i + distance, last - 1);
                Planned w = windows.get(i);
                after.get(at)
                        .add(
                                new Planned(
                                        w.device,
                                        w.from,
                                        w.to,
                                        0,
                                        w.first,
                                        windows.get(at).atMillis));
            }
        }
        List<Planned> all = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            all.add(windows.get(i));
            all.addAll(after.get(i));
        }
        return all;
    }

    private long[][] negatives() {
        long[] catalogue = null;
        long[][] all = new long[devices.size()][];
        for (int device = 0; device < all.length; device++) {
            ReplayDevice it = devices.get(device);
            all[device] = it.negatives();
            if (all[device].length == 0) {
                catalogue = catalogue == null ? catalogue() : catalogue;
                long[] touched = it.items().clone();
                Arrays.sort(touched);
                all[device] =
                        Negatives.draw(
                                catalogue,
                                Negatives.COUNT,
                                item ->
                                        item == it.positive()
                                                || Arrays.binarySearch(touched, item) >= 0,
                                Seeds.stream(seed, "replay-negatives", device));
            }
        }
        return all;
    }

    private long[] catalogue() {
        return devices.stream()
                .flatMapToLong(d -> Arrays.stream(d.items()))
                .distinct()
                .sorted()
                .toArray();
    }
}
