package duet.cli.fleet;

import duet.schemas.InvalidInputException;
import duet.simulator.fleet.FleetPart;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Says which part of a fleet's devices this process simulates, where several processes share the
 * fleet.
 */
final class SharedFleet {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Option(
            names = "--part",
            paramLabel = "I/N",
            converter = FleetPartConverter.class,
            description =
                    "Simulate only this part of the fleet, as in 2/3; other processes, with the"
                        + " same --fleet-id, --seed and number of devices, simulate the others.")
    private @Nullable FleetPart part;

    @Option(
            names = "--fleet-id",
            paramLabel = "NAME",
            description =
                    "What the ids of the devices begin with; the job remembers devices, so another"
                        + " run goes on where one of the same name stopped (default: the time).")
    private @Nullable String fleetId;

    /** Refuses what cannot be shared. */
    void check() {
        if (part != null && fleetId == null) {
            throw new InvalidInputException(
                    "--part "
                            + part
                            + " needs --fleet-id, by which the devices of all parts are called");
        }
        if (fleetId != null && !NAME.matcher(fleetId).matches()) {
            throw new InvalidInputException(
                    "--fleet-id is '"
                            + fleetId
                            + "', it must be 1 to 64 letters, digits, dots, dashes and"
                            + " underscores");
        }
    }

    /** Returns what this process simulates. */
    FleetPart part() {
        return part == null ? FleetPart.WHOLE : part;
    }

    /**
     * Returns what the ids of the devices begin with: those of another run would go on where they
     * stopped.
     */
    String idPrefix() {
        return (fleetId == null
                        ? "device-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX)
                        : fleetId)
                + "-";
    }
}
