package duet.interactions.inspection;

import duet.interactions.ReadLog;
import duet.interactions.ReadReport;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import java.util.Arrays;

/**
 * Tells what is in a log: what a person wants to know before training on it.
 *
 * @param reading how it was read, what was refused or left out and why
 * @param sizes before and after something was left out
 * @param ofUser interactions of each user, those left out among them
 * @param ofItem interactions of each item, those left out among them
 * @param standouts users with far more interactions than nearly all others
 * @param tests what each user's last item, the one that is tested, is like
 * @param needs what model, job, devices and topic will take
 * @param recommendation options of {@code train}
 */
public record LogInspection(
        ReadReport reading,
        Sizes sizes,
        Distribution ofUser,
        Distribution ofItem,
        Standouts standouts,
        Tests tests,
        Needs needs,
        Recommendation recommendation) {

    /**
     * Holds sizes of the log as it was read, and as it is trained on.
     *
     * @param read every sound row
     * @param kept users who take part, with the items they touched
     */
    public record Sizes(Size read, Size kept) {}

    /** Counts what a log holds. */
    public record Size(long users, long items, long interactions) {}

    /** Inspects a log that a model is to be trained on, each user's last item being the test. */
    public static LogInspection of(ReadLog read) {
        InteractionLog log = read.log();
        EvaluationSplit split = EvaluationSplit.last(log);
        int items = split.vocabulary().size();
        Size all =
                new Size(
                        read.tallies().ofUser().length,
                        read.tallies().ofItem().length,
                        Arrays.stream(read.tallies().ofUser()).asLongStream().sum());
        Size kept = new Size(log.users().size(), items, log.interactions());
        Standouts standouts = Standouts.of(log);
        Recommendation recommendation = Recommendation.of(log, items, standouts);
        return new LogInspection(
                read.report(),
                new Sizes(all, kept),
                Distribution.of(read.tallies().ofUser()),
                Distribution.of(read.tallies().ofItem()),
                standouts,
                Tests.of(split),
                Needs.of(split, recommendation.options(Backbone.SASREC)),
                recommendation);
    }
}
