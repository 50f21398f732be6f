package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import duet.schemas.InvalidInputException;
import java.util.List;

/**
 * Holds the sizes of a parameter generator.
 *
 * @param itemWidth d_c, width of the generator's item embeddings
 * @param encoderWidth h, hidden width of the generator's recurrent encoder; 0 for a generator
 *     without one
 * @param embeddingWidth d_z, width of the distribution embedding
 * @param layerEmbeddingWidth d_e, width of a dynamic layer's embedding
 * @param decoders M, decoders of each dynamic layer
 * @param memoryDecays K decays per interaction, each between 0 and 1, of the generator's long
 *     memory: the time scales at which it averages what the history holds; empty for a generator
 *     without long memory
 * @param rank r, rank of a generated residual, which then consists of 2 r + 1 vectors; 0 for a full
 *     matrix
 * @param coldStart n_0, interactions up to which a device keeps the global model: what is generated
 *     from n of them counts {@code max(0, 1 - n_0 / n)}
 */
public record GeneratorSizes(
        @JsonProperty("generatorItemWidth") int itemWidth,
        int encoderWidth,
        int embeddingWidth,
        int layerEmbeddingWidth,
        int decoders,
        List<Double> memoryDecays,
        int rank,
        int coldStart) {
    public GeneratorSizes {
        SizeRanges.require("generatorItemWidth", itemWidth, 1, SizeRanges.MAX_WIDTH);
        SizeRanges.require("encoderWidth", encoderWidth, 0, SizeRanges.MAX_WIDTH);
        SizeRanges.require("embeddingWidth", embeddingWidth, 1, SizeRanges.MAX_WIDTH);
        SizeRanges.require("layerEmbeddingWidth", layerEmbeddingWidth, 1, SizeRanges.MAX_WIDTH);
        SizeRanges.require("decoders", decoders, 1, 64);
        memoryDecays = SizeRanges.decays("memoryDecays", memoryDecays);
        if (encoderWidth == 0 && memoryDecays.isEmpty()) {
            throw new InvalidInputException(
                    "encoderWidth is 0 and memoryDecays is empty, the generator would read"
                            + " nothing");
        }
    }

    /**
     * Returns the sizes in the paper's setting: a recurrent encoder alone, full residuals, from the
     * first interaction on.
     */
    public static GeneratorSizes recurrent(
            int itemWidth,
            int encoderWidth,
            int embeddingWidth,
            int layerEmbeddingWidth,
            int decoders) {
        return new GeneratorSizes(
                itemWidth,
                encoderWidth,
                embeddingWidth,
                layerEmbeddingWidth,
                decoders,
                List.of(),
                0,
                0);
    }

    /** Returns these sizes with another memory. */
    public GeneratorSizes withMemory(int ofEncoder, List<Double> decays) {
        return with(ofEncoder, decays, rank, coldStart);
    }

    /** Returns these sizes with residuals of another rank. */
    public GeneratorSizes withRank(int value) {
        return with(encoderWidth, memoryDecays, value, coldStart);
    }

    /** Returns these sizes with another number of interactions before anything is generated. */
    public GeneratorSizes withColdStart(int value) {
        return with(encoderWidth, memoryDecays, rank, value);
    }

    private GeneratorSizes with(int ofEncoder, List<Double> decays, int ofResiduals, int cold) {
        return new GeneratorSizes(
                itemWidth,
                ofEncoder,
                embeddingWidth,
                layerEmbeddingWidth,
                decoders,
                decays,
                ofResiduals,
                cold);
    }
}
