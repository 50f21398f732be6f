package duet.jobs.internal;

import duet.jobs.generation.DeadLetters;
import duet.jobs.generation.DeviceWindow;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.WindowValidation;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Raw records in, valid windows out; everything else goes to the dead letters with its reason. */
public final class WindowDecoding extends ProcessFunction<RawRecord, DeviceWindow> {
    private static final long serialVersionUID = 1L;

    private final MicrosClock clock;

    private transient RecordDecoder<InteractionWindow> decoder;
    private transient DeadLetters deadLetters;
    private transient Counter deadLetterCount;

    public WindowDecoding(MicrosClock clock) {
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        decoder = Records.windowDecoder();
        deadLetters = new DeadLetters();
        deadLetterCount = getRuntimeContext().getMetricGroup().counter(MetricNames.DEAD_LETTERS);
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<DeviceWindow> out) {
        DeviceWindow window;
        try {
            InteractionWindow decoded = decoder.decode(record.value());
            WindowValidation.check(decoded);
            window =
                    DeviceWindow.of(
                            decoded,
                            clock.nowMicros(),
                            record.partition(),
                            record.offset(),
                            record.key());
        } catch (MalformedRecordException e) {
            refuse(record, e.getMessage(), context);
            return;
        } catch (RuntimeException e) {
            // Bytes from outside must not stop the stream, whatever the decoder makes of them. It
            // may be left half way through a record: the next one gets a new decoder (FLINK-31951).
            decoder = Records.windowDecoder();
            refuse(record, "window cannot be decoded: " + e, context);
            return;
        }
        out.collect(window);
    }

    private void refuse(RawRecord record, String reason, Context context) {
        deadLetterCount.inc();
        byte[] letter =
                deadLetters.encode(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.key(),
                        record.value(),
                        reason,
                        clock.nowMicros());
        context.output(
                DeadLetterOutput.TAG, new EncodedRecord(DeadLetters.keptKey(record.key()), letter));
    }
}
