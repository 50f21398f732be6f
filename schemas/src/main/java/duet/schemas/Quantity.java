package duet.schemas;

import java.util.Locale;

/** Writes a number together with what it counts, the same in every locale. */
public final class Quantity {

    private Quantity() {}

    /** Returns {@code 1 user}, or {@code 1,024 users} where there is not just one. */
    public static String of(long number, String one) {
        return of(number, one, one + "s");
    }

    /**
     * Returns the number and what it counts.
     *
     * @param one what a single one is called
     * @param many what none or several are called
     */
    public static String of(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
