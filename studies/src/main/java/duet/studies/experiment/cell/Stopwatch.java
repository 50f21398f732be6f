package duet.studies.experiment.cell;

import com.sun.management.OperatingSystemMXBean;
import duet.studies.experiment.cell.CellResult.Seconds;
import java.lang.management.ManagementFactory;

/** A stopwatch takes the elapsed and the processor time since it was started. */
final class Stopwatch {
    private static final double NANOS = 1e9;

    private final OperatingSystemMXBean process =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final long elapsed = System.nanoTime();
    private final long cpu = process.getProcessCpuTime();

    Seconds seconds() {
        return new Seconds(
                (System.nanoTime() - elapsed) / NANOS, (process.getProcessCpuTime() - cpu) / NANOS);
    }
}
