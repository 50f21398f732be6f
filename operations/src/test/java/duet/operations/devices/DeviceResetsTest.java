package duet.operations.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.record.DeviceReset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Resets of devices")
class DeviceResetsTest {
    @Test
    @DisplayName("are of one time, and one for each device however often it is named.")
    void each() {
        assertThat(DeviceResets.of(List.of("b", "a", "b"), "why", 7))
                .containsExactly(new DeviceReset("b", 7L, "why"), new DeviceReset("a", 7L, "why"));
    }

    @Test
    @DisplayName("are all refused where one names no device that there can be.")
    void noDevice() {
        assertThatThrownBy(() -> DeviceResets.of(List.of("a", " "), null, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("reset has a blank device id");
        assertThatThrownBy(() -> DeviceResets.of(List.of("é".repeat(200)), null, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("reset has a device id of 400 bytes, the limit is 256");
        assertThatThrownBy(() -> DeviceResets.of(List.of("a"), "x".repeat(1025), 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("reset of device=a has a reason of 1,025 bytes, the limit is 1,024");
    }
}
