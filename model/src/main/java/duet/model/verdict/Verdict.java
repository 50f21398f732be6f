package duet.model.verdict;

import duet.model.statistics.MeanInterval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says to whoever has a log whether to personalize, out of paired 95 % intervals of the userAuc:
 * what no interval tells apart from chance is no reason for anything.
 *
 * @param word what to do
 * @param gain personalized − global with fresh deltas; neither mean nor width is a number where
 *     nothing could be measured
 * @param oldest the same with the oldest deltas that were measured; null where none were older
 * @param device what a device gets that keeps its items itself; null where that was not measured
 * @param reason why nothing is known, or null
 */
public record Verdict(
        Word word,
        MeanInterval gain,
        @Nullable Aged oldest,
        @Nullable Device device,
        @Nullable String reason) {
    private static final MeanInterval NOTHING = new MeanInterval(Double.NaN, Double.NaN);

    /** Says what to do; {@link #toString} is the word in JSON, which stays the same. */
    public enum Word {
        /** Deltas are better than the global model, and than a device by itself if measured. */
        PERSONALIZE("personalize"),

        /** Deltas are worse than the global model. */
        DO_NOT_PERSONALIZE("doNotPersonalize"),

        /** Nothing tells deltas from the global model. */
        NO_DIFFERENCE("noDifference"),

        /** A device that keeps its items is better than one with a delta, which adds nothing. */
        ON_DEVICE("onDevice"),

        /** The same, but there a delta on top of the items it keeps is better still. */
        BOTH("both"),

        /** Both are better than the global model, and nothing tells them apart. */
        EITHER("either"),

        /** There is no interval: too few users can be ranked for. */
        UNKNOWN("unknown");

        private final String id;

        Word(String id) {
            this.id = id;
        }

        @Override
        public String toString() {
            return id;
        }
    }

    /**
     * Holds what deltas of an age are worth.
     *
     * @param age in interactions
     * @param gain personalized − global
     */
    public record Aged(int age, MeanInterval gain) {}

    /**
     * Holds what a device is worth that reads its own history, without a cloud: the control.
     *
     * @param keeps how many of its newest items it keeps; null where it keeps no more than any
     * @param gain its global model − the global model
     * @param deltaMore personalized − its global model: what a delta is worth more
     * @param deltaOnTop what a delta is worth on that device: its personalized − its global model
     * @param bothMore its personalized model − personalized: what keeping items adds to a delta
     */
    public record Device(
            @Nullable Integer keeps,
            MeanInterval gain,
            MeanInterval deltaMore,
            MeanInterval deltaOnTop,
            MeanInterval bothMore) {
        private String name() {
            return keeps == null
                    ? "the control"
                    : String.format(Locale.ROOT, "a device that keeps %,d items", keeps);
        }
    }

    /**
     * Judges.
     *
     * @param gain personalized − global with fresh deltas
     * @param oldest the same with older ones, or null
     * @param device the control, or null
     */
    public static Verdict of(MeanInterval gain, @Nullable Aged oldest, @Nullable Device device) {
        return Double.isNaN(gain.halfWidth())
                ? unknown("fewer than two users can be ranked for")
                : new Verdict(word(gain, device), gain, oldest, device, null);
    }

    /**
     * Says that nothing can be said.
     *
     * @param reason in words
     */
    public static Verdict unknown(String reason) {
        return new Verdict(Word.UNKNOWN, NOTHING, null, null, reason);
    }

    private static Word word(MeanInterval gain, @Nullable Device device) {
        if (device != null && isAbove(device.gain)) {
            if (isBelow(device.deltaMore)) {
                return isAbove(device.deltaOnTop) ? Word.BOTH : Word.ON_DEVICE;
            }
            if (isAbove(gain) && !isAbove(device.deltaMore)) {
                return Word.EITHER;
            }
        }
        return word(gain);
    }

    private static Word word(MeanInterval gain) {
        if (isAbove(gain)) {
            return Word.PERSONALIZE;
        }
        return isBelow(gain) ? Word.DO_NOT_PERSONALIZE : Word.NO_DIFFERENCE;
    }

    private static boolean isAbove(MeanInterval difference) {
        return difference.low() > 0;
    }

    private static boolean isNone(MeanInterval difference) {
        return difference.low() == 0 && difference.high() == 0;
    }

    private static boolean isBelow(MeanInterval difference) {
        return difference.high() < 0;
    }

    /** Says it in a line, without a full stop; all figures are userAuc. */
    public String line() {
        return switch (word) {
            case PERSONALIZE -> "personalize: " + ofDeltas() + ofDevice();
            case DO_NOT_PERSONALIZE -> "do not personalize: " + ofDeltas() + ofDevice();
            case NO_DIFFERENCE ->
                    "no difference that this log shows: "
                            + (isNone(gain) && (oldest == null || isNone(oldest.gain))
                                    ? "with a delta and without, all rank alike"
                                    : ofDeltas())
                            + ofDevice();
            case ON_DEVICE ->
                    device.name()
                            + " is better off without the cloud by "
                            + size(device.deltaMore)
                            + ": it gets "
                            + amount(device.gain)
                            + ", with a delta instead "
                            + ofDeltas();
            case BOTH ->
                    "personalize "
                            + device.name()
                            + ": it gets "
                            + amount(device.gain)
                            + " by itself, a delta on top is worth "
                            + amount(device.deltaOnTop)
                            + " more; a delta alone gets "
                            + ofDeltas();
            case EITHER ->
                    "a delta or "
                            + device.name()
                            + ", this log shows no difference between them: the delta gets "
                            + ofDeltas()
                            + "; the device "
                            + amount(device.gain)
                            + ofBoth();
            case UNKNOWN -> "this log does not tell: " + reason;
        };
    }

    private String ofDeltas() {
        return amount(gain) + (oldest == null ? "" : ofOldest(oldest));
    }

    private String ofOldest(Aged old) {
        String when = String.format(Locale.ROOT, ", at age %,d ", old.age);
        if (isAbove(old.gain) || !isAbove(gain)) {
            return when + amount(old.gain);
        }
        return when + (isBelow(old.gain) ? "worse: " : "no longer: ") + amount(old.gain);
    }

    private String ofDevice() {
        if (device == null) {
            return "";
        }
        String more = "";
        if (isAbove(device.deltaMore)) {
            more = "; the delta is worth " + amount(device.deltaMore) + " more";
        } else if (isBelow(device.deltaMore)) {
            more = ", " + size(device.deltaMore) + " more than with a delta";
        }
        return "; " + device.name() + " gets " + amount(device.gain) + more + ofBoth();
    }

    private String ofBoth() {
        return isAbove(device.bothMore)
                ? "; both together get " + amount(device.bothMore) + " more than a delta alone"
                : "";
    }

    /** Returns this for JSON: word, line, and of each difference its mean and interval. */
    public Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("word", word.toString());
        map.put("line", line());
        map.put("metric", "userAuc");
        map.put("gain", asMap(gain));
        if (oldest != null) {
            Map<String, @Nullable Object> aged = new LinkedHashMap<>();
            aged.put("age", oldest.age);
            aged.put("word", word(oldest.gain).toString());
            aged.put("gain", asMap(oldest.gain));
            map.put("oldest", aged);
        }
        if (device != null) {
            Map<String, @Nullable Object> kept = new LinkedHashMap<>();
            kept.put("keeps", device.keeps);
            kept.put("gain", asMap(device.gain));
            kept.put("deltaMore", asMap(device.deltaMore));
            kept.put("deltaOnTop", asMap(device.deltaOnTop));
            kept.put("bothMore", asMap(device.bothMore));
            map.put("device", kept);
        }
        return map;
    }

    private static @Nullable Map<String, @Nullable Object> asMap(MeanInterval difference) {
        if (Double.isNaN(difference.halfWidth())) {
            return null;
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("mean", difference.mean());
        map.put("interval95", List.of(difference.low(), difference.high()));
        return map;
    }

    /** Formats a difference with its sign, as {@code +.0177 ± .0031}. */
    private static String amount(MeanInterval difference) {
        return digits("%+.4f", difference.mean()) + margin(difference);
    }

    /** Formats how large a difference is, whichever way it goes. */
    private static String size(MeanInterval difference) {
        return digits("%.4f", Math.abs(difference.mean())) + margin(difference);
    }

    private static String margin(MeanInterval difference) {
        return " ± " + digits("%.4f", difference.halfWidth());
    }

    /** Formats without the zero before the point, and without a sign where all digits are zero. */
    private static String digits(String format, double value) {
        String text = String.format(Locale.ROOT, format, value).replaceFirst("^([+-]?)0\\.", "$1.");
        return text.endsWith(".0000") && text.length() == 6 ? text.substring(1) : text;
    }
}
