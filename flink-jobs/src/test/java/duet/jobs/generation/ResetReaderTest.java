package duet.jobs.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.DeviceReset;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A record of the topic of resets")
class ResetReaderTest {
    private static final long NOW = 1_700_000_000_000_000L;

    private final ResetReader reader = new ResetReader();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encoded(String device, long at) {
        return Records.deviceResetEncoder().encode(new DeviceReset(device, at, "why"));
    }

    private void assertRefused(byte[] key, byte[] value, String message) {
        assertThatThrownBy(() -> reader.read(key, value, NOW))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    @DisplayName("is a reset of the device that is its key, of now, earlier, or a little later.")
    void isRead() throws Exception {
        for (long at : new long[] {1, NOW, NOW + ResetReader.MOST_AHEAD_MICROS}) {
            assertThat(reader.read(bytes("gerät"), encoded("gerät", at), NOW))
                    .isEqualTo(new DeviceReset("gerät", at, "why"));
        }
    }

    @Test
    @DisplayName("is refused where it is under another key, or none.")
    void otherKey() {
        assertRefused(
                bytes("d-2"),
                encoded("d-1", NOW),
                "reset of device=d-1 has the key 'd-2', its key must be the device id");
        assertRefused(null, encoded("d-1", NOW), "reset of device=d-1 has no key, its key must");
    }

    @Test
    @DisplayName("is refused where it is from the future, which would lock out later resets.")
    void future() {
        assertRefused(
                bytes("d"),
                encoded("d", NOW + ResetReader.MOST_AHEAD_MICROS + 1),
                "reset of device=d is of the time 1,700,000,600,000,001, which is 600 s ahead, the"
                        + " limit is 600 s");
        assertRefused(bytes("d"), encoded("d", Long.MAX_VALUE), "s ahead, the limit is 600 s");
    }

    @Test
    @DisplayName(
            "is refused where it is deleted, cut, or no reset at all, and the next one is read.")
    void malformed() throws Exception {
        byte[] whole = encoded("d", NOW);
        assertRefused(bytes("d"), null, "record has no value");
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> reader.read(bytes("d"), cut, NOW))
                    .isInstanceOf(MalformedRecordException.class);
            assertThat(reader.read(bytes("d"), whole, NOW).getDeviceId()).isEqualTo("d");
        }
        assertRefused(bytes("d"), encoded("d", 0), "reset of device=d is of the time 0");
        assertRefused(bytes(""), encoded("", NOW), "reset has a blank device id");
    }
}
