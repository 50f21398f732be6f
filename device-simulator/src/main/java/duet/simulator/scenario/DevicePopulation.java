package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.util.Locale;

/**
 * Describes the devices of a fleet and how busy they are.
 *
 * @param count all devices
 * @param active how many of them ever send; which ones follows from the seed
 * @param skew exponent of Zipf's law by which their activity falls off: the device of rank r sends
 *     in proportion to r^−skew; 0: all alike
 * @param hotDevices how many of the active ones are hot
 * @param hotShare share of all windows that the hot ones send, all of them alike
 */
public record DevicePopulation(
        int count, int active, double skew, int hotDevices, double hotShare) {
    /** A fleet has at most this many devices. */
    public static final int MOST_DEVICES = 10_000_000;

    static final double STEEPEST = 5;

    public DevicePopulation {
        Limits.range("devices.count", count, 1, MOST_DEVICES);
        Limits.range("devices.active", active, 1, count);
        Limits.range("devices.skew", skew, 0, STEEPEST);
        Limits.range("devices.hot.count", hotDevices, 0, active);
        Limits.share("devices.hot.share", hotShare);
        if (hotDevices == 0 != (hotShare == 0)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%,d hot devices send the share %s of all windows: both must be above"
                                    + " 0, or none",
                            hotDevices,
                            hotShare));
        }
        if (hotDevices == active && hotDevices > 0 && hotShare < 1) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "all %,d active devices are hot, so devices.hot.share must be 1",
                            active));
        }
    }

    /** Returns a population of so many devices, all alike. */
    public static DevicePopulation alike(int count) {
        return new DevicePopulation(count, count, 0, 0, 0);
    }

    /** Returns whether every device that sends does so as often as another. */
    boolean isAlike() {
        return skew == 0 && hotDevices == 0;
    }
}
