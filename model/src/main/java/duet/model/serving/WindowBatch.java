package duet.model.serving;

import duet.schemas.bundle.Vocabulary;
import java.util.List;

/** Lays out histories as the int64 input [batch, L] of both models' graphs. */
final class WindowBatch {
    private WindowBatch() {}

    static long[] indices(Vocabulary vocabulary, List<long[]> histories, int length) {
        long[] indices = new long[Math.multiplyExact(histories.size(), length)];
        int at = 0;
        for (long[] history : histories) {
            for (int index : vocabulary.window(history, length)) {
                indices[at++] = index;
            }
        }
        return indices;
    }
}
