package duet.cluster.chaos;

import duet.device.Device;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.simulator.fleet.run.FleetRun;
import duet.simulator.workload.Workload;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether devices hold what the generator gives offline for all that they sent: invariant 1
 * of the design.
 */
final class Convergence implements AutoCloseable {

    private static final int BATCH = 256;

    /** Float arithmetic in another order may cost so much. */
    private static final double FLOAT_TOLERANCE = 1e-5;

    private final Dimensions dimensions;
    private final Encoding encoding;
    private final ServedGenerator generator;

    /**
     * Makes a check against the generator of that bundle.
     *
     * @param encoding how the job writes deltas
     */
    Convergence(ModelBundle bundle, Encoding encoding) {
        this.dimensions = bundle.dimensions();
        this.encoding = encoding;
        this.generator = ServedGenerator.load(bundle);
    }

    /**
     * Says what a check found.
     *
     * @param devices devices that sent something and were compared
     * @param wrong how many of them do not hold what they should
     * @param example the first of those, with what is wrong; null if all is well
     * @param largestErrorShare largest deviation as a share of the tolerance
     */
    record Finding(int devices, int wrong, @Nullable String example, double largestErrorShare) {}

    /**
     * Compares all devices of a fleet that sent anything.
     *
     * @param histories what each device sent, by its index; null where it sent nothing
     */
    Finding check(FleetRun fleet, Workload workload, @Nullable DeviceHistory[] histories) {
        int[] senders =
                IntStream.range(0, histories.length)
                        .filter(device -> histories[device] != null)
                        .toArray();
        Tally tally = new Tally();
        for (int from = 0; from < senders.length; from += BATCH) {
            int[] batch = Arrays.copyOfRange(senders, from, Math.min(senders.length, from + BATCH));
            GeneratedDeltas expected =
                    generator.generate(
                            Arrays.stream(batch)
                                    .mapToObj(device -> items(histories[device]))
                                    .toList());
            for (int i = 0; i < batch.length; i++) {
                Device device = fleet.device(workload.deviceId(batch[i])).orElseThrow();
                compare(device, histories[batch[i]].nextSequence() - 1, expected, i, tally);
            }
        }
        return new Finding(senders.length, tally.wrong, tally.example, tally.largestErrorShare);
    }

    private static long[] items(DeviceHistory history) {
        return ((ItemIds) history.contents()).ids();
    }

    private void compare(
            Device device, long last, GeneratedDeltas expected, int index, Tally tally) {
        if (device.lastSequence() != last) {
            tally.wrong(
                    String.format(
                            Locale.ROOT,
                            "%s holds a delta of interaction %d, its last one is %d",
                            device.id(),
                            device.lastSequence(),
                            last));
            return;
        }
        double share = errorShare(device, expected, index);
        tally.largestErrorShare = Math.max(tally.largestErrorShare, share);
        if (!(share <= 1)) {
            tally.wrong(
                    String.format(
                            Locale.ROOT,
                            "%s is off by %.2f of the tolerance of %s",
                            device.id(),
                            share,
                            encoding));
        }
    }

    private double errorShare(Device device, GeneratedDeltas expected, int index) {
        // A device without deltas is the global model.
        Device global = new Device(device.id(), device.model());
        double largest = 0;
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            float[] tolerance =
                    DeltaCodec.tolerance(
                            dimensions.layerRows(),
                            dimensions.width(),
                            dimensions.rank(),
                            expected.layer(index, n),
                            encoding);
            float[] held = device.layer(n);
            float[] base = global.layer(n);
            float[] delta = expected.matrix(index, n);
            for (int i = 0; i < held.length; i++) {
                double error = Math.abs((double) held[i] - base[i] - delta[i]);
                largest = Math.max(largest, error / (FLOAT_TOLERANCE + tolerance[i]));
            }
        }
        return largest;
    }

    @Override
    public void close() {
        generator.close();
    }

    private static final class Tally {
        int wrong;
        @Nullable String example;
        double largestErrorShare;

        void wrong(String what) {
            wrong++;
            example = example == null ? what : example;
        }
    }
}
