package duet.simulator.network;

import duet.schemas.InvalidInputException;
import java.time.Duration;

/**
 * Describes devices that lose their connection in the same moment and have it back in the same
 * moment: a reconnect storm follows.
 *
 * @param at when, since the start of the stream
 * @param duration how long
 * @param share share of the devices, chosen anew for each outage
 */
public record Outage(Duration at, Duration duration, double share) {
    /**
     * Creates an outage.
     *
     * @throws InvalidInputException if a time is below 0 or the share is none
     */
    public Outage {
        if (at.isNegative() || duration.isNegative()) {
            throw new InvalidInputException(
                    "an outage begins at "
                            + at
                            + " and lasts "
                            + duration
                            + ", neither may be below 0");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new InvalidInputException(
                    "the share of the devices in an outage is " + share + ", it must be 0 to 1");
        }
    }
}
