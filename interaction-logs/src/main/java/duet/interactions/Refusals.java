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
    private RowPlaces places;
    private final boolean count;
    private final Map<String, Kind> byKind = new LinkedHashMap<>();
    private final List<Refused> elsewhere = new ArrayList<>();
    private long rows;

    /** Counts rows that were refused for the same reason, and remembers the first. */
    private static final class Kind {
        private final long first;
        private final String text;
        private long rows = 1;

        Kind(long first, String text) {
            this.first = first;
            this.text = text;
        }
    }

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
        if (!count) {
            Place place = places.of(row);
            throw new InvalidInputException(
                    at(place) + ": " + kind + detail + ": \"" + shown(place, text) + "\"");
        }
        rows++;
        Kind earlier = byKind.get(kind);
        if (earlier == null) {
            byKind.put(kind, new Kind(row, text));
        } else {
            earlier.rows++;
        }
    }

    /**
     * Takes over what was refused before rows were numbered.
     *
     * @param refused by kind
     * @param kept finds the rows that have numbers
     */
    void takeOver(List<Refused> refused, RowPlaces kept) {
        places = kept;
        elsewhere.addAll(refused);
        refused.forEach(kind -> rows += kind.rows());
    }

    long rows() {
        return rows;
    }

    /** Returns what was refused, by kind, each with the first. */
    List<Refused> all() {
        List<Refused> all = new ArrayList<>();
        byKind.forEach(
                (name, kind) -> {
                    Place place = places.of(kind.first);
                    all.add(
                            new Refused(
                                    name,
                                    kind.rows,
                                    place.file(),
                                    place.number(),
                                    place.inRows(),
                                    shown(place, kind.text)));
                });
        all.addAll(elsewhere);
        return all;
    }

    private static String shown(Place place, String text) {
        return DuckDb.excerpt(place.text().isEmpty() ? text : place.text());
    }

    /** Returns where a row stands, and what stands there, for a message. */
    String show(long row, String text) {
        return String.format(Locale.ROOT, "%s in %s", DuckDb.excerpt(text), at(places.of(row)));
    }

    private static String at(Place place) {
        return place.inRows()
                ? String.format(Locale.ROOT, "%s, row %d", place.file(), place.number())
                : String.format(Locale.ROOT, "%s:%d", place.file(), place.number());
    }
}
