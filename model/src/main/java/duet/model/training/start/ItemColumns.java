package duet.model.training.start;

import duet.model.training.step.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Holds some columns of a number for each item, in blocks of {@value #BLOCK} columns: a pass over
 * the log reads a row of a block at once, a block is small enough for a processor's cache, and
 * blocks are shared out to threads. Sums over items are made in double precision, of fixed runs of
 * items added in their order, so that nothing depends on the number of threads.
 */
final class ItemColumns {
    /** Floats of a row of a block. */
    static final int BLOCK = 8;

    private static final int RUN = 8192;

    private final int rows;
    private final int columns;
    private final float[][] blocks; // each [rows, BLOCK]

    /**
     * Makes columns of zeros.
     *
     * @param rows items and the padding before them
     * @param atLeast columns, rounded up to whole blocks
     */
    ItemColumns(int rows, int atLeast) {
        this.rows = rows;
        this.columns = rounded(atLeast);
        this.blocks = new float[columns / BLOCK][Math.multiplyExact(rows, BLOCK)];
    }

    /** Returns the bytes that so many columns take. */
    static long bytes(long rows, int atLeast) {
        return rows * rounded(atLeast) * Float.BYTES;
    }

    private static int rounded(int columns) {
        return Math.addExact(columns, BLOCK - 1) / BLOCK * BLOCK;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    int blocks() {
        return blocks.length;
    }

    /** Returns a block itself, [rows, BLOCK]. */
    float[] block(int number) {
        return blocks[number];
    }

    float get(int row, int column) {
        return blocks[column / BLOCK][row * BLOCK + column % BLOCK];
    }

    /** Exchanges the columns with those of another one of the same size. */
    void swap(ItemColumns other) {
        for (int b = 0; b < blocks.length; b++) {
            float[] block = blocks[b];
            blocks[b] = other.blocks[b];
            other.blocks[b] = block;
        }
    }

    /**
     * Draws all numbers of rows that have a weight evenly from -1 to 1. Bell-shaped ones would do
     * no better, but take logarithms, which differ by machine.
     */
    void draw(int[] weights, SplittableRandom random) {
        for (float[] block : blocks) {
            for (int row = 0; row < rows; row++) {
                for (int c = row * BLOCK; weights[row] > 0 && c < (row + 1) * BLOCK; c++) {
                    block[c] = (float) (2 * random.nextDouble() - 1);
                }
            }
        }
    }

    /** Takes the weighted mean off each column; rows without a weight stay as they are. */
    void centre(int[] weights, Workers workers) {
        workers.run(
                blocks.length,
                number -> {
                    centre(blocks[number], weights);
                    return number;
                });
    }

    private void centre(float[] block, int[] weights) {
        double[] mean = new double[BLOCK];
        double total = 0;
        for (int row = 0; row < rows; row++) {
            total += weights[row];
            for (int c = 0; c < BLOCK; c++) {
                mean[c] += weights[row] * (double) block[row * BLOCK + c];
            }
        }
        for (int row = 0; row < rows; row++) {
            for (int c = 0; weights[row] > 0 && c < BLOCK; c++) {
                block[row * BLOCK + c] -= (float) (mean[c] / total);
            }
        }
    }

    /**
     * Returns the weighted mean of the products of each column here with each one there.
     *
     * @return [columns, columns], of which only the upper half is filled in
     */
    double[][] products(ItemColumns there, int[] weights, Workers workers) {
        List<double[][]> runs = workers.run(runs(), run -> products(there, weights, run * RUN));
        double total = IntStream.of(weights).asLongStream().sum();
        double[][] products = new double[columns][columns];
        for (double[][] run : runs) {
            for (int i = 0; i < columns; i++) {
                for (int j = i; j < columns; j++) {
                    products[i][j] += run[i][j] / total;
                }
            }
        }
        return products;
    }

    private double[][] products(ItemColumns there, int[] weights, int from) {
        double[][] products = new double[columns][columns];
        double[] left = new double[columns];
        double[] right = new double[columns];
        for (int row = from; row < Math.min(rows, from + RUN); row++) {
            if (weights[row] == 0) {
                continue;
            }
            copyRow(row, left);
            there.copyRow(row, right);
            for (int i = 0; i < columns; i++) {
                double factor = weights[row] * left[i];
                double[] sums = products[i];
                for (int j = i; j < columns; j++) {
                    sums[j] += factor * right[j];
                }
            }
        }
        return products;
    }

    /**
     * Replaces the columns by combinations of them.
     *
     * @param factors [columns, columns], what each new column takes of each one stands in a column
     */
    void combine(double[][] factors, Workers workers) {
        workers.run(
                runs(),
                run -> {
                    combine(factors, run * RUN);
                    return run;
                });
    }

    private void combine(double[][] factors, int from) {
        double[] row = new double[columns];
        double[] combined = new double[columns];
        for (int r = from; r < Math.min(rows, from + RUN); r++) {
            copyRow(r, row);
            Arrays.fill(combined, 0);
            for (int i = 0; i < columns; i++) {
                double value = row[i];
                double[] factor = factors[i];
                for (int j = 0; j < columns; j++) {
                    combined[j] += value * factor[j];
                }
            }
            for (int c = 0; c < columns; c++) {
                blocks[c / BLOCK][r * BLOCK + c % BLOCK] = (float) combined[c];
            }
        }
    }

    private void copyRow(int row, double[] to) {
        for (int b = 0; b < blocks.length; b++) {
            for (int c = 0; c < BLOCK; c++) {
                to[b * BLOCK + c] = blocks[b][row * BLOCK + c];
            }
        }
    }

    private int runs() {
        return (rows - 1) / RUN + 1;
    }
}
