package duet.model.evaluation;

import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;

/**
 * Tells what an encoding of the deltas costs.
 *
 * @param encoding of the stored rows
 * @param rank of the residuals, 0 for full matrices
 * @param wireBytes mean size of a delta record's key and value, as Kafka gets them
 * @param weightBytes mean size of weights and scales alone
 * @param personalized ranking with the decoded deltas, at age 0
 * @param encodeMicros time to encode the layers of one delta, median over batches
 * @param decodeMicros time to decode them and add them to the global layers, median over batches
 */
public record CodecQuality(
        Encoding encoding,
        int rank,
        double wireBytes,
        double weightBytes,
        RankingMetrics personalized,
        double encodeMicros,
        double decodeMicros) {
    /**
     * Returns this of lists of about that length.
     *
     * @see RankingMetrics#ofListsOf
     */
    public CodecQuality ofListsOf(int length) {
        return new CodecQuality(
                encoding,
                rank,
                wireBytes,
                weightBytes,
                personalized.ofListsOf(length),
                encodeMicros,
                decodeMicros);
    }
}
