package duet.cli.release;

import duet.schemas.record.ModelRelease;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Puts releases in words for people. */
final class ReleaseTexts {

    private static final double ALL = 1;
    private static final double PERCENT = 100;

    private ReleaseTexts() {}

    /** Says for whom a live release is. */
    static String runs(ModelRelease release) {
        return release.getShare() >= ALL
                ? "All devices run " + release.getVersion() + " from now on"
                : percent(release.getShare())
                        + " of the devices run "
                        + release.getVersion()
                        + " from now on";
    }

    /** Says when a version was released, ISO 8601 in seconds. */
    static String time(ModelRelease release) {
        return Instant.EPOCH
                .plus(release.getReleasedAtMicros(), ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** Formats a share, for example {@code 30 %}. */
    static String percent(double share) {
        double percent = share * PERCENT;
        return percent == Math.rint(percent)
                ? String.format(Locale.ROOT, "%.0f %%", percent)
                : String.format(Locale.ROOT, "%.2f %%", percent);
    }
}
