package duet.model.training.start;

import java.util.Arrays;
import java.util.Comparator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Holds the eigenvalues of a small dense symmetric matrix, largest first, and the eigenvectors that
 * belong to them.
 *
 * @param values [n], descending
 * @param vectors [n, n], an eigenvector in each column, of length 1
 */
record SymmetricEigenvectors(double[] values, double[][] vectors) {
    /**
     * Decomposes a matrix.
     *
     * @param matrix [n, n], finite; its lower half is not read
     */
    static SymmetricEigenvectors of(double[][] matrix) {
        int n = matrix.length;
        DMatrixRMaj symmetric = new DMatrixRMaj(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                symmetric.set(i, j, matrix[i][j]);
                symmetric.set(j, i, matrix[i][j]);
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
        if (!eigen.decompose(symmetric)) {
            throw new IllegalStateException(
                    "no eigenvectors of a symmetric matrix of " + n + " rows");
        }
        double[] found = new double[n];
        Arrays.setAll(found, i -> eigen.getEigenvalue(i).getReal());
        // Sorting is stable, so that equal ones keep the order that the library gives them.
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -found[i]));
        double[] values = new double[n];
        double[][] vectors = new double[n][n];
        for (int j = 0; j < n; j++) {
            values[j] = found[order[j]];
            DMatrixRMaj vector = eigen.getEigenVector(order[j]);
            for (int i = 0; i < n; i++) {
                vectors[i][j] = vector.get(i);
            }
        }
        return new SymmetricEigenvectors(values, vectors);
    }
}
