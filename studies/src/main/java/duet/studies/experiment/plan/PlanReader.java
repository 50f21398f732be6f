package duet.studies.experiment.plan;

import duet.interactions.ColumnMapping;
import duet.interactions.LogFormat;
import duet.interactions.LogSource;
import duet.interactions.RowOptions;
import duet.interactions.UserLimits;
import duet.model.data.InteractionLog;
import duet.model.data.SplitRule;
import duet.model.network.Backbone;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.simulator.yaml.YamlBlock;
import duet.simulator.yaml.YamlDocument;
import duet.simulator.yaml.YamlValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * This class reads plan files. Whatever is wrong with one is said in a line with the file and the
 * line.
 */
public final class PlanReader {
    private static final int MOST_BYTES = 1 << 20;
    private static final int LEAST_OF_USER = InteractionLog.MIN_INTERACTIONS;
    private static final int MOST_OF_USER = 1_000_000_000;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9 ._,:+()/-]{0,79}";

    private final Path file;
    private final YamlBlock plan;
    private final List<Backbone> backbones;
    private final Optional<Overrides> training;
    private final Map<Backbone, Overrides> trainingByBackbone;
    private final EvaluationOverrides evaluation;
    private final Map<Backbone, EvaluationOverrides> evaluationByBackbone;

    private PlanReader(Path file) {
        this.file = file;
        plan = YamlDocument.read(file, "plan", MOST_BYTES);
        plan.only(
                "name",
                "title",
                "description",
                "data",
                "seeds",
                "backbones",
                "training",
                "trainingByBackbone",
                "evaluation",
                "evaluationByBackbone",
                "variants");
        List<YamlValue> names = some("backbones");
        backbones = backbones(names);
        requireDistinct("backbone", names, backbones.stream().map(Backbone::id).toList());
        training = block(plan, "training", Overrides::read);
        trainingByBackbone = byBackbone("trainingByBackbone", Overrides::read);
        evaluation = evaluation(plan);
        evaluationByBackbone = byBackbone("evaluationByBackbone", EvaluationOverrides::read);
    }

    /**
     * Reads a plan. Relative paths in it start at its own folder.
     *
     * @throws InvalidInputException naming file, line and what is wrong
     */
    public static ExperimentPlan read(Path file) {
        return new PlanReader(file).plan();
    }

    private ExperimentPlan plan() {
        String name = name(plan);
        return new ExperimentPlan(
                name,
                text(plan, "title", name),
                text(plan, "description", "").strip(),
                named("data", "data set", this::data, DataSource::name),
                seeds(),
                backbones.stream().map(Backbone::id).toList(),
                named("variants", "variant", this::variant, Variant::name));
    }

    private List<Long> seeds() {
        List<YamlValue> values = some("seeds");
        List<Long> seeds = values.stream().map(YamlValue::whole).toList();
        requireDistinct("seed", values, seeds);
        return seeds;
    }

    private DataSource data(YamlBlock block) {
        block.only(
                "name",
                "file",
                "format",
                "candidates",
                "split",
                "columns",
                "where",
                "query",
                "charset",
                "skipBadRows",
                "dropRepeats",
                "mostPerUser",
                "leastPerUser");
        return new DataSource(
                name(block),
                new LogSource(
                        path(block.required("file")).toString(),
                        block.filled("format").map(value -> value.as(LogFormat::of)).orElse(null),
                        block.filled("columns")
                                .map(value -> value.as(ColumnMapping::of))
                                .orElse(ColumnMapping.RECOGNISED),
                        new RowOptions(
                                block.filled("where").map(YamlValue::text).orElse(null),
                                block.filled("query")
                                        .map(value -> value.text(MOST_BYTES))
                                        .orElse(null),
                                text(block, "charset", RowOptions.ALL.charset()),
                                block.flag("skipBadRows", false)),
                        new UserLimits(
                                block.flag("dropRepeats", false),
                                block.whole("mostPerUser", LEAST_OF_USER, MOST_OF_USER, 0),
                                block.whole("leastPerUser", LEAST_OF_USER, MOST_OF_USER, 0)),
                        null),
                block.filled("split")
                        .map(value -> value.as(SplitRule::parse))
                        .orElse(SplitRule.LAST),
                block.filled("candidates").map(this::path).orElse(null));
    }

    private Path path(YamlValue value) {
        try {
            return file.toAbsolutePath().resolveSibling(value.text(MOST_BYTES)).normalize();
        } catch (InvalidPathException e) {
            throw value.error("%s is no path: %s", value.shown(), e.getReason());
        }
    }

    private Variant variant(YamlBlock block) {
        block.only("name", "about", "backbones", "generator", "training", "evaluation");
        String name = name(block);
        List<Backbone> of =
                block.filled("backbones").map(names -> backbones(names.list())).orElse(backbones);
        Optional<Overrides> ofVariant = block(block, "training", Overrides::read);
        EvaluationParts measured =
                evaluation(block).over(evaluation.over(EvaluationParts.defaults()));
        Map<String, Variant.Settings> settings = new LinkedHashMap<>();
        for (Backbone backbone : backbones) {
            if (of.contains(backbone)) {
                // What a backbone can afford goes before what a variant wants.
                EvaluationParts parts =
                        evaluationByBackbone
                                .getOrDefault(backbone, EvaluationOverrides.NONE)
                                .over(measured);
                requireSensible(block, name, parts);
                settings.put(
                        backbone.id(),
                        new Variant.Settings(options(backbone, ofVariant, name), parts));
            }
        }
        if (settings.isEmpty()) {
            throw block.error("the variant '%s' is for none of the plan's backbones", name);
        }
        return new Variant(
                name,
                text(block, "about", ""),
                block.filled("generator").map(YamlValue::flag).orElse(true),
                settings);
    }

    private TrainingOptions options(
            Backbone backbone, Optional<Overrides> ofVariant, String variant) {
        TrainingOptions options =
                TrainingOptionTree.with(
                        TrainingOptions.defaults(),
                        backbone.name(),
                        TrainingOptions.defaults().seed());
        Optional<Overrides> ofBackbone = Optional.ofNullable(trainingByBackbone.get(backbone));
        for (Optional<Overrides> overrides : List.of(training, ofBackbone, ofVariant)) {
            if (overrides.isPresent()) {
                options = overrides.get().over(options, variant);
            }
        }
        return options;
    }

    private static EvaluationOverrides evaluation(YamlBlock block) {
        return block(block, "evaluation", EvaluationOverrides::read)
                .orElse(EvaluationOverrides.NONE);
    }

    private <T> Map<Backbone, T> byBackbone(String key, Function<YamlBlock, T> reader) {
        Map<Backbone, T> read = new EnumMap<>(Backbone.class);
        plan.filled(key)
                .map(YamlValue::block)
                .ifPresent(
                        block -> {
                            block.only(backbones.stream().map(Backbone::id).toArray(String[]::new));
                            for (Backbone backbone : backbones) {
                                block(block, backbone.id(), reader)
                                        .ifPresent(value -> read.put(backbone, value));
                            }
                        });
        return read;
    }

    private static void requireSensible(YamlBlock block, String variant, EvaluationParts parts) {
        parts.ages().forEach(age -> requireAtLeast(block, variant, "ages", age, 0));
        parts.historyLengths()
                .forEach(length -> requireAtLeast(block, variant, "historyLengths", length, 1));
        requireAtLeast(block, variant, "oscillation", parts.oscillation(), 0);
        requireAtLeast(block, variant, "fineTune", parts.fineTune(), 0);
    }

    private static void requireAtLeast(
            YamlBlock block, String variant, String key, int value, int least) {
        if (value < least) {
            throw block.error(
                    "variant '%s': '%s' holds %d, the least is %d", variant, key, value, least);
        }
    }

    /** Reads the blocks of a list, which have names, no two the same. */
    private <T> List<T> named(
            String key, String what, Function<YamlBlock, T> reader, Function<T, String> name) {
        List<YamlValue> values = some(key);
        List<T> read = values.stream().map(value -> reader.apply(value.block())).toList();
        // Names become file names, so those that differ in punctuation only are the same.
        requireDistinct(what, values, read.stream().map(name).map(PlannedCell::slug).toList());
        return read;
    }

    private List<YamlValue> some(String key) {
        YamlValue list = plan.required(key);
        List<YamlValue> values = list.list();
        if (values.isEmpty()) {
            throw list.error("the key '%s' needs at least one entry", key);
        }
        return values;
    }

    private static void requireDistinct(String what, List<YamlValue> values, List<?> names) {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (!seen.add(names.get(i))) {
                throw values.get(i)
                        .error("there are two entries for the %s '%s'", what, names.get(i));
            }
        }
    }

    private static String name(YamlBlock block) {
        YamlValue name = block.required("name");
        if (!name.text().matches(NAME)) {
            throw name.error(
                    "the name %s must be letters, digits and blanks, at most 80", name.shown());
        }
        return name.text();
    }

    private static String text(YamlBlock block, String key, String otherwise) {
        return block.filled(key).map(text -> text.text(MOST_BYTES)).orElse(otherwise);
    }

    private static List<Backbone> backbones(List<YamlValue> names) {
        return names.stream().map(name -> name.as(Backbone::of)).toList();
    }

    private static <T> Optional<T> block(
            YamlBlock block, String key, Function<YamlBlock, T> reader) {
        return block.filled(key).map(YamlValue::block).map(reader);
    }
}
