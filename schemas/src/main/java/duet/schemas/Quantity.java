package duet.schemas;

import java.util.Locale;

/** Says how many of something there are, the same in every locale. */
public final class Quantity {
    private Quantity() {}

    /**
     * Returns {@code 1 user}, {@code 0 users}, {@code 2,000 users}.
     *
     * @param one what a single one is called; more of them take an s
     */
    public static String of(long count, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", count, one, count == 1 ? "" : "s");
    }
}
