package duet.jobs.operator;

import duet.jobs.config.MetricNames;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.WindowKey;
import duet.jobs.generation.WindowReader;
import duet.jobs.io.DeadLetterOutput;
import duet.jobs.serialization.RawRecord;
import duet.schemas.serde.MalformedRecordException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The function takes raw records in and gives valid windows out; everything else goes to the dead
 * letters with its reason.
 */
public final class WindowDecoding extends ProcessFunction<RawRecord, DeviceWindow> {
    private static final long serialVersionUID = 1L;

    private final WindowKey key;
    private final MicrosClock clock;

    private transient WindowReader reader;
    private transient DeadLetterRecords deadLetters;
    private transient Counter deadLetterCount;

    /**
     * @param key the key that windows must lie under
     */
    public WindowDecoding(WindowKey key, MicrosClock clock) {
        this.key = key;
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        reader = new WindowReader(key);
        deadLetters = new DeadLetterRecords(clock);
        deadLetterCount = getRuntimeContext().getMetricGroup().counter(MetricNames.DEAD_LETTERS);
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<DeviceWindow> out) {
        DeviceWindow window;
        try {
            window =
                    reader.read(
                            record.value(),
                            clock.nowMicros(),
                            record.partition(),
                            record.offset(),
                            record.key());
        } catch (MalformedRecordException e) {
            refuse(record, e.getMessage(), context);
            return;
        } catch (RuntimeException e) {
            // Bytes from outside must not stop the stream, whatever the decoder makes of them.
            refuse(record, "window cannot be decoded: " + e, context);
            return;
        }
        out.collect(window);
    }

    private void refuse(RawRecord record, String reason, Context context) {
        deadLetterCount.inc();
        context.output(DeadLetterOutput.TAG, deadLetters.of(record, reason));
    }
}
