package duet.cli.option;

import duet.cli.terminal.Terminal;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Says which model ranks what: what {@code evaluate} measures offline and {@code replay} on the
 * stream.
 */
public final class RankingOptions {

    /**
     * This is the seed of the candidates that are drawn where no file names them: the same for
     * every command and model.
     */
    private static final long CANDIDATE_SEED = 7;

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "BUNDLE",
            description = "Directory of the model, as written by duet train.")
    private Path bundle;

    @Mixin private DataOptions data;

    @Option(
            names = "--candidates",
            paramLabel = "FILE",
            description =
                    "What each user ranks: user<TAB>positive<TAB>negative,negative,... (default: 99"
                            + " negatives drawn with a fixed seed).")
    private @Nullable Path candidates;

    public ModelBundle bundle() {
        return ItemModel.open(bundle);
    }

    /**
     * Returns the log, with item ids as the model has them, and what of it is tested.
     *
     * @param terminal is told how it is read
     */
    public EvaluationSplit split(Terminal terminal, ModelBundle model) {
        return EvaluationSplit.last(data.read(terminal, model.vocabulary().names().rule()).log());
    }

    public CandidateLists candidates(EvaluationSplit split, ModelBundle model) {
        return candidates != null
                ? CandidateLists.read(candidates, split, model.vocabulary())
                : CandidateLists.draw(split, model.vocabulary(), CANDIDATE_SEED);
    }
}
