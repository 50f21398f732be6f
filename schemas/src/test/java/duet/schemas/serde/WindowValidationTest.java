package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.OneLine;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        window.setModelVersion("v".repeat(128));
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

    @ParameterizedTest
    @MethodSource("duet.schemas.HostileVersions#all")
    void refusesAModelVersionThatNobodyGave(String version) {
        window.setModelVersion(version);
        assertRefused(
                "window of device=d-42 has the model version '"
                        + OneLine.of(version)
                        + "', it must be 1 to 128 letters, digits, '.', '_' or '-'");
    }

    @Test
    void refusesNoModelVersion() {
        window.setModelVersion("");
        assertRefused(
                "window of device=d-42 has the model version '', it must be 1 to 128 letters,"
                        + " digits, '.', '_' or '-'");
    }

    @Test
    void namesADeviceInOneLineThatDoesNothingToATerminal() {
        window.setDeviceId("d\u001b[2J\u202e\u2028\n\u009b");
        window.setFirstSequence(-1L);
        assertRefused("window of device=d?[2J???? has the first sequence number -1");
    }

    @Nested
    class OfFeatures {
        private final InteractionWindow window = Samples.featureWindow(3, 4);

        private Interaction at(int position) {
            return window.getInteractions().get(position);
        }

        private void set(int position, float... features) {
            window.getInteractions().set(position, Interactions.ofFeatures(features, 1));
        }

        private void assertRefused(String message) {
            assertThatThrownBy(() -> WindowValidation.check(window))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessage(message);
        }

        @Test
        void isAccepted() {
            assertThatCode(() -> WindowValidation.check(window)).doesNotThrowAnyException();
        }

        @Test
        void isAcceptedAtItsLimit() {
            window.setInteractions(
                    Samples.featureWindow(1, Interactions.MAX_FEATURES).getInteractions());
            assertThatCode(() -> WindowValidation.check(window)).doesNotThrowAnyException();
        }

        @ParameterizedTest
        @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
        void isRefusedWithANumberThatIsNotFinite(float number) {
            set(2, 1, 2, 3, number);
            assertRefused(
                    "window of device=d-42 has the feature " + number + " at position 2, number 3");
        }

        @Test
        void isRefusedWithVectorsOfDifferentDimensions() {
            set(1, 1, 2, 3);
            assertRefused(
                    "window of device=d-42 holds features of 3 numbers at position 1 and features"
                            + " of 4 numbers at position 0");
        }

        @Test
        void isRefusedWithAnItemAmongThem() {
            window.getInteractions().set(1, Interactions.ofItem(17, 1));
            assertRefused(
                    "window of device=d-42 holds an item id at position 1 and features of 4 numbers"
                            + " at position 0");
        }

        @Test
        void isRefusedAmongItems() {
            window.getInteractions().set(0, Interactions.ofItem(17, 1));
            assertRefused(
                    "window of device=d-42 holds features of 4 numbers at position 1 and an item id"
                            + " at position 0");
        }

        @Test
        void isRefusedWhereItGivesTheItemAway() {
            at(1).setItemId(17L);
            assertRefused(
                    "window of device=d-42 has the item id 17 beside the features at position 1, it"
                            + " must be -1");
        }

        @Test
        void isRefusedWithBytesThatAreNoNumbers() {
            at(0).setFeatures(ByteBuffer.allocate(7));
            assertRefused(
                    "window of device=d-42 has features of 7 bytes at position 0, they must be 1 to"
                            + " 4,096 numbers of 4 bytes");
        }

        @Test
        void isRefusedWithMoreNumbersThanAVectorHas() {
            set(0, new float[Interactions.MAX_FEATURES + 1]);
            assertRefused(
                    "window of device=d-42 has features of 16,388 bytes at position 0, they must be"
                            + " 1 to 4,096 numbers of 4 bytes");
        }
    }

    @Test
    void saysSoInOneLineWhateverTheDeviceIsCalled() {
        window.setDeviceId("a\nb\u2028c\u0000d\u0085");
        window.setFirstSequence(-1L);
        assertRefused("window of device=a?b?c?d? has the first sequence number -1");
    }
}
