package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A synthetic log is an interaction log of devices of a {@link SyntheticCatalogue}, to train on.
 * Users are numbered from 1; the log is in time order.
 *
 * @param catalogue the world
 * @param users number of users
 * @param meanInteractions interactions of a user: uniform from half to one and a half of this
 * @param seed decides which devices they are
 */
public record SyntheticLog(
        SyntheticCatalogue catalogue, int users, int meanInteractions, long seed) {
    /** The log begins at this second: 14 November 2023. */
    private static final long FIRST_SECOND = 1_700_000_000L;

    private static final int SECONDS_OF_ARRIVAL = 30 * 24 * 3600;
    private static final double MEAN_GAP_SECONDS = 6 * 3600;
    private static final int MAX_USERS = 10_000_000;
    private static final int MIN_INTERACTIONS = 10;

    public SyntheticLog {
        if (users < 1 || users > MAX_USERS) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "a log of %,d users, it must be 1 to %,d",
                            users,
                            MAX_USERS));
        }
        if (meanInteractions < MIN_INTERACTIONS || meanInteractions > 100_000) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "a log of %,d interactions a user, it must be %d to 100,000",
                            meanInteractions,
                            MIN_INTERACTIONS));
        }
    }

    /**
     * Returns the log of the shipped model: 2,000 users with 60 interactions on average in the
     * standard world.
     */
    public static SyntheticLog standard(long seed) {
        return new SyntheticLog(SyntheticCatalogue.standard(), 2000, 60, seed);
    }

    /**
     * An entry is one interaction of the log.
     *
     * @param user from 1
     * @param item raw item id
     * @param second when it happened, seconds since the epoch
     */
    public record Entry(int user, long item, long second) {}

    /**
     * Returns all interactions in time order; the interactions of one user are never at the same
     * second.
     */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(users * meanInteractions);
        for (int user = 1; user <= users; user++) {
            SyntheticDevice device = catalogue.device(Seeds.derive(seed, "log-device", user));
            SplittableRandom random = Seeds.stream(seed, "log-times", user);
            int interactions = meanInteractions / 2 + random.nextInt(meanInteractions + 1);
            double second = FIRST_SECOND + random.nextInt(SECONDS_OF_ARRIVAL);
            for (int i = 0; i < interactions; i++) {
                entries.add(new Entry(user, device.next(), (long) second));
                second += 1 - StrictMath.log(1 - random.nextDouble()) * MEAN_GAP_SECONDS;
            }
        }
        entries.sort(Comparator.comparingLong(Entry::second));
        return entries;
    }

    /**
     * Writes the log as {@code csv} with the header {@code user,item,timestamp}, replacing the
     * file.
     *
     * @throws InvalidInputException if the file cannot be written
     */
    public void write(Path file) {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("user,item,timestamp\n");
            for (Entry entry : entries()) {
                out.write(entry.user + "," + entry.item + "," + entry.second + "\n");
            }
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be written", e);
        }
    }
}
