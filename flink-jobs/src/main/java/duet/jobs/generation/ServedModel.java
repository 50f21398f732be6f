package duet.jobs.generation;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.schemas.bundle.Dimensions;
import java.util.Locale;

/**
 * A served model is one model version that a subtask serves: its generator, the devices that wait
 * for it, and what writes their deltas.
 */
public final class ServedModel implements AutoCloseable {
    private final DeltaGenerator generator;
    private final DeltaAssembly assembly;
    private final MicroBatch batch;

    /**
     * @param generator closed with this
     * @param assembly writes deltas of that generator
     * @param batch empty
     */
    public ServedModel(DeltaGenerator generator, DeltaAssembly assembly, MicroBatch batch) {
        this.generator = generator;
        this.assembly = assembly;
        this.batch = batch;
    }

    public String version() {
        return generator.modelVersion();
    }

    public Dimensions dimensions() {
        return generator.dimensions();
    }

    public DeltaGenerator generator() {
        return generator;
    }

    public DeltaAssembly assembly() {
        return assembly;
    }

    /** Returns the devices that wait for this version. */
    public MicroBatch batch() {
        return batch;
    }

    /**
     * Returns whether the window holds what the model reads: item ids, or vectors of its features.
     */
    public boolean reads(DeviceWindow window) {
        return window.contents().dimension() == dimensions().features();
    }

    /** Says in one line why a window that the model does not read is of no use. */
    public String notRead(DeviceWindow window) {
        return String.format(
                Locale.ROOT,
                "window of device=%s holds %s, model version %s reads %s",
                window.deviceId(),
                InteractionContents.describe(window.contents().dimension()),
                version(),
                InteractionContents.describe(dimensions().features()));
    }

    /** Says in one line why a history of which the model knows no item gives no delta. */
    public String notKnown(DeviceWindow window, DeviceHistory merged) {
        return String.format(
                Locale.ROOT,
                "window of device=%s leaves no item that model version %s knows among its newest"
                        + " %,d",
                window.deviceId(),
                version(),
                merged.size());
    }

    /**
     * Returns whether the model can make a delta of these contents: vectors, or at least one item
     * it knows.
     */
    public boolean knowsAny(InteractionContents contents) {
        if (!(contents instanceof ItemIds items)) {
            return true;
        }
        for (long id : items.ids()) {
            if (generator.knows(id)) {
                return true;
            }
        }
        return false;
    }

    /** Counts how many of the newest interactions hold an item that the model does not know. */
    public int unknown(InteractionContents contents, int newest) {
        int unknown = 0;
        if (contents instanceof ItemIds items) {
            for (int i = contents.size() - newest; i < contents.size(); i++) {
                if (!generator.knows(items.ids()[i])) {
                    unknown++;
                }
            }
        }
        return unknown;
    }

    @Override
    public void close() {
        generator.close();
    }
}
