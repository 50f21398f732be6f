package duet.simulator.measurement;

import duet.schemas.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Counts why the job refused windows, as its dead letters say. Reasons that differ in the device
 * and in numbers are of one kind, which the first of them stands for. Any thread may add and read.
 */
public final class Refusals {
    /** So many kinds are told apart; what comes after them counts as the last. */
    private static final int MOST_KINDS = 5;

    private static final int MOST_CHARACTERS = 200;
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9.,]*");

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    private static final class Kind {
        private final String first;
        private long count;

        Kind(String first) {
            this.first = first;
        }
    }

    /**
     * Counts a refusal.
     *
     * @param device id of whose window it was
     * @param reason in the words of the dead letter
     */
    public synchronized void add(String device, String reason) {
        String alike = NUMBER.matcher(reason.replace("device=" + device, "")).replaceAll("0");
        String kind = kinds.size() < MOST_KINDS || kinds.containsKey(alike) ? alike : "";
        String first = kind.isEmpty() ? "other reasons" : OneLine.of(reason, MOST_CHARACTERS);
        kinds.computeIfAbsent(kind, name -> new Kind(first)).count++;
    }

    /**
     * Returns, on one line, the reasons: the first of each kind, with how many there are where
     * there are several kinds. Empty where nothing was refused.
     */
    public synchronized String inWords() {
        List<String> words = new ArrayList<>();
        for (Kind kind : kinds.values()) {
            words.add(
                    kinds.size() == 1
                            ? kind.first
                            : String.format(Locale.ROOT, "%,d: %s", kind.count, kind.first));
        }
        return String.join("; ", words);
    }
}
