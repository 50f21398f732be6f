package duet.simulator.fleet.ranking;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.release.BundleFetcher;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseRefusedException;
import duet.simulator.workload.Workload;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Holds the models that the devices of a fleet may run: the one they were shipped with, and each
 * release, loaded once.
 */
public final class ReleasedModels {
    private final DeviceModel shipped;
    private final IntFunction<Optional<DeviceModel>> fixed;
    private final Workload workload;
    private final ReleaseKeys keys;
    private final BundleFetcher bundles;
    private final Map<String, DeviceModel> loaded = new HashMap<>();

    /** Says why a release could not be loaded ahead, until somebody asks for it. */
    private final Map<String, InvalidInputException> failedAhead = new HashMap<>();

    /**
     * Creates the models for the devices of a workload.
     *
     * @param fixed models of devices that follow no release, by the device's index
     * @param keys those of which one must have signed a release
     * @param bundles fetches the bundles of releases
     */
    public ReleasedModels(
            DeviceModel shipped,
            IntFunction<Optional<DeviceModel>> fixed,
            Workload workload,
            ReleaseKeys keys,
            BundleFetcher bundles) {
        this.shipped = shipped;
        this.fixed = fixed;
        this.workload = workload;
        this.keys = keys;
        this.bundles = bundles;
    }

    public DeviceModel shipped() {
        return shipped;
    }

    /**
     * Returns the model that a device runs whatever is released; empty where it follows the
     * releases.
     */
    Optional<DeviceModel> fixed(int device) {
        return fixed.apply(device);
    }

    /**
     * Returns the model of a release.
     *
     * @throws InvalidInputException why the devices cannot run it: not signed, not to be had,
     *     altered, of another kind than the model they were shipped with, or without an item that
     *     they are to rank
     */
    DeviceModel load(ModelRelease release) {
        if (release.getVersion().equals(shipped.version())) {
            return shipped;
        }
        InvalidInputException failed = failedAhead.remove(release.getVersion());
        if (failed != null) {
            throw failed;
        }
        DeviceModel model = loaded.get(release.getVersion());
        if (model == null) {
            model = readWhateverHappens(release);
            loaded.put(release.getVersion(), model);
        }
        return model;
    }

    /**
     * Loads the model of a release before it is needed; where that fails, the next {@link #load}
     * says why without another attempt.
     */
    public void loadAhead(ModelRelease release) {
        try {
            load(release);
        } catch (InvalidInputException e) {
            failedAhead.put(release.getVersion(), e);
        }
    }

    /** Forgets the models of all other versions; devices that run one of them keep it. */
    void retain(Set<String> versions) {
        loaded.keySet().retainAll(versions);
    }

    /** Takes any failure for one of the bundle, which must not stop the fleet. */
    private DeviceModel readWhateverHappens(ModelRelease release) {
        try {
            return read(release);
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new InvalidInputException("it cannot be loaded: " + OneLine.of(e), e);
        }
    }

    private DeviceModel read(ModelRelease release) {
        Optional<String> refusal = keys.publicationRefusal(release);
        if (refusal.isPresent()) {
            throw new InvalidInputException(refusal.get());
        }
        ModelBundle bundle = fetch(release);
        if (!bundle.modelVersion().equals(release.getVersion())) {
            throw new InvalidInputException("its bundle is of version " + bundle.modelVersion());
        }
        DeviceModel model = DeviceModel.load(bundle);
        if (model.readsInputs() != shipped.readsInputs()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "it reads %s, the devices do not",
                            model.readsInputs() ? "raw inputs" : "histories"));
        }
        FinalRanking.check(workload, model);
        return model;
    }

    private ModelBundle fetch(ModelRelease release) {
        try {
            return bundles.fetch(release);
        } catch (ReleaseRefusedException | IOException e) {
            throw new InvalidInputException(e.getMessage(), e);
        }
    }
}
