package duet.interactions.inspection;

import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Recommends options of {@code train} to begin with, by the log's sizes alone; only validation
 * tells what is best.
 *
 * @param width of the device model
 * @param history interactions of a device that the job keeps for the generator
 * @param mostPerUser interactions of a user to keep, where some users have far too many; else null
 * @param reasons one sentence for each
 */
public record Recommendation(
        int width, int history, @Nullable Integer mostPerUser, List<String> reasons) {
    private static final int NARROW = 16;

    /** Fewer interactions than this for each weight of an item table leave it to chance. */
    private static final int LEAST_OF_ITEM = 20;

    private static final int STEP = 10;

    public Recommendation {
        reasons = List.copyOf(reasons);
    }

    /**
     * Recommends for a log.
     *
     * @param items how many different ones it holds
     * @param standouts of this log
     */
    public static Recommendation of(InteractionLog log, int items, Standouts standouts) {
        ModelSizes defaults = ModelSizes.defaults();
        Distribution users = standouts.all();
        double ofItem = (double) log.interactions() / items;
        List<String> reasons = new ArrayList<>();
        boolean wide = ofItem >= LEAST_OF_ITEM;
        int width = wide ? defaults.device().width() : NARROW;
        reasons.add(
                String.format(
                        Locale.ROOT,
                        "width %d: %.1f interactions an item %s",
                        width,
                        ofItem,
                        wide
                                ? "tell enough of each for a wide table"
                                : "tell too little of each for a wide table, and half the width is"
                                        + " half the bytes on a device"));
        int history =
                Math.max(
                        defaults.window(), // a device reads so many, and the job no fewer
                        Math.min(defaults.history(), (users.p90() + STEP - 1) / STEP * STEP));
        reasons.add(
                String.format(
                        Locale.ROOT,
                        "history %d: nine tenths of the users kept have at most %s%s",
                        history,
                        Quantity.of(users.p90(), "interaction"),
                        history == defaults.history() ? ", more costs state for each device" : ""));
        Integer most = null;
        if (standouts.users() > 0) {
            most = Math.max(history, Math.min(standouts.above(), users.p99()));
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "most-per-user %d: %s with more than %,d interactions %s %.0f %% of the"
                                    + " samples",
                            most,
                            Quantity.of(standouts.users(), "user"),
                            standouts.above(),
                            standouts.users() == 1 ? "is" : "are",
                            100 * standouts.share()));
        }
        return new Recommendation(width, history, most, reasons);
    }

    /** Returns the options of {@code train}, to be typed. */
    public String options() {
        return String.format(Locale.ROOT, "--width %d --history %d", width, history)
                + (mostPerUser == null ? "" : " --most-per-user " + mostPerUser);
    }

    /** Returns these options as a training has them. */
    public TrainingOptions options(Backbone backbone) {
        ModelSizes sizes = ModelSizes.defaults(backbone, width);
        return TrainingOptions.defaults()
                .withBackbone(backbone)
                .withSizes(
                        new ModelSizes(
                                sizes.window(),
                                history,
                                sizes.device(),
                                sizes.generator(),
                                sizes.deviceMemoryDecays()));
    }
}
