package duet.model.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.statistics.MeanInterval;
import duet.model.verdict.Verdict.Aged;
import duet.model.verdict.Verdict.Device;
import duet.model.verdict.Verdict.Word;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A verdict")
class VerdictTest {
    private static final MeanInterval BETTER = new MeanInterval(0.0177, 0.0031);
    private static final MeanInterval WORSE = new MeanInterval(-0.0031, 0.0012);
    private static final MeanInterval UNSURE = new MeanInterval(0.0003, 0.0011);
    private static final MeanInterval ALIKE = new MeanInterval(0, 0);

    private static Device device(
            MeanInterval gain, MeanInterval more, MeanInterval onTop, MeanInterval both) {
        return new Device(200, gain, more, onTop, both);
    }

    private static void is(Verdict verdict, Word word, String line) {
        assertThat(verdict.word()).isEqualTo(word);
        assertThat(verdict.line()).isEqualTo(line);
    }

    @Nested
    @DisplayName("of deltas alone")
    class OfDeltas {
        @Test
        @DisplayName("is to personalize where the interval lies above 0")
        void better() {
            is(Verdict.of(BETTER, null, null), Word.PERSONALIZE, "personalize: +.0177 ± .0031");
        }

        @Test
        @DisplayName("is not to personalize where it lies below 0")
        void worse() {
            is(
                    Verdict.of(WORSE, null, null),
                    Word.DO_NOT_PERSONALIZE,
                    "do not personalize: -.0031 ± .0012");
        }

        @Test
        @DisplayName("is none where it holds 0, or both rank alike")
        void unsure() {
            is(
                    Verdict.of(UNSURE, null, null),
                    Word.NO_DIFFERENCE,
                    "no difference that this log shows: +.0003 ± .0011");
            is(
                    Verdict.of(ALIKE, null, null),
                    Word.NO_DIFFERENCE,
                    "no difference that this log shows: with a delta and without, all rank alike");
            is(
                    Verdict.of(ALIKE, new Aged(50, ALIKE), null),
                    Word.NO_DIFFERENCE,
                    "no difference that this log shows: with a delta and without, all rank alike");
            // An end at 0 is not above it.
            assertThat(Verdict.of(new MeanInterval(0.01, 0.01), null, null).word())
                    .isEqualTo(Word.NO_DIFFERENCE);
        }

        @Test
        @DisplayName("says what the oldest are worth")
        void oldest() {
            is(
                    Verdict.of(BETTER, new Aged(50, new MeanInterval(0.009, 0.003)), null),
                    Word.PERSONALIZE,
                    "personalize: +.0177 ± .0031, at age 50 +.0090 ± .0030");
            is(
                    Verdict.of(BETTER, new Aged(50, UNSURE), null),
                    Word.PERSONALIZE,
                    "personalize: +.0177 ± .0031, at age 50 no longer: +.0003 ± .0011");
            is(
                    Verdict.of(BETTER, new Aged(1000, WORSE), null),
                    Word.PERSONALIZE,
                    "personalize: +.0177 ± .0031, at age 1,000 worse: -.0031 ± .0012");
            is(
                    Verdict.of(WORSE, new Aged(50, UNSURE), null),
                    Word.DO_NOT_PERSONALIZE,
                    "do not personalize: -.0031 ± .0012, at age 50 +.0003 ± .0011");
        }

        @Test
        @DisplayName("is unknown without an interval")
        void unknown() {
            is(
                    Verdict.of(new MeanInterval(0.2, Double.NaN), null, null),
                    Word.UNKNOWN,
                    "this log does not tell: fewer than two users can be ranked for");
            is(Verdict.unknown("no"), Word.UNKNOWN, "this log does not tell: no");
        }
    }

    @Nested
    @DisplayName("beside a device that keeps its items")
    class BesideADevice {
        private final MeanInterval little = new MeanInterval(0.0032, 0.0012);
        private final MeanInterval more = new MeanInterval(0.0145, 0.003);
        private final MeanInterval less = new MeanInterval(-0.0021, 0.001);

