package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.InteractionWindow;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowValidationTest {
    private final InteractionWindow window = Samples.window(3);

    private void assertAccepted() {
        assertThatCode(() -> WindowValidation.check(window)).doesNotThrowAnyException();
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> WindowValidation.check(window))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage(message);
    }

    @Test
    void acceptsAWholeWindow() {
        assertAccepted();
    }

    @Test
    void acceptsTheLimits() {
        window.setFirstSequence(Long.MAX_VALUE - 3);
        window.setModelVersion("é".repeat(64));
        window.getInteractions().get(0).setItemId(0L);
        window.getInteractions().get(1).setItemId(Long.MAX_VALUE);
        window.getInteractions().get(2).setEventTimeMillis(-1L);
        assertAccepted();
    }

    @Test
    void refusesABlankDeviceId() {
        window.setDeviceId(" \t");
        assertRefused("window has a blank device id");
    }

    @Test
    void refusesAWindowWithoutInteractions() {
        window.setInteractions(List.of());
        assertRefused("window of device=d-42 has no interactions");
    }

    @Test
    void refusesANegativeSequenceNumber() {
        window.setFirstSequence(-1L);
        assertRefused("window of device=d-42 has the first sequence number -1");
    }

    @Test
    void refusesASequenceNumberThatEndsBehindTheLargest() {
        window.setFirstSequence(Long.MAX_VALUE - 2);
        assertRefused("window of device=d-42 has the first sequence number 9223372036854775805");
    }

    @Test
    void refusesANegativeItem() {
        window.getInteractions().get(2).setItemId(-5L);
        assertRefused("window of device=d-42 has the negative item id -5 at position 2");
    }

    @Test
    void refusesALongModelVersion() {
        window.setModelVersion("é".repeat(65));
        assertRefused("window of device=d-42 has a model version of 130 bytes, the limit is 128");
    }

    @Test
    void saysSoInOneLineWhateverTheDeviceIsCalled() {
        window.setDeviceId("a\nb\u2028c\u0000d\u0085");
        window.setFirstSequence(-1L);
        assertRefused("window of device=a?b?c?d? has the first sequence number -1");
    }
}
