package duet.bench.cluster;

import duet.schemas.InvalidInputException;
import java.util.Locale;

/**
 * Says what is measured.
 *
 * @param devices devices that send windows, one after the other
 * @param windows windows that each run reads
 * @param repetitions runs of each job that count; one more is recorded
 */
public record BenchOptions(int devices, int windows, int repetitions) {
    private static final int MOST_DEVICES = 100_000;
    private static final int MOST_WINDOWS = 20_000_000;
    private static final int MOST_REPETITIONS = 99;

    public BenchOptions {
        range("number of devices", devices, 1, MOST_DEVICES);
        range("number of windows", windows, devices, MOST_WINDOWS);
        range("number of repetitions", repetitions, 1, MOST_REPETITIONS);
    }

    private static void range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the %s is %,d, it must be %,d to %,d",
                            name,
                            value,
                            least,
                            most));
        }
    }
}
