package duet.jobs.generation;

import duet.schemas.record.WeightDelta;
import duet.schemas.signature.Signer;
import java.nio.ByteBuffer;
import java.util.List;

/** Signs the deltas of a subtask, each of them alone or many at once. */
public final class DeltaSigning {
    /**
     * This many are four default batches: with more, deltas would get longer for next to nothing,
     * and wait for their signature in memory.
     */
    private static final int AT_ONCE = 256;

    private final Signer signer;
    private final int atOnce;

    private DeltaSigning(Signer signer, int atOnce) {
        this.signer = signer;
        this.atOnce = atOnce;
    }

    /** Signs each delta alone. */
    public static DeltaSigning ofEach(Signer signer) {
        return new DeltaSigning(signer, 1);
    }

    /** Signs all deltas of a batch at once, of a large one some hundred at a time. */
    public static DeltaSigning ofBatches(Signer signer) {
        return new DeltaSigning(signer, AT_ONCE);
    }

    /** Returns after how many deltas to {@link #sign} them. */
    public int atOnce() {
        return atOnce;
    }

    /** Gives all of the deltas their signatures. */
    public void sign(List<WeightDelta> deltas) {
        List<ByteBuffer> signatures = signer.sign(deltas);
        for (int i = 0; i < deltas.size(); i++) {
            deltas.get(i).setSignature(signatures.get(i));
        }
    }
}
