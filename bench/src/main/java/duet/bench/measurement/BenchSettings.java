package duet.bench.measurement;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Says what {@code duet bench} measures, and how thoroughly.
 *
 * @param bundle the model whose generator and deltas are measured
 * @param quick a first look: fewer windows and shorter times, figures that vary more
 * @param repetitions runs of each job whose medians are taken
 * @param parallelism subtasks of each job
 */
public record BenchSettings(Path bundle, boolean quick, int repetitions, int parallelism) {
    private static final int MOST_REPETITIONS = 99;
    private static final int MOST_SUBTASKS = 128;

    public BenchSettings {
        range("number of repetitions", repetitions, MOST_REPETITIONS);
        range("parallelism", parallelism, MOST_SUBTASKS);
    }

    private static void range(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "the %s is %,d, it must be 1 to %,d", name, value, most));
        }
    }
}
