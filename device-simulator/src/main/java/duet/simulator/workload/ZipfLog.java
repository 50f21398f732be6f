package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * A Zipf log is an interaction log of any size to measure time and memory on: users and items of
 * very different frequency, as real logs have them, and tastes that a model can learn. It is
 * written row by row in time order, so that its size costs no memory.
 *
 * <p>The item of rank r, and the user of rank r, come with a probability proportional to {@code
 * r^-exponent}; users fall off slower, so that nearly all have enough interactions to take part.
 * Items fall into {@value #GROUPS} groups. A user likes two of them, and two of three interactions
 * are with one of these.
 *
 * @param users number of users
 * @param items number of items
 * @param interactions of all users together
 * @param exponent of Zipf's law over items, 0 for none; that over users is {@value #OF_USERS} times
 *     as large
 * @param seed of everything
 */
public record ZipfLog(int users, int items, long interactions, double exponent, long seed) {
    private static final int GROUPS = 50;
    private static final double LIKED = 2.0 / 3;
    private static final double OF_USERS = 0.6;
    private static final int MOST = 10_000_000;
    private static final long MOST_INTERACTIONS = 1_000_000_000;
    private static final long FIRST_SECOND = 1_700_000_000L;
    private static final long SECONDS = 365L * 24 * 3600;
    private static final int BUFFER = 1 << 16;

    public ZipfLog {
        require("users", users, 2, MOST);
        require("items", items, 2, MOST);
        require("interactions", interactions, 1, MOST_INTERACTIONS);
        if (!(exponent >= 0 && exponent <= 3)) {
            throw new InvalidInputException(
                    "a log of Zipf's law with exponent " + exponent + ", it must be 0 to 3");
        }
    }

    /** Takes the rows of a log. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Takes the next row.
         *
         * @param user from 1
         * @param item from 1
         * @param second since the epoch
         */
        void row(int user, int item, long second) throws IOException;
    }

    /** Makes the rows, in time order. */
    public void rows(Rows rows) throws IOException {
        double[] userShares = shares(users, exponent * OF_USERS);
        double[] itemShares = shares(items, exponent);
        int[] userIds = shuffled(users, Seeds.stream(seed, "zipf-users", 0));
        int[] itemIds = shuffled(items, Seeds.stream(seed, "zipf-items", 0));
        SplittableRandom random = Seeds.stream(seed, "zipf-rows", 0);
        int groups = Math.min(GROUPS, items);
        for (long i = 0; i < interactions; i++) {
            int user = userIds[rank(userShares, random.nextDouble())];
            int rank = rank(itemShares, random.nextDouble());
            if (random.nextDouble() < LIKED) {
                rank = inGroup(rank, liked(user, random.nextInt(2), groups), groups);
            }
            rows.row(
                    user + 1,
                    itemIds[rank] + 1,
                    FIRST_SECOND + (long) ((double) i / interactions * SECONDS));
        }
    }

    /**
     * Writes the log as {@code csv} with the header {@code user,item,timestamp}, replacing the
     * file; compressed where its name ends with {@code .gz}.
     *
     * @throws InvalidInputException if the file cannot be written
     */
    public void write(Path file) {
        try (OutputStream bytes = open(file);
                BufferedWriter out =
                        new BufferedWriter(
                                new OutputStreamWriter(bytes, StandardCharsets.UTF_8), BUFFER)) {
            out.write("user,item,timestamp\n");
            StringBuilder line = new StringBuilder();
            rows(
                    (user, item, second) -> {
                        line.setLength(0);
                        line.append(user).append(',').append(item).append(',').append(second);
                        out.append(line.append('\n'));
                    });
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be written", e);
        }
    }

    private static OutputStream open(Path file) throws IOException {
        OutputStream bytes = Files.newOutputStream(file);
        try {
            return file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, BUFFER) : bytes;
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    /** Returns the item of about the same rank in a group; items of a group lie apart by it. */
    private int inGroup(int rank, int group, int groups) {
        int item = rank / groups * groups + group;
        return item < items ? item : group;
    }

    /** Returns one of the two groups that a user likes. */
    private int liked(int user, int which, int groups) {
        return Seeds.stream(seed, "zipf-taste", 2L * user + which).nextInt(groups);
    }

    /** Returns how probable each rank or a lower one is. */
    private static double[] shares(int size, double exponent) {
        double[] shares = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += StrictMath.pow(i + 1.0, -exponent);
            shares[i] = sum;
        }
        for (int i = 0; i < size; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static int rank(double[] shares, double place) {
        int at = Arrays.binarySearch(shares, place);
        // Where it falls on a share, the next rank begins.
        return Math.min(shares.length - 1, at >= 0 ? at + 1 : -at - 1);
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static void require(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "a log of %,d %s, it must be %,d to %,d",
                            value,
                            what,
                            least,
                            most));
        }
    }
}
