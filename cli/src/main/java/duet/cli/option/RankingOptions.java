package duet.cli.option;

import duet.cli.terminal.Terminal;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.SplitRule;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

    /** Stands in the place of a file for the whole catalogue. */
    private static final String ALL = "all";

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "BUNDLE",
            description = "Directory of the model, as written by duet train.")
    private Path bundle;

    @Mixin private DataOptions data;

    @Mixin private SplitOption split;

    @Input
    @Option(
            names = "--candidates",
            paramLabel = "FILE",
            description =
                    "What each user ranks: lines of user<TAB>positive<TAB>negative,negative,... or"
                            + " of JSON with the keys user, positive and negatives; or all for"
                            + " every item that the user never touched, offline only (default: 99"
                            + " negatives drawn with a fixed seed).")
    private @Nullable String candidates;

    @Option(
            names = "--negatives",
            paramLabel = "KIND",
            description =
                    "How negatives are drawn where no candidates are named:"
                        + " ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Popular ones are"
                        + " drawn by how often they are among the training interactions.")
    private Negatives negatives = Negatives.UNIFORM;

    @Option(
            names = "--strict",
            description =
                    "Refuse a log with a user who cannot be ranked for, instead of skipping and"
                            + " counting such users.")
    private boolean strict;

    /** Names how negatives are drawn, as the command line does. */
    enum Negatives {
        UNIFORM,
        POPULAR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads model, log and candidates for a measurement of lists, on devices or offline.
     *
     * @param terminal is told how the log is read
     */
    public RankedLog read(Terminal terminal) {
        if (ALL.equals(candidates)) {
            throw new InvalidInputException(
                    "--candidates all is measured offline, by duet evaluate: a device ranks a"
                            + " list");
        }
        return readAny(terminal);
    }

    /**
     * Reads model, log and candidates.
     *
     * @param terminal is told how the log is read
     * @throws InvalidInputException if one of them cannot be used, nobody can be ranked for, or
     *     with {@code --strict} anybody cannot
     */
    public RankedLog readAny(Terminal terminal) {
        if (candidates != null && negatives != Negatives.UNIFORM) {
            throw new InvalidInputException(
                    "--negatives " + negatives + " draws lists, --candidates names them: take one");
        }
        ModelBundle model = ItemModel.open(bundle);
        SplitRule trained = SplitRule.recorded(model.manifest().trainingOptions());
        EvaluationSplit tested =
                split.rule()
                        .orElse(trained)
                        .of(data.read(terminal, model.vocabulary().names().rule()).log());
        CandidateLists lists = lists(tested, model);
        if (strict) {
            lists.skipped().requireNone();
        }
        lists.requireAny(tested);
        return new RankedLog(
                model, trained, tested, lists, data.notes(model.manifest().trainingOptions()));
    }

    /**
     * Returns what whoever reads figures of another model on this log should know first.
     *
     * @param other measured beside the one that is ranked with
     */
    public List<String> notes(ModelBundle other) {
        return data.notes(other.manifest().trainingOptions());
    }

    private CandidateLists lists(EvaluationSplit tested, ModelBundle model) {
        if (ALL.equals(candidates)) {
            return CandidateLists.all(tested, model.vocabulary());
        }
        if (candidates != null) {
            return CandidateLists.read(Path.of(candidates), tested, model.vocabulary());
        }
        return negatives == Negatives.POPULAR
                ? CandidateLists.drawPopular(tested, model.vocabulary(), CANDIDATE_SEED)
                : CandidateLists.draw(tested, model.vocabulary(), CANDIDATE_SEED);
    }
}
