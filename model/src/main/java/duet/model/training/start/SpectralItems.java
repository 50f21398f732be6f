package duet.model.training.start;

import duet.model.training.sample.Preparation;
import duet.model.training.sample.TrainingSet;
import duet.model.training.step.Workers;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Holds spectral coordinates of items, from training interactions alone: items that the same users
 * touched stand together. They are the right singular vectors of the matrix R of users and items (1
 * where a user trained on an item), normalised as D_u^-1/2 R D_i^-1/2 by the degrees of both,
 * without the trivial leading one; as it is known it is projected out, which leaves what tells
 * parts of a log apart that no user connects. Each column is divided by the root of the item's
 * degree and scaled to a variance of 1 over interactions, as in correspondence analysis, then:
 *
 * <ul>
 *   <li>clipped to &plusmn;{@value #CLIP}, since items of few users stand far out;
 *   <li>multiplied by its singular value over the first one's;
 *   <li>shrunk in each row by n/(n + {@value #PRIOR_USERS}), n being the users who trained on the
 *       item and on another one.
 * </ul>
 *
 * <p>Who trained on a single item says nothing of which go together and is left out. The padding,
 * items without users and columns beyond the rank are zero; nothing is ever infinite. Most is found
 * in the first columns, so that a narrower table takes those.
 *
 * <p>They are found by subspace iteration from a random start (Halko, Martinsson and Tropp 2011,
 * SIAM Review 53) with {@value #OVERSAMPLING} more columns than asked for and {@value #ITERATIONS}
 * iterations. The same seed gives the same coordinates, whatever the number of threads: the order
 * is that of the singular values, and in each column the largest component is positive. The time
 * grows with interactions times columns. Memory does not grow with users, see {@link #bytes}.
 */
public final class SpectralItems {
    static final int OVERSAMPLING = 16;
    static final int ITERATIONS = 8;
    static final float CLIP = 4;
    static final float PRIOR_USERS = 5;

    /**
     * A squared singular value that is no larger counts as none: floats cannot tell it from zero,
     * and a column of it would be .003 of the trivial one's.
     */
    private static final double LEAST_SQUARE = 1e-5;

    /** A direction whose share is no larger is what rounding left of others. */
    private static final double LEAST_SHARE = 1e-12;

    private final int items;
    private final int width;
    private final float[] coordinates; // [items + 1, width]

    private SpectralItems(int items, int width, float[] coordinates) {
        this.items = items;
        this.width = width;
        this.coordinates = coordinates;
    }

    /**
     * Computes coordinates.
     *
     * @param items how many the vocabulary has; the set's indices are 1 to that
     * @param width columns, at least 1
     * @param random what the iteration starts from
     * @param threads that share the work
     * @param listener told how many users the passes went over, after each of them
     */
    public static SpectralItems of(
            TrainingSet set,
            int items,
            int width,
            SplittableRandom random,
            int threads,
            Preparation.Listener listener) {
        ReciprocalAverage average = new ReciprocalAverage(set, items);
        int[] degrees = average.degrees();
        ItemColumns basis = new ItemColumns(items + 1, width + OVERSAMPLING);
        try (Workers workers = new Workers(threads)) {
            double[] squares;
            if (Arrays.stream(degrees).anyMatch(degree -> degree > 0)) {
                basis.draw(degrees, random);
                orthonormalise(basis, degrees, workers);
                squares = iterate(basis, average, workers, progress(set.users(), listener));
            } else {
                squares = new double[basis.columns()];
            }
            return new SpectralItems(items, width, coordinates(basis, squares, degrees, width));
        }
    }

    /** Is told of each pass. */
    @FunctionalInterface
    private interface Progress {
        void passed(int passes);
    }

    private static Progress progress(int users, Preparation.Listener listener) {
        int total = (int) Math.min(Integer.MAX_VALUE, (ITERATIONS + 1L) * users);
        return passes ->
                listener.done(
                        Preparation.SPECTRUM, (int) Math.min(total, (long) passes * users), total);
    }

    /**
     * Returns the bytes that live at the largest moment of {@link #of}, beside the set. Two sets of
     * columns of floats, and the degree of each item: 644 bytes an item for a width of 64.
     */
    public static long bytes(long items, int width) {
        return 2 * ItemColumns.bytes(items + 1, width + OVERSAMPLING) + (items + 1) * Integer.BYTES;
    }

    /**
     * Returns the coordinates as an item table, which is the caller's own.
     *
     * @param width the first so many columns, and zeros where there are no more
     * @return [items + 1, width], by item index; row 0 is the padding
     */
    public float[] table(int width) {
        float[] table = new float[Math.multiplyExact(items + 1, width)];
        for (int item = 1; item <= items; item++) {
            System.arraycopy(
                    coordinates,
                    item * this.width,
                    table,
                    item * width,
                    Math.min(width, this.width));
        }
        return table;
    }

    /**
     * Turns the columns towards the leading eigenvectors, and at last into what is closest to them
     * (Rayleigh-Ritz).
     *
     * @return the eigenvalue of each column, descending: squares of singular values
     */
    private static double[] iterate(
            ItemColumns basis, ReciprocalAverage average, Workers workers, Progress progress) {
        int[] degrees = average.degrees();
        ItemColumns averaged = new ItemColumns(degrees.length, basis.columns());
        for (int i = 1; i <= ITERATIONS; i++) {
            average.apply(basis, averaged, workers);
            orthonormalise(averaged, degrees, workers);
            basis.swap(averaged);
            progress.passed(i);
        }
        average.apply(basis, averaged, workers);
        SymmetricEigenvectors ritz =
                SymmetricEigenvectors.of(basis.products(averaged, degrees, workers));
        basis.combine(ritz.vectors(), workers);
        progress.passed(ITERATIONS + 1);
        return ritz.values();
    }

    /**
     * Takes the trivial eigenvector off and makes columns uncorrelated and of variance 1, by the
     * eigenvectors of their products. Where there are fewer directions than columns the others
     * become zero, and stay so.
     */
    private static void orthonormalise(ItemColumns columns, int[] degrees, Workers workers) {
        columns.centre(degrees, workers);
        SymmetricEigenvectors eigen =
                SymmetricEigenvectors.of(columns.products(columns, degrees, workers));
        double[] values = eigen.values();
        double least = Math.max(LEAST_SHARE * values[0], Float.MIN_NORMAL);
        double[][] factors = eigen.vectors();
        for (double[] row : factors) {
            for (int j = 0; j < row.length; j++) {
                row[j] = values[j] > least ? row[j] / Math.sqrt(values[j]) : 0;
            }
        }
        columns.combine(factors, workers);
    }

    private static float[] coordinates(
            ItemColumns vectors, double[] squares, int[] degrees, int width) {
        float[] coordinates = new float[Math.multiplyExact(degrees.length, width)];
        for (int c = 0; c < width && squares[c] > LEAST_SQUARE; c++) {
            float sign = sign(vectors, c);
            float scale = (float) Math.sqrt(squares[c] / squares[0]);
            for (int item = 1; item < degrees.length; item++) {
                if (degrees[item] == 0) {
                    continue;
                }
                float value = sign * vectors.get(item, c);
                coordinates[item * width + c] =
                        Math.max(-CLIP, Math.min(CLIP, value))
                                * scale
                                * (degrees[item] / (degrees[item] + PRIOR_USERS));
            }
        }
        return coordinates;
    }

    /** Returns the sign of the first of a column's largest components. */
    private static float sign(ItemColumns vectors, int column) {
        float largest = 0;
        for (int row = 0; row < vectors.rows(); row++) {
            float value = vectors.get(row, column);
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        return largest < 0 ? -1 : 1;
    }
}
