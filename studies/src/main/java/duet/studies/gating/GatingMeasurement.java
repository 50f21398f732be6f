package duet.studies.gating;

import duet.device.DeviceModel;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.PolicyOptions;
import duet.jobs.config.PolicyOptions.Kind;
import duet.jobs.generation.DeltaEncoding;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The measurement tells what it costs in quality to answer fewer windows. All policies go over the
 * same streams side by side, with the job's own history, generator, gate and codec and the devices'
 * own runtime, in one thread: the same input gives the same figures, on any machine.
 */
public final class GatingMeasurement {
    private final ModelBundle bundle;
    private final AnswerableStream stream;

    public GatingMeasurement(ModelBundle bundle, DeltaEncoding encoding) {
        this.bundle = bundle;
        this.stream = new AnswerableStream(bundle, encoding);
    }

    /**
     * Measures drift, budget and random choice at each share, and always.
     *
     * @param name what the log is called
     * @param workloads streams of the same devices, at least one; the thresholds of drift are
     *     chosen on the first
     * @param shares shares of the windows to answer, 0 to 1
     * @throws IllegalStateException if no ranking could be made
     */
    public GatingResult measure(String name, List<Workload> workloads, List<Double> shares) {
        Workload first = workloads.get(0);
        DriftCalibration calibration = new DriftCalibration(first.devices());
        stream.forEach(first, calibration::add);
        DeviceModel model = DeviceModel.load(bundle);
        List<PolicyTrack> tracks = new ArrayList<>();
        tracks.add(new PolicyTrack(PolicyOptions.always(), 1, model, first.devices()));
        for (double share : shares) {
            for (Kind kind : List.of(Kind.DRIFT, Kind.BUDGET, Kind.RANDOM)) {
                PolicyOptions policy =
                        new PolicyOptions(
                                kind,
                                kind == Kind.DRIFT
                                        ? calibration.threshold(share)
                                        : DuetOptions.DRIFT_THRESHOLD.defaultValue(),
                                share,
                                Duration.ZERO);
                tracks.add(new PolicyTrack(policy, share, model, first.devices()));
            }
        }
        go(workloads, tracks);
        if (tracks.get(0).rankings().rankings() == 0) {
            throw new IllegalStateException(
                    "nothing was ranked: the policies cannot be told apart by quality");
        }
        return GatingResult.of(name, bundle.modelVersion(), workloads.size(), tracks);
    }

    /** Follows one policy alone over one stream. */
    PolicyTrack follow(Workload workload, PolicyOptions policy) {
        PolicyTrack track =
                new PolicyTrack(policy, 1, DeviceModel.load(bundle), workload.devices());
        go(List.of(workload), List.of(track));
        return track;
    }

    private void go(List<Workload> workloads, List<PolicyTrack> tracks) {
        for (int run = 0; run < workloads.size(); run++) {
            Workload workload = workloads.get(run);
            for (PolicyTrack track : tracks) {
                track.begin(workload, run);
            }
            stream.forEach(workload, answer -> tracks.forEach(track -> track.take(answer)));
            tracks.forEach(track -> track.end(workload));
        }
    }
}
