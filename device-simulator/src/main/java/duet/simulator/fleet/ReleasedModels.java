package duet.simulator.fleet;

import duet.device.DeviceModel;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Verifier;
import duet.simulator.workload.Workload;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models that the devices of a fleet may run: the one they were shipped with, and each release, loaded once. */
final class ReleasedModels {
    private static final Logger LOG = LoggerFactory.getLogger(ReleasedModels.class);

    private final DeviceModel shipped;
    private final Workload workload;
    private final Verifier verifier;
    private final Map<String, DeviceModel> loaded = new HashMap<>();

    /**
     * The models for the devices of a workload.
     *
     * @param verifier tells the releases that may be run by their signature; null to ask for none
     */
    ReleasedModels(DeviceModel shipped, Workload workload, Verifier verifier) {
        this.shipped = shipped;
        this.workload = workload;
        this.verifier = verifier;
    }

    DeviceModel shipped() {
        return shipped;
    }

    /**
     * The model of a release.
     *
     * @throws InvalidInputException why the devices cannot run it: not signed, not to be had, altered, of another kind than
     *     the model they were shipped with, or without an item that they are to rank
     */
    DeviceModel load(ModelRelease release) {
        if (release.getVersion().equals(shipped.version())) {
            return shipped;
        }
        DeviceModel model = loaded.get(release.getVersion());
        if (model == null) {
            model = read(release);
            loaded.put(release.getVersion(), model);
        }
        return model;
    }

    /** Loads the model of a release if it can be had. */
    void tryLoad(ModelRelease release) {
        try {
            load(release);
        } catch (InvalidInputException e) {
            LOG.debug("release {} cannot be loaded yet", release.getVersion(), e);
        }
    }

    /** Forgets all others; devices that run one of them keep it. */
    void retain(Set<String> versions) {
        loaded.keySet().retainAll(versions);
    }

    private DeviceModel read(ModelRelease release) {
        if (verifier != null && !verifier.verifies(release)) {
            throw new InvalidInputException("it is not signed by a key that the devices trust");
        }
        ModelBundle bundle = ModelBundle.open(directory(release.getBundleUri()));
        if (!bundle.manifestSha256().equals(release.getManifestSha256())) {
            throw new InvalidInputException(
                    "the manifest in %s has the SHA-256 %s, the release %s"
                            .formatted(
                                    bundle.directory(),
                                    bundle.manifestSha256(),
                                    release.getManifestSha256()));
        }
        if (!bundle.modelVersion().equals(release.getVersion())) {
            throw new InvalidInputException(
                    "the bundle in %s is of version %s"
                            .formatted(bundle.directory(), bundle.modelVersion()));
        }
        DeviceModel model = DeviceModel.load(bundle);
        if (model.readsInputs() != shipped.readsInputs()) {
            throw new InvalidInputException(
                    "it reads %s, the devices do not"
                            .formatted(model.readsInputs() ? "raw inputs" : "histories"));
        }
        FinalRanking.check(workload, model);
        return model;
    }

    private static Path directory(String uri) {
        try {
            URI parsed = new URI(uri);
            return parsed.getScheme() == null ? Path.of(uri) : Path.of(parsed);
        } catch (URISyntaxException
                | IllegalArgumentException
                | FileSystemNotFoundException
                | SecurityException e) {
            throw new InvalidInputException(
                    "devices cannot read the bundle at %s, they take file: URIs".formatted(uri), e);
        }
    }
}
