package duet.simulator.fleet.kafka;

import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.simulator.fleet.FaultLog;
import duet.simulator.fleet.RunControl;
import duet.simulator.fleet.account.FleetState;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Accounts for the windows of a fleet that the job refused. */
public final class DeadLetterReceiver implements PollLoop.Handler {
    private final FleetState state;
    private final RunControl control;
    private final FaultLog faults;
    private final String windowsTopic;
    private final RecordDecoder<DeadLetter> decoder = Records.deadLetterDecoder();
    private final RecordDecoder<InteractionWindow> windows = Records.windowDecoder();

    public DeadLetterReceiver(
            FleetState state, RunControl control, FaultLog faults, String windowsTopic) {
        this.state = state;
        this.control = control;
        this.faults = faults;
        this.windowsTopic = windowsTopic;
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) throws MalformedRecordException {
        DeadLetter letter = decoder.decode(record.value());
        if (letter.getTopic().equals(windowsTopic)
                && state.deadLetter(
                        new String(Utils.toArray(letter.getKey()), StandardCharsets.UTF_8),
                        windowOf(Utils.toArray(letter.getValue())),
                        letter.getReason())) {
            control.answerCame();
        }
    }

    @Override
    public void malformed(ConsumerRecord<byte[], byte[]> record, MalformedRecordException problem) {
        faults.report("malformed dead letter", () -> PollLoop.at(record, problem));
    }

    private @Nullable InteractionWindow windowOf(byte[] value) {
        try {
            return windows.decode(value);
        } catch (MalformedRecordException e) {
            return null;
        }
    }
}
