package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.DeviceReset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reset of a device")
class ResetValidationTest {
    private static void refuses(DeviceReset reset, String message) {
        assertThatThrownBy(() -> ResetValidation.check(reset))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage(message);
    }

    @Test
    @DisplayName("names a device, a time and perhaps a reason, each up to its limit.")
    void isTaken() {
        assertThatCode(() -> ResetValidation.check(new DeviceReset("d", 1L, null)))
                .doesNotThrowAnyException();
        assertThatCode(
                        () ->
                                ResetValidation.check(
                                        new DeviceReset(
                                                "é".repeat(128), Long.MAX_VALUE, "é".repeat(512))))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("without a device, or of one that no window can name, is refused.")
    void needsADevice() {
        refuses(new DeviceReset(" ", 1L, null), "reset has a blank device id");
        refuses(
                new DeviceReset("é".repeat(129), 1L, null),
                "reset has a device id of 258 bytes, the limit is 256");
    }

    @Test
    @DisplayName("of a time that would mean never, or comes before all others, is refused.")
    void needsATime() {
        refuses(
                new DeviceReset("d", 0L, null),
                "reset of device=d is of the time 0, it must be above 0");
        refuses(
                new DeviceReset("d", Long.MIN_VALUE, null),
                "reset of device=d is of the time -9,223,372,036,854,775,808, it must be above 0");
    }

    @Test
    @DisplayName("with a reason too long is refused.")
    void limitsTheReason() {
        refuses(
                new DeviceReset("d", 1L, "é".repeat(513)),
                "reset of device=d has a reason of 1,026 bytes, the limit is 1,024");
    }
}
