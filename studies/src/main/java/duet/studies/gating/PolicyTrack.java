package duet.studies.gating;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.jobs.config.PolicyOptions;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.policy.Gate;
import duet.jobs.policy.SentDelta;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A track follows one policy beside the others: the devices that hold what it sends, and how well
 * they rank. It may go over several streams of the same devices, which begin anew each time while
 * what was measured adds up.
 */
final class PolicyTrack {
    private final PolicyOptions policy;
    private final double share;
    private final DeviceModel model;
    private final Device[] devices;
    private final @Nullable SentDelta[] sent;
    private final RankingSums rankings;
    private final QualityRecorder quality = new QualityRecorder(0, 0);
    private final RankingMetrics.Accumulator heldOut = new RankingMetrics.Accumulator();
    private final RankingMetrics.Accumulator heldOutGlobal = new RankingMetrics.Accumulator();
    private final RecordEncoder<WeightDelta> encoder = Records.deltaEncoder();
    private Gate gate;
    private long windows;
    private long deltas;
    private long gated;
    private long deltaBytes;

    /**
     * @param share share of the windows that is to be answered, 0 to 1
     */
    PolicyTrack(PolicyOptions policy, double share, DeviceModel model, int devices) {
        this.policy = policy;
        this.share = share;
        this.model = model;
        this.devices = new Device[devices];
        this.sent = new @Nullable SentDelta[devices];
        this.rankings = new RankingSums(devices);
    }

    /**
     * Begins a stream: all devices hold the global model.
     *
     * @param run number of the stream, from 0: chance falls another way in each
     */
    void begin(Workload workload, int run) {
        gate = new Gate(policy.factory().create(run));
        for (int i = 0; i < devices.length; i++) {
            devices[i] = new Device(workload.deviceId(i), model);
        }
        Arrays.fill(sent, null);
    }

    /** Ranks what comes next with what the device holds, then decides on the window. */
    void take(Answerable answer) {
        ScheduledWindow window = answer.window();
        windows++;
        if (window.upcoming() != null) {
            rank(window);
        }
        if (answer.isAnswerable()) {
            decide(answer, window.device());
        }
    }

    private void decide(Answerable answer, int device) {
        WeightDelta delta = answer.delta();
        try {
            Gate.Decision decision =
                    gate.decide(
                            sent[device],
                            delta.getModelVersion(),
                            answer.embedding(),
                            1,
                            answer.sentAtMillis());
            if (!decision.sends()) {
                gated++;
                return;
            }
            sent[device] = decision.after();
        } catch (UnusableDeltaException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        deltas++;
        deltaBytes +=
                encoder.encode(delta).length
                        + delta.getDeviceId().getBytes(StandardCharsets.UTF_8).length;
        // A repeated window leads to the delta that the device has.
        ApplyOutcome outcome = devices[device].apply(delta);
        if (outcome != ApplyOutcome.APPLIED && outcome != ApplyOutcome.STALE) {
            throw new IllegalStateException(
                    "device " + delta.getDeviceId() + " finds its delta " + outcome);
        }
    }

    private void rank(ScheduledWindow window) {
        RankingTask task = known(window.upcoming());
        if (task == null) {
            quality.unknown();
            return;
        }
        int device = window.device();
        ScoreComparison scores = devices[device].compare(task.history(), task.candidates());
        if (scores.deltaSequence() < 0) {
            quality.beforeFirstDelta();
            double global = userAuc(scores.global());
            rankings.add(device, global, global);
        } else {
            long age = task.history().length - 1 - scores.deltaSequence();
            QualityRecorder.Ranked ranked =
                    quality.record(scores.global(), scores.personalized(), age);
            rankings.add(device, ranked.globalAuc(), ranked.personalizedAuc());
        }
    }

    /** Ends a stream: every device ranks its held-out item. */
    void end(Workload workload) {
        for (int i = 0; i < devices.length; i++) {
            RankingTask task = workload.finalTask(i).map(this::known).orElse(null);
            if (task != null) {
                ScoreComparison scores = devices[i].compare(task.history(), task.candidates());
                add(heldOutGlobal, scores.global());
                add(heldOut, scores.personalized());
            }
        }
    }

    /**
     * Returns the task without the negatives the model does not know; null if nothing is left, or
     * the positive is unknown.
     */
    private @Nullable RankingTask known(RankingTask task) {
        long[] negatives =
                Arrays.stream(task.negatives())
                        .filter(item -> model.vocabulary().indexOf(item) != 0)
                        .toArray();
        return model.vocabulary().indexOf(task.positive()) == 0 || negatives.length == 0
                ? null
                : new RankingTask(task.history(), task.positive(), negatives);
    }

    private static double userAuc(float[] scores) {
        return UserRanking.of(scores[0], Arrays.copyOfRange(scores, 1, scores.length)).userAuc();
    }

    private static void add(RankingMetrics.Accumulator metrics, float[] scores) {
        metrics.add(scores[0], Arrays.copyOfRange(scores, 1, scores.length));
    }

    int devices() {
        return devices.length;
    }

    PolicyOptions policy() {
        return policy;
    }

    /** Returns the share of the windows that was to be answered. */
    double share() {
        return share;
    }

    long windows() {
        return windows;
    }

    long deltas() {
        return deltas;
    }

    long gated() {
        return gated;
    }

    /** Returns the bytes of all deltas with their keys. */
    long deltaBytes() {
        return deltaBytes;
    }

    /** Returns all rankings over the stream, those of devices without a delta too. */
    RankingSums rankings() {
        return rankings;
    }

    /** Returns the quality of the rankings over the stream as the fleet counts them. */
    StreamQuality quality() {
        return quality.result();
    }

    /** Returns the ranking of the held-out items with the weights held at the end. */
    RankingMetrics heldOut() {
        return heldOut.result();
    }

    /** Returns the ranking of the held-out items with the global weights. */
    RankingMetrics heldOutGlobal() {
        return heldOutGlobal.result();
    }
}
