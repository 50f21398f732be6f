package duet.studies.experiment.plan;

import duet.interactions.ColumnMapping;
import duet.interactions.LogFormat;
import duet.interactions.LogSource;
import duet.interactions.RowOptions;
import duet.interactions.UserLimits;
import duet.model.data.InteractionLog;
import duet.model.data.SplitRule;
import duet.model.network.Backbone;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.simulator.yaml.YamlBlock;
import duet.simulator.yaml.YamlDocument;
import duet.simulator.yaml.YamlValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private static final int WIDEST = 4096;

    private final Path file;
    private final TrainingOptions standard;
    private final YamlBlock plan;
    private final List<Backbone> backbones;
    private final Optional<Overrides> training;
    private final Map<Backbone, Overrides> trainingByBackbone;
    private final EvaluationOverrides evaluation;
    private final Map<Backbone, EvaluationOverrides> evaluationByBackbone;
    private final List<Long> seeds;
    private final Map<Backbone, List<Long>> seedsByBackbone;
    private final Map<Backbone, List<Integer>> widthsByBackbone;

    private PlanReader(Path file, TrainingOptions standard) {
        this.file = file;
        this.standard = standard;
        plan = YamlDocument.read(file, "plan", MOST_BYTES);
        plan.only(
                "name",
                "title",
                "description",
                "data",
                "seeds",
                "seedsByBackbone",
                "backbones",
                "widths",
                "widthsByBackbone",
                "training",
                "trainingByBackbone",
                "evaluation",
                "evaluationByBackbone",
                "variants");
        List<YamlValue> names = some(plan.required("backbones"), "backbones");
        backbones = backbones(names);
        requireDistinct("backbone", names, backbones.stream().map(Backbone::id).toList());
        training = block(plan, "training", Overrides::read);
        trainingByBackbone = byBackbone("trainingByBackbone", Overrides::read);
        evaluation = evaluation(plan);
        evaluationByBackbone = byBackbone("evaluationByBackbone", EvaluationOverrides::read);
        seeds = seeds(plan.required("seeds"));
        seedsByBackbone = listsByBackbone("seedsByBackbone", PlanReader::seeds);
        widthsByBackbone = listsByBackbone("widthsByBackbone", this::widthsAmongThePlans);
    }

    /**
     * Reads a plan. Relative paths in it start at its own folder.
     *
     * @throws InvalidInputException naming file, line and what is wrong
     */
    public static ExperimentPlan read(Path file) {
        return read(file, TrainingOptions.defaults());
    }

    /**
     * Does what {@link #read(Path)} does.
     *
     * @param standard options of whatever the plan says nothing of; the sizes of the device are
     *     those that fit its backbone and width
     */
    public static ExperimentPlan read(Path file, TrainingOptions standard) {
        return new PlanReader(file, standard).plan();
    }

    private ExperimentPlan plan() {
        String name = name(plan);
        return new ExperimentPlan(
                name,
                text(plan, "title", name),
                text(plan, "description", "").strip(),
                named("data", "data set", block -> List.of(data(block)), DataSource::name),
                backbones.stream().map(Backbone::id).toList(),
                named("variants", "variant", this::variants, Variant::name));
    }

    private static List<Long> seeds(YamlValue list) {
        List<YamlValue> values = some(list, "seeds");
        List<Long> read = values.stream().map(YamlValue::whole).toList();
        requireDistinct("seed", values, read);
        return read;
    }

    private <T> Map<Backbone, List<T>> listsByBackbone(
            String key, Function<YamlValue, List<T>> list) {
        Map<Backbone, List<T>> read = new EnumMap<>(Backbone.class);
        plan.filled(key)
                .map(YamlValue::block)
                .ifPresent(
                        block -> {
                            block.only(backbones.stream().map(Backbone::id).toArray(String[]::new));
                            for (Backbone backbone : backbones) {
                                block.filled(backbone.id())
                                        .ifPresent(value -> read.put(backbone, list.apply(value)));
                            }
                        });
        return read;
    }

    private List<Integer> widthsAmongThePlans(YamlValue list) {
        List<Integer> all = widths(plan.required("widths"));
        for (YamlValue value : some(list, "widths")) {
            if (!all.contains(value.whole(1, WIDEST))) {
                throw value.error("%s is none of the plan's widths, %s", value.shown(), all);
            }
        }
        return widths(list);
    }

    private static List<Integer> widths(YamlValue list) {
        List<YamlValue> values = some(list, "widths");
        List<Integer> read = values.stream().map(value -> value.whole(1, WIDEST)).toList();
        requireDistinct("width", values, read);
        return read;
    }

    private DataSource data(YamlBlock block) {
        if (block.filled("synthesize").isPresent()) {
            return made(block);
        }
        block.only(
                "name",
                "file",
                "optional",
                "synthesize",
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
                split(block),
                block.filled("candidates").map(this::path).orElse(null),
                block.flag("optional", false),
                null);
    }

    /** Reads a data set that stands in no file yet. */
    private static DataSource made(YamlBlock block) {
        block.only("name", "synthesize", "split");
        YamlBlock of = block.required("synthesize").block();
        of.only("users", "interactions", "seed");
        MadeLog made =
                of.checked(
                        () ->
                                new MadeLog(
                                        of.whole("users", 1, MOST_OF_USER, 2000),
                                        of.whole("interactions", 1, MOST_OF_USER, 60),
                                        of.whole("seed", 7)));
        return new DataSource(
                name(block),
                LogSource.of(made.fileName(), LogFormat.CSV),
                split(block),
                null,
                false,
                made);
    }

    private static SplitRule split(YamlBlock block) {
        return block.filled("split")
                .map(value -> value.as(SplitRule::parse))
                .orElse(SplitRule.LAST);
    }

    private Path path(YamlValue value) {
        try {
            return file.toAbsolutePath().resolveSibling(value.text(MOST_BYTES)).normalize();
        } catch (InvalidPathException e) {
            throw value.error("%s is no path: %s", value.shown(), e.getReason());
        }
    }

    /** Reads a variant; with several widths it is as many, each with its width in the name. */
    private List<Variant> variants(YamlBlock block) {
        block.only(
                "name",
                "about",
                "role",
                "ofWidth",
                "widths",
                "seeds",
                "backbones",
                "generator",
                "training",
                "evaluation");
        Optional<List<Integer>> widths =
                block.filled("widths").or(() -> plan.filled("widths")).map(PlanReader::widths);
        if (widths.isEmpty()) {
            return List.of(variant(block, name(block), standard.sizes().device().width()));
        }
        boolean several = widths.get().size() > 1;
        return widths.get().stream()
                .filter(width -> backbones(block).isEmpty() || !backbones(block, width).isEmpty())
                .map(
                        width ->
                                variant(
                                        block,
                                        several ? Variant.name(name(block), width) : name(block),
                                        width))
                .toList();
    }

    private Variant variant(YamlBlock block, String name, int width) {
        List<Role> roles = block.filled("role").map(PlanReader::roles).orElse(List.of());
        Optional<List<Long>> ownSeeds = block.filled("seeds").map(PlanReader::seeds);
        Optional<Overrides> ofVariant = block(block, "training", Overrides::read);
        EvaluationParts measured =
                evaluation(block).over(evaluation.over(EvaluationParts.defaults()));
        if (roles.stream().anyMatch(Role::isContested)) {
            measured = measured.withValidation();
        }
        Map<String, Variant.Settings> settings = new LinkedHashMap<>();
        for (Backbone backbone : backbones(block, width)) {
            // What a backbone can afford goes before what a variant wants.
            EvaluationParts parts =
                    evaluationByBackbone
                            .getOrDefault(backbone, EvaluationOverrides.NONE)
                            .over(measured);
            requireSensible(block, name, parts);
            settings.put(
                    backbone.id(),
                    new Variant.Settings(
                            options(backbone, width, ofVariant, name),
                            parts,
                            ownSeeds.orElse(seedsByBackbone.getOrDefault(backbone, seeds))));
        }
        if (settings.isEmpty()) {
            throw block.error("the variant '%s' is for none of the plan's backbones", name);
        }
        return new Variant(
                name,
                text(block, "about", ""),
                block.filled("generator").map(YamlValue::flag).orElse(true),
                roles,
                block.filled("ofWidth").map(value -> value.whole(1, WIDEST)).orElse(null),
                settings);
    }

    /** Returns the plan's backbones that a variant is for. */
    private List<Backbone> backbones(YamlBlock variant) {
        List<Backbone> of =
                variant.filled("backbones").map(names -> backbones(names.list())).orElse(backbones);
        return backbones.stream().filter(of::contains).toList();
    }

    /** Returns the plan's backbones that a variant is for in one of its widths. */
    private List<Backbone> backbones(YamlBlock variant, int width) {
        boolean hasOwnWidths = variant.filled("widths").isPresent();
        return backbones(variant).stream()
                .filter(
                        backbone ->
                                hasOwnWidths
                                        || widthsByBackbone
                                                .getOrDefault(backbone, List.of(width))
                                                .contains(width))
                .toList();
    }

    /** Reads one role or a list of them. */
    private static List<Role> roles(YamlValue value) {
        return (value.isList() ? value.list() : List.of(value))
                .stream().map(role -> role.oneOf(Role.values(), Role::id)).toList();
    }

    private TrainingOptions options(
            Backbone backbone, int width, Optional<Overrides> ofVariant, String variant) {
        TrainingOptions options =
                TrainingOptionTree.with(
                        standard.withSizes(
                                standard.sizes()
                                        .withDevice(ModelSizes.defaults(backbone, width).device())),
                        backbone.name(),
                        standard.seed());
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
            String key,
            String what,
            Function<YamlBlock, List<T>> reader,
            Function<T, String> name) {
        List<YamlValue> values = some(plan.required(key), key);
        List<T> all = new ArrayList<>();
        List<YamlValue> places = new ArrayList<>();
        for (YamlValue value : values) {
            for (T read : reader.apply(value.block())) {
                all.add(read);
                places.add(value);
            }
        }
        // Names become file names, so those that differ in punctuation only are the same.
        requireDistinct(what, places, all.stream().map(name).map(PlannedCell::slug).toList());
        return all;
    }

    private static List<YamlValue> some(YamlValue list, String key) {
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
