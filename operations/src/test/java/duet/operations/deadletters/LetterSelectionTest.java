package duet.operations.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.operations.deadletters.LetterReplay.Eligibility;
import duet.schemas.InvalidInputException;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.RecordLimits;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetterSelectionTest {

    private static final Instant FAILED = Instant.parse("2026-01-31T08:00:00.000001Z");
    private static final byte[] WINDOW =
            Records.windowEncoder()
                    .encode(
                            new InteractionWindow(
                                    "d-1", "v1", 0L, List.of(Interactions.ofItem(5, 0)), 1L));

    private static StoredLetter letter(byte[] key, byte[] value, long size, String reason) {
        return new StoredLetter(
                new LetterId(1, 17),
                new DeadLetter(
                        "duet.windows",
                        0,
                        3L,
                        ByteBuffer.wrap(key),
                        ByteBuffer.wrap(value),
                        size,
                        reason,
                        FAILED.getEpochSecond() * 1_000_000 + 1));
    }

    private static StoredLetter letter() {
        return letter(bytes("key"), WINDOW, WINDOW.length, "window is for Model Version v0");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    @DisplayName("A selection")
    class Selection {
        @Test
        void withoutRestrictionsMeansAll() {
            assertThat(LetterSelection.all().isAll()).isTrue();
            assertThat(LetterSelection.all().matches(letter())).isTrue();
        }

        @Test
        void byReasonIgnoresCase() {
            assertThat(byReason("model version V0").matches(letter())).isTrue();
            assertThat(byReason("model version v1").matches(letter())).isFalse();
            assertThat(byReason("model version v1").isAll()).isFalse();
        }

        @Test
        void byTimeTakesTheMomentItself() {
            assertThat(bySince(FAILED).matches(letter())).isTrue();
            assertThat(bySince(FAILED.plusNanos(1)).matches(letter())).isFalse();
        }

        @Test
        void byDeviceGoesByTheWindowThenByTheKey() {
            assertThat(byDevice("d-1").matches(letter())).isTrue();
            assertThat(byDevice("key").matches(letter())).isFalse();
            assertThat(byDevice("key").matches(letter(bytes("key"), bytes("junk"), 4, "bad")))
                    .isTrue();
        }

        @Test
        void byPlaceTakesThatPlaceAlone() {
            assertThat(byId("1@17").matches(letter())).isTrue();
            assertThat(byId("0@17").matches(letter())).isFalse();
            assertThat(byId("1@18").matches(letter())).isFalse();
        }

        private static LetterSelection byReason(String reason) {
            return new LetterSelection(reason, null, null, Set.of());
        }

        private static LetterSelection bySince(Instant since) {
            return new LetterSelection(null, null, since, Set.of());
        }

        private static LetterSelection byDevice(String device) {
            return new LetterSelection(null, device, null, Set.of());
        }

        private static LetterSelection byId(String id) {
            return new LetterSelection(null, null, null, Set.of(LetterId.of(id)));
        }
    }

    @Nested
    @DisplayName("A letter")
    class Letter {
        @Test
        void isNotReplayedWhereItsValueWasCut() {
            assertThat(eligibility(letter(bytes("k"), bytes("ab"), 3, "too long")))
                    .isEqualTo(Eligibility.CUT);
        }

        @Test
        void isNotReplayedWhereItsKeyMayHaveBeenCut() {
            byte[] key = new byte[RecordLimits.DEAD_LETTER_KEY_BYTES];
            assertThat(eligibility(letter(key, bytes("ab"), 2, "bad"))).isEqualTo(Eligibility.CUT);
        }

        @Test
        void isReplayedToItsOwnTopicAlone() {
            assertThat(eligibility(letter())).isEqualTo(Eligibility.REPLAYABLE);
            assertThat(Eligibility.of(letter(), "payments")).isEqualTo(Eligibility.OTHER_TOPIC);
        }

        @Test
        void doesNotControlTheTerminal() {
            StoredLetter hostile =
                    letter(bytes("d\u001b[2J\n"), bytes("junk"), 4, "bad\u001b]0;owned\u0007");
            assertThat(hostile.device()).isEqualTo("d?[2J?");
            assertThat(hostile.reason()).isEqualTo("bad?]0;owned?");
        }

        private static Eligibility eligibility(StoredLetter letter) {
            return Eligibility.of(letter, "duet.windows");
        }
    }

    @Nested
    @DisplayName("A letter's id")
    class Id {
        @Test
        void readsWhatItWrites() {
            LetterId id = new LetterId(3, 123_456_789_012L);
            assertThat(LetterId.of(id.toString())).isEqualTo(id);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "17", "0@", "@1", "-1@0", "0@-1", "a@1", "0@99999999999999999999"})
        void namesWhatItCannotRead(String text) {
            assertThatThrownBy(() -> LetterId.of(text))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("'" + text + "'");
        }
    }
}
