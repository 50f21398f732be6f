package duet.simulator.fleet;

import duet.schemas.InvalidInputException;
import duet.simulator.summary.PartFacts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A part is the devices of a fleet that one of several processes stands for. Every device is held
 * by exactly one part, by a hash of its index: neighbours, and the hot devices at the beginning of
 * a workload, spread evenly over the parts.
 *
 * @param index of this part, from 1
 * @param count how many parts there are
 */
public record FleetPart(int index, int count) {
    /** This is the one part of a fleet that is not shared. */
    public static final FleetPart WHOLE = new FleetPart(1, 1);

    public FleetPart {
        if (count < 1 || count > PartFacts.MOST || index < 1 || index > count) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "part %d/%d of a fleet, parts are 1/N to N/N with N up to %,d",
                            index,
                            count,
                            PartFacts.MOST));
        }
    }

    /**
     * Returns the part of that name, for example {@code 2/3}.
     *
     * @throws InvalidInputException if it is none
     */
    public static FleetPart parse(String text) {
        String[] numbers = text.split("/", -1);
        if (numbers.length == 2) {
            try {
                return new FleetPart(
                        Integer.parseInt(numbers[0].trim()), Integer.parseInt(numbers[1].trim()));
            } catch (NumberFormatException e) {
                // Said below.
            }
        }
        throw new InvalidInputException(
                "'" + text + "' is no part of a fleet, write for example 2/3");
    }

    /** Returns whether a device of this index, from 0, is of this part. */
    public boolean holds(int device) {
        return count == 1 || Integer.remainderUnsigned(hash(device), count) == index - 1;
    }

    /** Returns how many of so many devices are of this part. */
    public int of(int devices) {
        int held = count == 1 ? devices : 0;
        for (int device = 0; count > 1 && device < devices; device++) {
            held += holds(device) ? 1 : 0;
        }
        return held;
    }

    /** Returns the part as a summary says it; null for a fleet that is not shared. */
    public @Nullable PartFacts facts() {
        return count == 1 ? null : new PartFacts(index, count);
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }

    /** Returns the upper half of SplitMix64's finisher. */
    private static int hash(int device) {
        long hash = (device + 1) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return (int) ((hash ^ (hash >>> 31)) >>> 32);
    }
}