        @Test
        @DisplayName("is to personalize where the delta is worth more")
        void deltaIsBetter() {
            is(
                    Verdict.of(BETTER, null, device(little, more, UNSURE, UNSURE)),
                    Word.PERSONALIZE,
                    "personalize: +.0177 ± .0031; a device that keeps 200 items gets +.0032 ±"
                            + " .0012; the delta is worth +.0145 ± .0030 more");
            is(
                    Verdict.of(BETTER, null, device(WORSE, more, UNSURE, little)),
                    Word.PERSONALIZE,
                    "personalize: +.0177 ± .0031; a device that keeps 200 items gets -.0031 ±"
                        + " .0012; the delta is worth +.0145 ± .0030 more; both together get +.0032"
                        + " ± .0012 more than a delta alone");
        }

        @Test
        @DisplayName("is to leave the cloud where the device is better, and a delta adds nothing")
        void deviceIsBetter() {
            is(
                    Verdict.of(little, null, device(BETTER, less, UNSURE, UNSURE)),
                    Word.ON_DEVICE,
                    "a device that keeps 200 items is better off without the cloud by .0021 ±"
                            + " .0010: it gets +.0177 ± .0031, with a delta instead +.0032 ±"
                            + " .0012");
            assertThat(Verdict.of(WORSE, null, device(BETTER, less, WORSE, UNSURE)).word())
                    .isEqualTo(Word.ON_DEVICE);
        }

        @Test
        @DisplayName("is both where a delta on top adds to the better device")
        void both() {
            is(
                    Verdict.of(little, new Aged(50, UNSURE), device(BETTER, less, little, UNSURE)),
                    Word.BOTH,
                    "personalize a device that keeps 200 items: it gets +.0177 ± .0031 by itself, a"
                            + " delta on top is worth +.0032 ± .0012 more; a delta alone gets"
                            + " +.0032 ± .0012, at age 50 no longer: +.0003 ± .0011");
        }

        @Test
        @DisplayName("is either where both are better than the global model and alike")
        void either() {
            is(
                    Verdict.of(BETTER, null, device(BETTER, UNSURE, UNSURE, UNSURE)),
                    Word.EITHER,
                    "a delta or a device that keeps 200 items, this log shows no difference between"
                            + " them: the delta gets +.0177 ± .0031; the device +.0177 ± .0031");
            assertThat(Verdict.of(BETTER, null, device(BETTER, UNSURE, UNSURE, little)).line())
                    .endsWith("; both together get +.0032 ± .0012 more than a delta alone");
        }

        @Test
        @DisplayName("goes by the global model where both are no better than that")
        void neither() {
            is(
                    Verdict.of(UNSURE, null, device(UNSURE, UNSURE, UNSURE, UNSURE)),
                    Word.NO_DIFFERENCE,
                    "no difference that this log shows: +.0003 ± .0011; a device that keeps 200"
                            + " items gets +.0003 ± .0011");
            is(
                    Verdict.of(WORSE, null, device(UNSURE, less, UNSURE, UNSURE)),
                    Word.DO_NOT_PERSONALIZE,
                    "do not personalize: -.0031 ± .0012; a device that keeps 200 items gets +.0003"
                            + " ± .0011, .0021 ± .0010 more than with a delta");
            assertThat(Verdict.of(BETTER, null, device(UNSURE, UNSURE, UNSURE, UNSURE)).word())
                    .isEqualTo(Word.PERSONALIZE);
        }

        @Test
        @DisplayName("calls it a control where it keeps no more than any device")
        void anotherControl() {
            assertThat(
                            Verdict.of(BETTER, null, new Device(null, little, more, UNSURE, UNSURE))
                                    .line())
                    .contains("; the control gets +.0032");
        }
    }

    @Test
    @DisplayName("says in JSON what it goes by")
    void json() {
        Map<String, Object> json =
                Verdict.of(BETTER, new Aged(50, UNSURE), device(WORSE, BETTER, ALIKE, UNSURE))
                        .asMap();

        assertThat(json)
                .containsEntry("word", "personalize")
                .containsEntry("metric", "userAuc")
                .containsEntry(
                        "gain",
                        Map.of("mean", 0.0177, "interval95", List.of(BETTER.low(), BETTER.high())));
        assertThat(json.get("line").toString()).startsWith("personalize: +.0177");
        assertThat(json.get("oldest").toString()).contains("age=50", "word=noDifference");
        assertThat(json.get("device").toString())
                .contains("keeps=200", "gain=", "deltaMore=", "deltaOnTop=", "bothMore=");
        assertThat(Verdict.unknown("no").asMap())
                .containsEntry("word", "unknown")
                .containsEntry("gain", null);
    }
}
