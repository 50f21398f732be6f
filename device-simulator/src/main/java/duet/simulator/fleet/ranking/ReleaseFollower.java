package duet.simulator.fleet.ranking;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.Rollout;
import duet.schemas.release.Rollout.Role;
import duet.simulator.fleet.account.FleetDevices;
import duet.simulator.fleet.account.FleetState;
import duet.simulator.fleet.account.FleetState.Outbox;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every device of a fleet on the version that the releases give it. It has no Kafka and no
 * clock: records and times are handed in, in microseconds since the epoch. One thread follows; any
 * thread may ask whether it is done.
 */
public final class ReleaseFollower {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseFollower.class);

    /**
     * A bundle that cannot be had may be there later: it is asked for again after this many
     * microseconds.
     */
    private static final long RETRY_MICROS = 5_000_000;

    private final FleetState state;
    private final ReleasedModels models;
    private final Outbox outbox;
    private final long switchOverMicros;
    private final FollowedReleases releases;

    /** Says, by version, why the bundle of a release cannot be run. */
    private Map<String, String> notLoaded = Map.of();

    /** Says, by version, why devices stay off a version they should run. */
    private volatile Map<String, String> refused = Map.of();

    private Switches waiting = new Switches(0, 0);
    private long retryMicros = Long.MAX_VALUE;
    private volatile boolean settled = true;

    /**
     * Holds the devices that are to run other models from now on, one after the other, evenly over
     * a time. The devices' indices and models are all that it takes: there may be a million of
     * them.
     */
    private static final class Switches {
        private static final int FIRST_ROOM = 16;

        private final long fromMicros;
        private final long overMicros;
        private int[] devices = new int[FIRST_ROOM];
        private DeviceModel[] models = new DeviceModel[FIRST_ROOM];
        private int count;
        private int done;

        Switches(long fromMicros, long overMicros) {
            this.fromMicros = fromMicros;
            this.overMicros = overMicros;
        }

        void add(int device, DeviceModel model) {
            if (count == devices.length) {
                devices = Arrays.copyOf(devices, 2 * count);
                models = Arrays.copyOf(models, 2 * count);
            }
            devices[count] = device;
            models[count++] = model;
        }

        int count() {
            return count;
        }

        boolean isEmpty() {
            return done == count;
        }

        /** Returns when the next device is due, in microseconds. */
        long dueMicros() {
            return fromMicros + overMicros * done / count;
        }

        void next(BiConsumer<Integer, DeviceModel> action) {
            action.accept(devices[done], models[done]);
            done++;
        }
    }

    /**
     * Creates a follower.
     *
     * @param releases those that are known, and how others are told from those that count
     * @param outbox how a device that has switched sends its newest window
     * @param switchOverMicros over how long the devices that a release concerns take it up, one
     *     after the other
     */
    public ReleaseFollower(
            FleetState state,
            ReleasedModels models,
            FollowedReleases releases,
            Outbox outbox,
            long switchOverMicros) {
        this.state = state;
        this.models = models;
        this.releases = releases;
        this.outbox = outbox;
        this.switchOverMicros = switchOverMicros;
    }

    /**
     * Starts with the releases there are: each device runs its version before it sends anything.
     */
    public void start(long nowMicros) {
        plan(nowMicros, 0);
        work(nowMicros);
    }

    /** Takes changed releases; records that do not count hold nothing up. */
    public void changed(List<ModelRelease> changed, long nowMicros) {
        boolean news = false;
        for (ModelRelease release : changed) {
            news |= releases.take(release, nowMicros);
        }
        if (news) {
            plan(nowMicros, switchOverMicros);
        } else {
            refused = refusals();
        }
    }

    /** Switches the devices whose time has come. */
    public void work(long nowMicros) {
        if (nowMicros >= retryMicros) {
            plan(nowMicros, switchOverMicros);
        }
        while (!waiting.isEmpty() && waiting.dueMicros() <= nowMicros) {
            waiting.next((device, model) -> state.switchTo(device, model, nowMicros, outbox));
        }
        settled = waiting.isEmpty();
    }

    /** Returns when there is something to do next; far in the future where there is nothing. */
    public long nextMicros() {
        return waiting.isEmpty() ? retryMicros : Math.min(retryMicros, waiting.dueMicros());
    }

    /** Returns whether no device is about to switch. */
    public boolean isSettled() {
        return settled;
    }

    /** Returns, by version, why devices stay off a version they should run. */
    public Map<String, String> refused() {
        return refused;
    }

    private void plan(long nowMicros, long overMicros) {
        settled = false; // until it is known who is to switch: fetching a bundle may take long
        Rollout rollout = releases.rollout();
        Map<String, DeviceModel> runnable = load(rollout, nowMicros);
        FleetDevices fleet = state.devices();
        Switches next = new Switches(nowMicros, overMicros);
        for (int device = 0; device < fleet.count(); device++) {
            if (!fleet.holds(device)) {
                continue;
            }
            Optional<DeviceModel> fixed = models.fixed(device);
            DeviceModel target =
                    fixed.isPresent() ? fixed.get() : released(device, rollout, runnable);
            if (target != null && !target.version().equals(fleet.versionOf(device))) {
                next.add(device, target);
            }
        }
        waiting = next;
        settled = waiting.isEmpty();
        if (next.count() > 0) {
            LOG.info(
                    "{} of {} devices go over to {}",
                    next.count(),
                    fleet.count(),
                    rollout.served());
        }
    }

    /** Returns what the releases give a device; null where that cannot be had. */
    private @Nullable DeviceModel released(
            int device, Rollout rollout, Map<String, DeviceModel> runnable) {
        // Ids are made when they are asked for, and only a share of the devices depends on them.
        Optional<String> version =
                rollout.staged().isPresent()
                        ? rollout.versionOf(state.devices().id(device))
                        : rollout.base().map(ModelRelease::getVersion);
        return version.isPresent() ? runnable.get(version.get()) : models.shipped();
    }

    private Map<String, String> refusals() {
        Map<String, String> all = new TreeMap<>(notLoaded);
        all.putAll(releases.refusals());
        return all;
    }

    /** Loads the models that devices are to run, those of them that can be had. */
    private Map<String, DeviceModel> load(Rollout rollout, long nowMicros) {
        Map<String, DeviceModel> runnable = new HashMap<>();
        Map<String, String> reasons = new TreeMap<>();
        for (Optional<ModelRelease> wanted : List.of(rollout.base(), rollout.staged())) {
            if (wanted.isPresent()) {
                String version = wanted.get().getVersion();
                try {
                    runnable.put(version, models.load(wanted.get()));
                } catch (InvalidInputException e) {
                    String reason = OneLine.of(e);
                    reasons.put(version, reason);
                    if (!reason.equals(notLoaded.get(version))) {
                        LOG.warn("devices do not run release {}: {}", version, reason);
                    }
                }
            }
        }
        notLoaded = reasons;
        refused = refusals();
        retryMicros = reasons.isEmpty() ? Long.MAX_VALUE : nowMicros + RETRY_MICROS;
        Set<String> kept = new HashSet<>(runnable.keySet());
        rollout.served()
                .forEach(
                        (version, role) -> {
                            if (role == Role.FALLBACK) {
                                kept.add(version);
                            }
                        });
        models.retain(kept);
        return runnable;
    }
}
