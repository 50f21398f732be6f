package duet.studies.experiment.cell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.interactions.LogFormat;
import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.schemas.InvalidInputException;
import duet.studies.experiment.plan.PlannedCell;
import duet.studies.experiment.plan.TrainingOptionTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fingerprints are hashes that say whether something was made from the same data with the same
 * options.
 */
public final class Fingerprints {
    /**
     * The number is part of every hash: it takes another value where results of older code must not
     * be taken for those of this one.
     */
    private static final int FORMAT = 2;

    private static final int DIGITS = 20;

    /** The network's phase does not depend on these options; on everything else it may. */
    private static final List<String> GENERATOR_ONLY =
            List.of(
                    "generator",
                    "maxAge",
                    "freshShare",
                    "positions",
                    "historyDropout",
                    "residualPenalty",
                    "globalShare",
                    "items",
                    "generatorItemWidth",
                    "encoderWidth",
                    "embeddingWidth",
                    "layerEmbeddingWidth",
                    "decoders",
                    "memoryDecays",
                    "rank",
                    "coldStart");

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final Map<Path, String> files = new HashMap<>();

    /**
     * Returns the fingerprint of the result of a cell.
     *
     * @throws InvalidInputException if a file of the data cannot be read
     */
    public String cell(PlannedCell cell) {
        return hash(
                training(cell, TrainingOptionTree.of(cell.options())),
                JSON.valueToTree(cell.variant().generator()),
                JSON.valueToTree(cell.evaluation()),
                JSON.valueToTree(
                        cell.data().candidates() == null
                                ? "drawn"
                                : content(cell.data().candidates())));
    }

    /** Returns the entry that says where the result of a cell belongs. */
    public Contents.Cell entry(PlannedCell cell) {
        return new Contents.Cell(cell.id(), cell(cell));
    }

    /**
     * Returns the fingerprint of a cell's trained model. Network and generator that train together
     * are the same model whether or not the cell measures what is generated.
     */
    public String model(PlannedCell cell) {
        return hash(
                training(cell, TrainingOptionTree.of(cell.options())),
                JSON.valueToTree(cell.variant().generator() || !cell.sharesNetwork()));
    }

    /**
     * Returns the fingerprint of a cell's trained network, which cells whose generators differ
     * share.
     */
    public String network(PlannedCell cell) {
        ObjectNode options = TrainingOptionTree.of(cell.options());
        options.remove(GENERATOR_ONLY);
        if (options.path("deviceMemoryDecays").isEmpty()) {
            // Only the generator reads more than the window.
            options.remove("history");
        }
        return hash(training(cell, options));
    }

    private JsonNode training(PlannedCell cell, ObjectNode options) {
        LogSource log = cell.data().log();
        ObjectNode tree = JSON.createObjectNode();
        tree.put("format", log.format() == null ? LogFormat.CSV.id() : log.format().id());
        tree.put(
                "data",
                LogReader.files(log.files()).stream()
                        .map(this::content)
                        .collect(Collectors.joining(" ")));
        LogSource plain = LogSource.of(log.files(), log.format());
        if (!log.equals(plain)) {
            // Only then, so that older results are found.
            tree.set("columns", JSON.valueToTree(log.columns()));
            tree.set("rows", JSON.valueToTree(log.rows()));
            tree.set("limits", JSON.valueToTree(log.limits()));
        }
        tree.set("options", options);
        return tree;
    }

    private static String hash(JsonNode... parts) {
        MessageDigest digest = sha256();
        digest.update((byte) FORMAT);
        try {
            for (JsonNode part : parts) {
                // Objects of a tree keep their order; maps are sorted.
                Object plain = JSON.treeToValue(part, Object.class);
                digest.update(JSON.writeValueAsBytes(sorted(plain)));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("options are always JSON", e);
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    private static Object sorted(Object value) {
        return value instanceof Map<?, ?> map ? new TreeMap<>(map) : value;
    }

    private String content(Path file) {
        return files.computeIfAbsent(file, Fingerprints::contentOf);
    }

    private static String contentOf(Path file) {
        MessageDigest digest = sha256();
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException("data file " + file + " does not exist");
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
