package duet.embedded.gating;

import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.jobs.policy.Candidate;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.SentDelta;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The thresholds of drift at which a workload's windows are answered as often as is wanted: the generator reads the workload
 * once, without a stream, then thresholds are tried on the embeddings it gave.
 */
public final class DriftCalibration {
    private static final int BATCH = 256;
    private static final double LEAST_THRESHOLD = 1e-6;
    private static final double MOST_THRESHOLD = 2;
    private static final int HALVINGS = 40;

    private final int devices;
    private final List<Generated> windows;

    /** What a delta for a window would have been made from. */
    private record Generated(int device, SentDelta delta) {}

    private DriftCalibration(int devices, List<Generated> windows) {
        this.devices = devices;
        this.windows = windows;
    }

    /** Of all windows of the workload that the job would not refuse; at least one. */
    public static DriftCalibration of(ModelBundle bundle, Workload workload) {
        int capacity = bundle.dimensions().history();
        DeviceHistory[] histories = new DeviceHistory[workload.devices()];
        Arrays.fill(histories, DeviceHistory.empty());
        List<Generated> generated = new ArrayList<>();
        try (DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create()) {
            List<Integer> devices = new ArrayList<>(BATCH);
            List<InteractionContents> contents = new ArrayList<>(BATCH);
            Iterator<ScheduledWindow> windows = workload.windows();
            while (windows.hasNext()) {
                ScheduledWindow window = windows.next();
                int device = window.device();
                histories[device] =
                        histories[device]
                                .merge(
                                        window.firstSequence(),
                                        new ItemIds(window.items()),
                                        capacity)
                                .history();
                ItemIds items = (ItemIds) histories[device].contents();
                if (Arrays.stream(items.ids()).anyMatch(generator::knows)) {
                    devices.add(device);
                    contents.add(items);
                }
                if (devices.size() == BATCH || (!windows.hasNext() && !devices.isEmpty())) {
                    generated.addAll(generate(generator, devices, contents));
                    devices.clear();
                    contents.clear();
                }
            }
        }
        if (generated.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model knows no item of the workload " + workload.name());
        }
        return new DriftCalibration(workload.devices(), List.copyOf(generated));
    }

    private static List<Generated> generate(
            DeltaGenerator generator, List<Integer> devices, List<InteractionContents> contents) {
        DeltaGenerator.Deltas deltas = generator.generate(contents);
        List<Generated> generated = new ArrayList<>(devices.size());
        for (int i = 0; i < devices.size(); i++) {
            try {
                generated.add(
                        new Generated(
                                devices.get(i),
                                SentDelta.of(generator.modelVersion(), deltas.embedding(i), 0)));
            } catch (UnusableDeltaException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
        return generated;
    }

    /** Share of the windows that are the first of their device, which every policy answers. */
    public double firsts() {
        return answered(MOST_THRESHOLD, true);
    }

    /** Share of the windows that the policy drift answers at a threshold of 0 to 2. */
    public double answered(double threshold) {
        return answered(threshold, false);
    }

    private double answered(double threshold, boolean onlyFirsts) {
        DriftPolicy policy = new DriftPolicy(threshold, 0);
        SentDelta[] sent = new SentDelta[devices];
        int answered = 0;
        for (Generated window : windows) {
            SentDelta before = sent[window.device()];
            boolean sends =
                    before == null
                            || (!onlyFirsts
                                    && policy.sends(
                                            new Candidate(before.drift(window.delta()), 0, 1)));
            if (sends) {
                sent[window.device()] = window.delta();
                answered++;
            }
        }
        return (double) answered / windows.size();
    }

    /** The threshold, 0 to 2, at which about this share of the windows is answered. */
    public double threshold(double share) {
        double low = Math.log(LEAST_THRESHOLD);
        double high = Math.log(MOST_THRESHOLD);
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (answered(Math.exp(middle)) > share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.min(MOST_THRESHOLD, Math.exp(high));
    }
}
