package duet.cli.train;

import duet.model.training.TrainingFingerprint;
import duet.model.training.TrainingFingerprint.Difference;
import duet.schemas.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says in the words of the command line how a training differs from the interrupted one that it
 * should go on with.
 */
final class OtherTraining {
    private static final String EPOCHS = "--epochs";
    private static final String JOINT = "joint";
    private static final String SPLIT = "split";
    private static final String ENCODER = TrainingFingerprint.SIZES + "encoderWidth";

    /** Names the option that each value follows from. */
    private static final Map<String, String> OPTIONS =
            Map.ofEntries(
                    Map.entry("backbone", "--backbone"),
                    Map.entry("seed", "--seed"),
                    Map.entry("threads", "--threads"),
                    Map.entry("maxAge", "--max-age"),
                    Map.entry(SPLIT, "--split"),
                    Map.entry("items", "--items"),
                    Map.entry("network.epochs", EPOCHS),
                    Map.entry("generator.epochs", EPOCHS),
                    Map.entry("network.samples", "--samples"),
                    Map.entry("generator.samples", "--samples"),
                    Map.entry(TrainingFingerprint.SIZES + "width", "--width"),
                    Map.entry(TrainingFingerprint.SIZES + "history", "--history"),
                    Map.entry(TrainingFingerprint.SIZES + "decoders", "--decoders"),
                    Map.entry(TrainingFingerprint.SIZES + "rank", "--rank"),
                    Map.entry(TrainingFingerprint.SIZES + "coldStart", "--cold-start"),
                    Map.entry(TrainingFingerprint.SIZES + "memoryDecays", "--memory"),
                    Map.entry(ENCODER, "--encoder"),
                    Map.entry(TrainingFingerprint.SIZES + "deviceMemoryDecays", "--device-memory"));

    private static final List<String> OF_THE_LOG = List.of("user", "item", "interaction");

    private final Map<String, Difference> differences = new LinkedHashMap<>();

    private OtherTraining(List<Difference> all) {
        all.forEach(difference -> differences.put(difference.name(), difference));
    }

    /**
     * Says what differs.
     *
     * @param all at least one
     */
    static String inWords(List<Difference> all) {
        OtherTraining other = new OtherTraining(all);
        List<String> words = new ArrayList<>(other.options());
        words.addAll(other.log());
        if (words.isEmpty()) {
            // No option says these: they are what it does without being told.
            Difference first = all.get(0);
            words.add(
                    first.name()
                            + " was "
                            + shown(first.name(), first.kept())
                            + ", is "
                            + shown(first.name(), first.wanted())
                            + ", as another version of Duet began it");
        }
        return String.join("; ", words);
    }

    private List<String> options() {
        List<String> words = new ArrayList<>();
        Difference joint = differences.get(JOINT);
        if (joint != null) {
            words.add(
                    Boolean.parseBoolean(joint.kept())
                            ? "--no-joint was not given, and is now"
                            : "--no-joint was given, and is not");
        }
        Map<String, Set<String>> kept = new LinkedHashMap<>();
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (Difference difference : differences.values()) {
            String option = OPTIONS.get(difference.name());
            // Network and generator together take other numbers of epochs by themselves.
            if (option != null && !(joint != null && option.equals(EPOCHS))) {
                kept.computeIfAbsent(option, name -> new LinkedHashSet<>())
                        .add(shown(difference.name(), difference.kept()));
                wanted.computeIfAbsent(option, name -> new LinkedHashSet<>())
                        .add(shown(difference.name(), difference.wanted()));
            }
        }
        kept.forEach(
                (option, values) ->
                        words.add(
                                option
                                        + " was "
                                        + String.join(" and ", values)
                                        + ", is "
                                        + String.join(" and ", wanted.get(option))));
        return words;
    }

    private List<String> log() {
        List<String> words = new ArrayList<>();
        for (String one : OF_THE_LOG) {
            Difference difference = differences.get(TrainingFingerprint.LOG + one + "s");
            if (difference != null && difference.kept() != null && difference.wanted() != null) {
                words.add(
                        "the log had "
                                + Quantity.of(Long.parseLong(difference.kept()), one)
                                + ", has "
                                + Quantity.of(Long.parseLong(difference.wanted()), one));
            }
        }
        if (words.isEmpty()
                && !differences.containsKey(SPLIT)
                && differences.containsKey(TrainingFingerprint.LOG + "sha256")) {
            words.add("the log had as many interactions, but others, or in another order");
        }
        return words;
    }

    private static String shown(String name, @Nullable String value) {
        if (value == null) {
            return "not given";
        }
        if (name.equals(ENCODER)) {
            return value.equals("0") ? "none" : "recurrent";
        }
        return value.equals("[]") ? "none" : value.replaceAll("[\\[\\]]", "");
    }
}
