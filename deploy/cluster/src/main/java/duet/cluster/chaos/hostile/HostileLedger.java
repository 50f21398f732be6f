package duet.cluster.chaos.hostile;

import duet.cluster.chaos.hostile.HostileKind.Fate;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds which hostile records there are, and what became of each. A record is known by its place in
 * the topic of windows, which a dead letter names: one that is refused again, after the job went
 * back to a checkpoint, is the same. It has no Kafka and no clock; threads may share it.
 */
final class HostileLedger {

    /**
     * Is the place of a record in the topic of windows.
     *
     * @param partition its partition
     * @param offset its offset there
     */
    record Place(int partition, long offset) {
        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    /** Is what is kept of a record that was sent. */
    private record Sent(HostileKind kind, String device, long lastSequence) {}

    private final List<String> prefixes;
    private final Map<Place, Sent> sent = new LinkedHashMap<>();
    private final Map<HostileKind, Long> notTaken = new EnumMap<>(HostileKind.class);
    private final Set<Place> refused = new HashSet<>();
    private final Map<String, Long> answered = new HashMap<>();
    private long failures;
    private long strangers;
    private @Nullable String stranger;
    private @Nullable String whyNotTaken;

    /**
     * @param prefixes keys of hostile records, and of whatever else has to be refused, begin with
     *     one of these, and no others do
     */
    HostileLedger(List<String> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    /** Takes down that the brokers have a record. */
    synchronized void sent(HostileRecord record, Place place) {
        sent.put(place, new Sent(record.kind(), record.device(), record.lastSequence()));
    }

    /** Takes down that a record never came to the job, as may be with one of its kind. */
    synchronized void stopped(HostileKind kind) {
        notTaken.merge(kind, 1L, Long::sum);
    }

    /** Takes down that the brokers did not take a record that they have to. */
    synchronized void notTaken(HostileKind kind, String why) {
        notTaken.merge(kind, 1L, Long::sum);
        failures++;
        whyNotTaken = whyNotTaken == null ? kind.key() + ": " + why : whyNotTaken;
    }

    /**
     * Takes down a dead letter of a record of this round; all that the brokers took must be known
     * by then.
     *
     * @param key key of the refused record as text
     */
    synchronized void letter(Place place, String key, String reason) {
        if (sent.containsKey(place)) {
            refused.add(place);
        } else if (prefixes.stream().noneMatch(key::startsWith)) {
            strangers++;
            stranger = stranger == null ? place + " of '" + key + "': " + reason : stranger;
        }
    }

    /** Takes down a delta of a hostile device that reaches that interaction. */
    synchronized void delta(String device, long lastSequence) {
        answered.merge(device, lastSequence, Math::max);
    }

    /** Returns whether it is known of every record what became of it. */
    synchronized boolean settled() {
        return sent.entrySet().stream().noneMatch(this::isOpen);
    }

    private boolean isOpen(Map.Entry<Place, Sent> record) {
        return switch (record.getValue().kind().fate()) {
            case REFUSED -> !isRefused(record);
            case ACCEPTED -> !isAccepted(record);
            case EITHER -> !isRefused(record) && !isAccepted(record);
        };
    }

    private boolean isRefused(Map.Entry<Place, Sent> record) {
        return refused.contains(record.getKey());
    }

    private boolean isAccepted(Map.Entry<Place, Sent> record) {
        Long last = answered.get(record.getValue().device());
        return last != null && last >= record.getValue().lastSequence();
    }

    /** Returns what became of the records, by their kinds. */
    synchronized Map<HostileKind, HostileCount> counts() {
        Map<HostileKind, HostileCount> counts = new EnumMap<>(HostileKind.class);
        for (Map.Entry<Place, Sent> record : sent.entrySet()) {
            counts.merge(
                    record.getValue().kind(),
                    new HostileCount(1, isRefused(record) ? 1 : 0, isAccepted(record) ? 1 : 0, 0),
                    HostileCount::plus);
        }
        notTaken.forEach(
                (kind, count) ->
                        counts.merge(kind, new HostileCount(0, 0, 0, count), HostileCount::plus));
        return counts;
    }

    /** Returns one line that says which record did not end as it has to; empty if all did. */
    synchronized Optional<String> problem() {
        StringJoiner problems = new StringJoiner("; ");
        for (HostileKind kind : HostileKind.values()) {
            Fate fate = kind.fate();
            add(problems, kind, "have no known end", this::isOpen);
            if (fate == Fate.REFUSED) {
                add(problems, kind, "are answered", this::isAccepted);
            } else if (fate == Fate.ACCEPTED) {
                add(problems, kind, "are among the dead letters", this::isRefused);
            }
        }
        if (strangers > 0) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%,d dead letters are of records that no hostile device sent, the first"
                                    + " is %s",
                            strangers,
                            stranger));
        }
        if (whyNotTaken != null) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "the brokers did not take %,d hostile records, the first is %s",
                            failures,
                            whyNotTaken));
        }
        return problems.length() == 0 ? Optional.empty() : Optional.of(problems.toString());
    }

    private void add(
            StringJoiner problems,
            HostileKind kind,
            String what,
            Predicate<Map.Entry<Place, Sent>> wrong) {
        List<Place> places =
                sent.entrySet().stream()
                        .filter(record -> record.getValue().kind() == kind)
                        .filter(wrong)
                        .map(Map.Entry::getKey)
                        .toList();
        if (!places.isEmpty()) {
            problems.add(
                    String.format(
                            Locale.ROOT,
                            "%,d hostile records of the kind %s %s, the first is %s",
                            places.size(),
                            kind.key(),
                            what,
                            places.get(0)));
        }
    }
}
