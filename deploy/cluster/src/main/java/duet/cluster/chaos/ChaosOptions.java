package duet.cluster.chaos;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Says how a chaos run is made.
 *
 * @param rounds how many faults, one after the other
 * @param seed decides their order and their targets
 * @param devices devices of each round's fleet
 * @param rate windows a second of the fleet
 * @param before how long the fleet streams undisturbed
 * @param after how long it streams on once the fault is over
 * @param faults those that may happen
 */
public record ChaosOptions(
        int rounds,
        long seed,
        int devices,
        double rate,
        Duration before,
        Duration after,
        List<Fault> faults) {

    public ChaosOptions {
        faults = List.copyOf(faults);
        if (rounds < 1 || devices < 1 || !(rate > 0)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%d rounds, %d devices and %s windows a second: each must be above 0",
                            rounds,
                            devices,
                            rate));
        }
        if (faults.isEmpty()) {
            throw new InvalidInputException("there is no fault to make");
        }
    }

    /**
     * Returns the faults of all rounds: each happens before any happens again, in an order that the
     * seed decides.
     */
    List<Fault> schedule() {
        Random random = new Random(seed);
        List<Fault> schedule = new ArrayList<>();
        while (schedule.size() < rounds) {
            List<Fault> once = new ArrayList<>(faults);
            Collections.shuffle(once, random);
            schedule.addAll(once);
        }
        return List.copyOf(schedule.subList(0, rounds));
    }
}
