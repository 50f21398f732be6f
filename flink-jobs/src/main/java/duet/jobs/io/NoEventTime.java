package duet.jobs.io;

import duet.jobs.serialization.RawRecord;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * A source without event time is idle for ever, so that it never holds back the time of the others.
 */
public final class NoEventTime {
    private NoEventTime() {}

    /** Returns the watermarks of that source. */
    public static WatermarkStrategy<RawRecord> strategy() {
        return context ->
                new WatermarkGenerator<>() {
                    @Override
                    public void onEvent(
                            RawRecord event, long eventTimestamp, WatermarkOutput output) {
                        output.markIdle();
                    }

                    @Override
                    public void onPeriodicEmit(WatermarkOutput output) {
                        output.markIdle();
                    }
                };
    }
}
