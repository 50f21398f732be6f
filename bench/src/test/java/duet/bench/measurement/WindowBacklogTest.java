package duet.bench.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import duet.bench.measurement.WindowBacklog.EncodedWindow;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import duet.simulator.workload.SyntheticCatalogue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The backlog's windows")
class WindowBacklogTest {
    private static final int DEVICES = 12;

    private final WindowBacklog backlog =
            new WindowBacklog(SyntheticCatalogue.standard(), 50, "model-1");

    @Test
    @DisplayName("are those of the devices in turn, each with the next of its own")
    void turns() throws MalformedRecordException {
        Iterator<EncodedWindow> stream = backlog.stream(DEVICES, 0);
        long[] last = new long[DEVICES];
        for (int i = 0; i < 5 * DEVICES; i++) {
            EncodedWindow encoded = stream.next();
            int device = WindowBacklog.deviceOf(encoded.key());
            assertThat(device).isEqualTo(i % DEVICES);
            InteractionWindow window = Records.windowDecoder().decode(encoded.value());
            assertThat(window.getDeviceId()).isEqualTo("bench-" + device);
            assertThat(window.getModelVersion()).isEqualTo("model-1");
            long end = window.getFirstSequence() + window.getInteractions().size();
            assertThat(end).isGreaterThanOrEqualTo(last[device]);
            last[device] = end;
        }
    }

    @Test
    @DisplayName("are the same every time")
    void same() {
        assertThat(values(backlog.stream(DEVICES, 0)))
                .isEqualTo(values(backlog.stream(DEVICES, 0)));
    }

    private static List<List<Byte>> values(Iterator<EncodedWindow> stream) {
        List<List<Byte>> values = new ArrayList<>();
        for (int i = 0; i < 3 * DEVICES; i++) {
            List<Byte> bytes = new ArrayList<>();
            for (byte b : stream.next().value()) {
                bytes.add(b);
            }
            values.add(bytes);
        }
        return values;
    }
}
