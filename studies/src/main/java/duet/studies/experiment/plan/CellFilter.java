package duet.studies.experiment.plan;

import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A filter chooses cells of a plan: of each key that it names, a cell has one of the values.
 *
 * @param values by key
 */
public record CellFilter(Map<String, List<String>> values) {
    /** Chooses every cell. */
    public static final CellFilter ALL = new CellFilter(Map.of());

    private static final Map<String, Function<PlannedCell, List<String>>> KEYS = keys();

    /** Returns, by key, the values that choose a cell, the full one first. */
    private static Map<String, Function<PlannedCell, List<String>>> keys() {
        Map<String, Function<PlannedCell, List<String>>> keys = new LinkedHashMap<>();
        keys.put("data", cell -> List.of(cell.data().name()));
        keys.put("backbone", cell -> List.of(cell.backbone()));
        keys.put("variant", PlannedCell::variantNames);
        keys.put("seed", cell -> List.of(String.valueOf(cell.options().seed())));
        keys.put("width", cell -> List.of(String.valueOf(cell.options().sizes().device().width())));
        return keys;
    }

    /**
     * Reads filters such as {@code data=beauty,backbone=din}: several keys all count, of several
     * values of a key one is enough. A comma that no key follows belongs to the value.
     *
     * @throws InvalidInputException if one names no key that is known, or no value
     */
    public static CellFilter parse(Collection<String> texts) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String text : texts) {
            for (String part : text.split(",(?=\\w+=)", -1)) {
                int equals = part.indexOf('=');
                String key = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1).strip();
                if (!KEYS.containsKey(key) || value.isEmpty()) {
                    throw new InvalidInputException(
                            String.format(
                                    Locale.ROOT,
                                    "'%s' is not KEY=VALUE with one of the keys %s",
                                    part,
                                    String.join(", ", KEYS.keySet())));
                }
                values.computeIfAbsent(key, name -> new ArrayList<>()).add(value);
            }
        }
        return new CellFilter(values);
    }

    /** Returns whether the filter chooses the cell. */
    public boolean chooses(PlannedCell cell) {
        return values.entrySet().stream()
                .allMatch(
                        entry ->
                                KEYS.get(entry.getKey()).apply(cell).stream()
                                        .anyMatch(entry.getValue()::contains));
    }

    /**
     * Refuses a filter with a value that no cell has.
     *
     * @throws InvalidInputException naming the value and those there are
     */
    public void requireSome(Collection<PlannedCell> cells) {
        values.forEach(
                (key, wanted) -> {
                    List<List<String>> there =
                            cells.stream().map(KEYS.get(key)).distinct().toList();
                    for (String value : wanted) {
                        if (there.stream().noneMatch(names -> names.contains(value))) {
                            throw new InvalidInputException(
                                    String.format(
                                            Locale.ROOT,
                                            "no cell of the plan has the %s '%s', there are %s",
                                            key,
                                            value,
                                            there.stream()
                                                    .map(names -> names.get(0))
                                                    .collect(Collectors.joining("; "))));
                        }
                    }
                });
        if (cells.stream().noneMatch(this::chooses)) {
            throw new InvalidInputException(
                    "no cell of the plan has all of " + String.join(", ", texts()));
        }
    }

    /** Returns what {@link #parse} reads this from again, a text for each value. */
    public List<String> texts() {
        return values.entrySet().stream()
                .flatMap(
                        entry ->
                                entry.getValue().stream()
                                        .map(value -> entry.getKey() + "=" + value))
                .toList();
    }
}
