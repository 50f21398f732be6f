package duet.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The number of windows that a delta answers")
class AnsweredWindowsTest {
    private final AnsweredWindows answered = new AnsweredWindows();

    private static byte[] delta(String device, long lastSequence, int windows) {
        return Records.deltaEncoder()
                .encode(
                        WeightDelta.newBuilder()
                                .setDeviceId(device)
                                .setModelVersion("sasrec-0123456789ab")
                                .setLastSequence(lastSequence)
                                .setAnsweredWindows(windows)
                                .setLayers(List.of())
                                .setWindowSentAtMicros(1)
                                .setReceivedAtMicros(2)
                                .setGeneratedAtMicros(3)
                                .setChecksum(4)
                                .build());
    }

    @ParameterizedTest
    @CsvSource({"device-000001, 0, 1", "ü, 9007199254740992, 77", "'', -1, 2147483647"})
    @DisplayName("is read as the job wrote it, whatever stands before it")
    void read(String device, long lastSequence, int windows) {
        assertThat(answered.applyAsInt(delta(device, lastSequence, windows))).isEqualTo(windows);
        assertThat(answered.applyAsInt(delta(device, lastSequence, 1))).isEqualTo(1);
    }

    @Test
    @DisplayName("is not read of a record that ends before it")
    void none() {
        assertThatThrownBy(() -> answered.applyAsInt(new byte[12]))
                .isInstanceOf(UncheckedIOException.class);
    }
}
