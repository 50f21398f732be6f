package duet.studies.gating;

import duet.studies.page.PageTemplate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The page shows the figures of all logs. Its template calls the methods of these records by their
 * names.
 *
 * @param logs one section each, in this order
 */
record GatingPage(List<Log> logs) {
    private static final String TEMPLATE = "gating.md.mustache";

    /** Returns the page in Markdown. */
    String text() {
        return PageTemplate.fill(GatingPage.class, TEMPLATE, this);
    }

    /**
     * This is a picture in its file.
     *
     * @param title what it shows
     * @param file path from the page
     */
    record Chart(String title, String file) {}

    /**
     * The section of a log says what all policies have in common, and has a row for each.
     *
     * @param result figures of the log
     * @param chart its picture; null where none could be drawn
     */
    record Log(GatingResult result, @Nullable Chart chart) {
        String name() {
            return result.name();
        }

        String model() {
            return result.model();
        }

        String devices() {
            return count(result.devices());
        }

        String windows() {
            return count(result.all().traffic().windows());
        }

        String streams() {
            return count(result.streams());
        }

        String rankings() {
            return count(result.rankings());
        }

        String globalUserAuc() {
            return quality(result.globalUserAuc());
        }

        String heldOutUserAuc() {
            return quality(result.heldOutGlobal().userAuc());
        }

        String heldOutNdcg10() {
            return quality(result.heldOutGlobal().ndcg10());
        }

        List<Row> rows() {
            return result.runs().stream().map(run -> new Row(run, result.gain(run))).toList();
        }
    }

    /**
     * A row shows what one policy gave.
     *
     * @param run figures of the policy
     * @param above how far its userAuc is above that of the global weights
     */
    record Row(GatingRun run, double above) {
        private static final double MEGABYTE = 1e6;

        String policy() {
            return run.choice().policy();
        }

        String asked() {
            return text("%.0f", 100 * run.choice().share());
        }

        String answered() {
            return text("%.1f", 100 * run.traffic().answered());
        }

        String megabytes() {
            return text("%.2f", run.traffic().deltaBytes() / MEGABYTE);
        }

        String userAuc() {
            return quality(run.userAuc());
        }

        String gain() {
            return text("%+.4f", above);
        }

        String loss() {
            return GatingReport.withMargin(
                    run.differences().loss(), run.differences().lossMargin());
        }

        String overRandom() {
            return GatingReport.withMargin(
                    run.differences().overRandom(), run.differences().overRandomMargin());
        }

        String heldOutUserAuc() {
            return quality(run.heldOut().userAuc());
        }

        String heldOutNdcg10() {
            return quality(run.heldOut().ndcg10());
        }
    }

    private static String count(long number) {
        return text("%,d", number);
    }

    private static String quality(double value) {
        return text("%.4f", value);
    }

    private static String text(String format, Object number) {
        return String.format(Locale.ROOT, format, number);
    }
}
