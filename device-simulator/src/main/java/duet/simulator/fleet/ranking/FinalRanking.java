package duet.simulator.fleet.ranking;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.schemas.InvalidInputException;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import duet.simulator.fleet.FleetPart;
import duet.simulator.measurement.Gains;
import duet.simulator.workload.RankingTask;
import duet.simulator.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds what came of the rankings at the end: every device ranks its held-out item, with the
 * weights it received and with the global ones. This is the same protocol as offline evaluation.
 *
 * @param global metrics with the global weights
 * @param personalized metrics with the devices' own weights
 * @param gainMargin half the width of a 95 % confidence interval of their difference in user AUC,
 *     device by device; null for a single device
 */
public record FinalRanking(
        RankingMetrics global, RankingMetrics personalized, @Nullable Double gainMargin) {
    /**
     * Lets the devices of a part of the workload rank; empty where none of them has a held-out
     * item.
     *
     * @param devices the device of an index
     */
    public static Optional<FinalRanking> of(
            Workload workload, FleetPart part, IntFunction<Device> devices) {
        RankingMetrics.Accumulator global = new RankingMetrics.Accumulator();
        RankingMetrics.Accumulator personalized = new RankingMetrics.Accumulator();
        Gains gains = new Gains();
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < workload.devices(); i++) {
            Optional<RankingTask> task = part.holds(i) ? workload.finalTask(i) : Optional.empty();
            if (task.isPresent()) {
                ScoreComparison scores =
                        devices.apply(i).compare(task.get().history(), task.get().candidates());
                lengths.add(scores.global().length);
                double before = add(global, scores.global());
                gains.add(add(personalized, scores.personalized()) - before);
            }
        }
        if (lengths.isEmpty()) {
            return Optional.empty();
        }
        Collections.sort(lengths);
        int median = lengths.get((lengths.size() - 1) / 2);
        return Optional.of(
                new FinalRanking(
                        global.result().ofListsOf(median),
                        personalized.result().ofListsOf(median),
                        gains.margin()));
    }

    /**
     * Refuses before the run what would fail after it.
     *
     * @throws InvalidInputException naming a device and a candidate that the model does not know
     */
    public static void check(Workload workload, DeviceModel model) {
        for (int i = 0; i < workload.devices(); i++) {
            Optional<RankingTask> task = workload.finalTask(i);
            if (task.isPresent()) {
                for (long candidate : task.get().candidates()) {
                    if (model.vocabulary().indexOf(candidate) == 0) {
                        throw new InvalidInputException(
                                String.format(
                                        Locale.ROOT,
                                        "device %s is to rank item %s, which model %s does not"
                                                + " know",
                                        workload.deviceId(i),
                                        model.vocabulary().names().shown(candidate),
                                        model.version()));
                    }
                }
            }
        }
    }

    /** Adds a device and returns its user AUC. */
    private static double add(RankingMetrics.Accumulator metrics, float[] scores) {
        float[] negatives = Arrays.copyOfRange(scores, 1, scores.length);
        metrics.add(scores[0], negatives);
        return UserRanking.of(scores[0], negatives).userAuc();
    }
}
