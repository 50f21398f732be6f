package duet.interactions;

import duet.interactions.ReadReport.Refused;
import duet.interactions.RowPlaces.Place;
import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Refuses rows: the first ends the reading, or all are counted by the reason. */
final class Refusals {
    private final RowPlaces places;
    private final boolean count;
    private final Map<String, Refused> byKind = new LinkedHashMap<>();
    private long rows;

    Refusals(RowPlaces places, boolean count) {
        this.places = places;
        this.count = count;
    }

    /**
     * Refuses a row.
     *
     * @param kind the reason
     * @param detail what else is said of the row where it is an error; may be empty
     * @param row its number, from 1
     * @param text what of it is shown where its line is not found
     */
    void refuse(String kind, String detail, long row, String text) {
        Refused earlier = count ? byKind.get(kind) : null;
        if (earlier != null) {
            byKind.put(
                    kind,
                    new Refused(
                            kind,
                            earlier.rows() + 1,
                            earlier.file(),
                            earlier.line(),
                            earlier.inRows(),
                            earlier.text()));
            rows++;
            return;
        }
        Place place = places.of(row);
        String shown = DuckDb.excerpt(place.text().isEmpty() ? text : place.text());
        if (!count) {
            throw new InvalidInputException(
                    at(place) + ": " + kind + detail + ": \"" + shown + "\"");
        }
        add(new Refused(kind, 1, place.file(), place.number(), place.inRows(), shown));
    }

    /** Counts rows that were refused elsewhere. */
    void add(Refused refused) {
        byKind.put(refused.kind(), refused);
        rows += refused.rows();
    }

    long rows() {
        return rows;
    }

    List<Refused> all() {
        return new ArrayList<>(byKind.values());
    }

    /** Returns where a row stands, and what stands there, for a message. */
    String show(long row, String text) {
        Place place = places.of(row);
        return String.format(Locale.ROOT, "%s in %s", DuckDb.excerpt(text), at(place));
    }

    private static String at(Place place) {
        return place.inRows()
                ? String.format(Locale.ROOT, "%s, row %d", place.file(), place.number())
                : String.format(Locale.ROOT, "%s:%d", place.file(), place.number());
    }
}
