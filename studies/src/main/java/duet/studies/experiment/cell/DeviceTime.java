package duet.studies.experiment.cell;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.model.evaluation.EvaluationTask;
import duet.schemas.bundle.ModelBundle;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** This class measures the time of one ranking on a device, with the runtime that devices have. */
final class DeviceTime {
    private static final int WARM_UP = 2_000;
    private static final int RANKINGS = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private DeviceTime() {}

    /**
     * Returns the median milliseconds of ranking each user's candidates, the user state included.
     */
    static double millisPerRanking(
            ModelBundle bundle, List<EvaluationTask> tasks, LongSupplier nanoClock) {
        Device device = new Device("timed", DeviceModel.load(bundle));
        double[] millis = new double[RANKINGS];
        for (int i = -WARM_UP; i < RANKINGS; i++) {
            EvaluationTask task = tasks.get(Math.floorMod(i, tasks.size()));
            long[] candidates = task.candidates();
            long start = nanoClock.getAsLong();
            device.score(task.history(), candidates);
            if (i >= 0) {
                millis[i] = (nanoClock.getAsLong() - start) / NANOS_PER_MILLI;
            }
        }
        Arrays.sort(millis);
        return (millis[RANKINGS / 2 - 1] + millis[RANKINGS / 2]) / 2;
    }
}
