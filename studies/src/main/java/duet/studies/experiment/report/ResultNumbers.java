package duet.studies.experiment.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.model.training.EpochMetrics;
import duet.studies.experiment.cell.CellResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * This class gives the numbers of every cell under a name, for programs. It holds userAuc alone of
 * the quality by length of the history.
 */
final class ResultNumbers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultNumbers() {}

    /** This record is the JSON file. */
    @JsonPropertyOrder({"summary", "means"})
    record Document(List<SummaryRow> summary, List<Means> means) {}

    /** A row is a line of the CSV file; those of the summary are of all seeds. */
    @JsonPropertyOrder({"plan", "data", "backbone", "variant", "seed", "number", "value"})
    record Row(
            String plan,
            String data,
            String backbone,
            String variant,
            @Nullable Long seed,
            String number,
            double value) {}

    /** This record holds the means of a group. */
    @JsonPropertyOrder({"plan", "data", "backbone", "variant", "numbers"})
    record Means(
            String plan,
            String data,
            String backbone,
            String variant,
            Map<String, Spread> numbers) {}

    static List<Row> rows(List<PlanResults> plans, List<SummaryRow> summary) {
        List<Row> rows = new ArrayList<>();
        for (SummaryRow row : summary) {
            ObjectNode numbers = JSON.valueToTree(row);
            numbers.remove("of");
            flatten(
                    "summary." + row.metric(),
                    numbers,
                    (number, value) ->
                            rows.add(
                                    new Row(
                                            row.of().plan(),
                                            row.of().data(),
                                            row.of().backbone(),
                                            row.of().variant(),
                                            null,
                                            number,
                                            value)));
        }
        for (PlanResults plan : plans) {
            for (CellResult cell : plan.cells()) {
                forEach(
                        cell,
                        (number, value) ->
                                rows.add(
                                        new Row(
                                                cell.origin().plan(),
                                                cell.origin().data(),
                                                cell.origin().backbone(),
                                                cell.origin().variant(),
                                                cell.origin().seed(),
                                                number,
                                                value)));
            }
        }
        return rows;
    }

    static List<Means> means(List<PlanResults> plans) {
        List<Means> means = new ArrayList<>();
        for (PlanResults plan : plans) {
            for (Group group : plan.groups()) {
                Map<String, List<Double>> values = new LinkedHashMap<>();
                for (CellResult cell : group.cells()) {
                    forEach(
                            cell,
                            (number, value) ->
                                    values.computeIfAbsent(number, name -> new ArrayList<>())
                                            .add(value));
                }
                Map<String, Spread> spreads = new LinkedHashMap<>();
                values.forEach((number, list) -> spreads.put(number, Spread.of(list)));
                means.add(
                        new Means(
                                group.plan(),
                                group.data(),
                                group.backbone(),
                                group.variant(),
                                spreads));
            }
        }
        return means;
    }

    private static void forEach(CellResult cell, BiConsumer<String, Double> numbers) {
        JsonNode quality = JSON.valueToTree(cell.quality());
        for (JsonNode length : quality.path("historyLengths")) {
            length.forEach(ResultNumbers::retainUserAuc);
        }
        flatten("quality", quality, numbers);
        flatten("cost", JSON.valueToTree(cell.cost()), numbers);
        flatten("training.network", JSON.valueToTree(cell.training().network()), numbers);
        flatten("training.generator", JSON.valueToTree(cell.training().generator()), numbers);
        for (EpochMetrics epoch : cell.training().epochs()) {
            String name = "training." + epoch.phase() + "." + epoch.epoch() + ".";
            numbers.accept(name + "loss", epoch.loss());
            numbers.accept(name + "userAuc", epoch.selection());
        }
    }

    /** Takes the metrics away that no table and no chart has: there are many lengths. */
    private static void retainUserAuc(JsonNode metrics) {
        if (metrics instanceof ObjectNode fields) {
            fields.retain("userAuc");
        }
    }

    private static void flatten(String name, JsonNode node, BiConsumer<String, Double> numbers) {
        if (node.isNumber()) {
            numbers.accept(name, node.doubleValue());
        } else if (node.isObject()) {
            node.properties()
                    .forEach(
                            field ->
                                    flatten(
                                            name + "." + field.getKey(),
                                            field.getValue(),
                                            numbers));
        } else if (node.isArray()) {
            node.forEach(element -> flatten(name + "." + key(element), element, numbers));
        }
    }

    /** Returns what tells the elements of a list apart. */
    private static String key(JsonNode element) {
        if (element.has("encoding")) {
            return element.get("encoding").asText();
        }
        if (element.has("newest")) {
            return element.get("newest").isNull() ? "all" : element.get("newest").asText();
        }
        throw new IllegalStateException("a list of numbers without names: " + element);
    }
}
