package duet.studies.experiment.plan;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import duet.model.data.DataFormat;
import duet.model.network.Backbone;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.record.Encoding;
import duet.studies.experiment.plan.PlanFile.BackboneName;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads plan files. Whatever is wrong with one is said in a line with the file and, where it has a
 * place, the line.
 */
public final class PlanReader {
    private static final long MAX_BYTES = 1 << 20;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9 ._,:+()/-]{0,79}";

    private static final ObjectMapper YAML = mapper();

    private PlanReader() {}

    /**
     * Reads a plan. Relative paths in it start at its own folder.
     *
     * @throws InvalidInputException naming file, line and what is wrong
     */
    public static ExperimentPlan read(Path file) {
        String text = text(file);
        PlanFile read;
        try (JsonParser parser = new KeyLocations(YAML.createParser(text))) {
            read = YAML.readValue(parser, PlanFile.class);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "%s%s: %s", file, line(e.getLocation()), describe(e)),
                    e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (read == null) {
            throw new InvalidInputException(file + " is empty");
        }
        return new Checked(file, read).plan();
    }

    private static String text(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s is larger than %,d bytes, that is no plan",
                                file,
                                MAX_BYTES));
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist", e);
        } catch (MalformedInputException e) {
            throw new InvalidInputException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    private static String line(JsonLocation location) {
        return location == null || location.getLineNr() < 1 ? "" : " line " + location.getLineNr();
    }

    private static String describe(JsonProcessingException e) {
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            String key =
                    mismatch.getPath().stream()
                            .map(JsonMappingException.Reference::getFieldName)
                            .filter(name -> name != null)
                            .reduce((outer, inner) -> inner)
                            .map(name -> "'" + name + "'")
                            .orElse("the plan");
            return key + " must be " + kind(mismatch.getTargetType());
        }
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }

    private static String kind(Class<?> type) {
        if (type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "a block of keys";
    }

    static JsonMappingException unknownKey(
            JsonParser parser, JsonLocation location, String name, Collection<String> known) {
        return new JsonMappingException(
                parser,
                "unknown key '"
                        + name
                        + "', known are "
                        + known.stream().sorted().collect(Collectors.joining(", ")),
                location);
    }

    private static ObjectMapper mapper() {
        SimpleModule types =
                new SimpleModule()
                        .addDeserializer(Overrides.class, new Overrides.Reader())
                        .addDeserializer(
                                DataFormat.class, new Named<>(DataFormat.class, DataFormat::of))
                        .addDeserializer(
                                BackboneName.class,
                                new Named<>(
                                        BackboneName.class,
                                        id -> new BackboneName(id, Backbone.of(id).name())))
                        .addDeserializer(
                                Encoding.class, new Named<>(Encoding.class, PlanReader::encoding));
        return YAMLMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .addModule(types)
                .addHandler(new UnknownKeys())
                .build();
    }

    private static Encoding encoding(String name) {
        return Arrays.stream(Encoding.values())
                .filter(encoding -> encoding != Encoding.UNKNOWN)
                .filter(encoding -> name(encoding).equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        String.format(
                                                Locale.ROOT,
                                                "unknown encoding \"%s\", known are %s",
                                                name,
                                                Arrays.stream(Encoding.values())
                                                        .filter(e -> e != Encoding.UNKNOWN)
                                                        .map(PlanReader::name)
                                                        .collect(Collectors.joining(", ")))));
    }

    private static String name(Encoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Remembers where the last key began: when Jackson finds it unknown, the parser is beyond it.
     */
    private static final class KeyLocations extends JsonParserDelegate {
        private JsonLocation key = JsonLocation.NA;

        KeyLocations(JsonParser parser) {
            super(parser);
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (token == JsonToken.FIELD_NAME) {
                key = currentTokenLocation();
            }
            return token;
        }
    }

    private static final class UnknownKeys extends DeserializationProblemHandler {
        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object bean,
                String name)
                throws IOException {
            JsonLocation location =
                    parser instanceof KeyLocations keys ? keys.key : parser.currentLocation();
            throw unknownKey(
                    parser,
                    location,
                    name,
                    deserializer.getKnownPropertyNames().stream().map(String::valueOf).toList());
        }
    }

    /** A value that is found by its name. */
    private static final class Named<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> lookup;

        Named(Class<T> type, Function<String, T> lookup) {
            super(type);
            this.lookup = lookup;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return lookup.apply(parser.getText());
            } catch (InvalidInputException e) {
                throw JsonMappingException.from(parser, e.getMessage(), e);
            }
        }
    }

    /** What the file says, completed and found to make sense. */
    private record Checked(Path file, PlanFile read) {

        ExperimentPlan plan() {
            requireName("the plan", read.name);
            List<BackboneName> backbones = requireSome("backbones", read.backbones);
            List<DataSource> data = new ArrayList<>();
            for (PlanFile.DataEntry entry : requireSome("data", read.data)) {
                data.add(data(entry));
            }
            requireDistinct("data set", slugs(data.stream().map(DataSource::name)));
            List<Long> seeds = requireSome("seeds", read.seeds);
            requireDistinct("seed", seeds.stream().map(String::valueOf).toList());
            requireDistinct("backbone", backbones.stream().map(BackboneName::id).toList());
            requireKnown("trainingByBackbone", read.trainingByBackbone.keySet(), backbones);
            requireKnown("evaluationByBackbone", read.evaluationByBackbone.keySet(), backbones);
            List<Variant> variants = new ArrayList<>();
            for (PlanFile.VariantEntry entry : requireSome("variants", read.variants)) {
                variants.add(variant(entry, backbones));
            }
            requireDistinct("variant", slugs(variants.stream().map(Variant::name)));
            return new ExperimentPlan(
                    read.name,
                    read.title == null ? read.name : read.title,
                    read.description.strip(),
                    data,
                    seeds,
                    backbones.stream().map(BackboneName::id).toList(),
                    variants);
        }

        private void requireKnown(String key, Set<String> named, List<BackboneName> backbones) {
            for (String name : named) {
                if (backbones.stream().noneMatch(backbone -> backbone.id().equals(name))) {
                    throw error(
                            "'%s' holds '%s', which is none of the plan's backbones", key, name);
                }
            }
        }

        private DataSource data(PlanFile.DataEntry entry) {
            requireName("a data set", entry.name);
            if (entry.file == null || entry.format == null) {
                throw error("the data set '%s' needs the keys file and format", entry.name);
            }
            return new DataSource(
                    entry.name,
                    resolve(entry.file),
                    entry.format,
                    entry.candidates == null ? null : resolve(entry.candidates));
        }

        private Path resolve(String path) {
            return file.toAbsolutePath().resolveSibling(path).normalize();
        }

        private Variant variant(PlanFile.VariantEntry entry, List<BackboneName> backbones) {
            requireName("a variant", entry.name);
            Map<String, Variant.Settings> settings = new LinkedHashMap<>();
            for (BackboneName backbone : backbones) {
                if (entry.backbones != null && !entry.backbones.contains(backbone)) {
                    continue;
                }
                TrainingOptions ofBackbone =
                        TrainingOptionTree.with(
                                TrainingOptions.defaults(),
                                backbone.constant(),
                                TrainingOptions.defaults().seed());
                ofBackbone = apply(entry, read.training, ofBackbone);
                ofBackbone =
                        apply(
                                entry,
                                read.trainingByBackbone.getOrDefault(backbone.id(), Overrides.NONE),
                                ofBackbone);
                settings.put(
                        backbone.id(),
                        new Variant.Settings(
                                apply(entry, entry.training, ofBackbone),
                                evaluation(entry, backbone)));
            }
            if (settings.isEmpty()) {
                throw error("the variant '%s' is for none of the plan's backbones", entry.name);
            }
            return new Variant(entry.name, entry.about, entry.generator, settings);
        }

        /** What a backbone can afford goes before what a variant wants. */
        private EvaluationParts evaluation(PlanFile.VariantEntry entry, BackboneName backbone) {
            EvaluationParts ofVariant =
                    entry.evaluation.over(read.evaluation.over(EvaluationParts.defaults()));
            EvaluationParts parts =
                    read.evaluationByBackbone
                            .getOrDefault(backbone.id(), new PlanFile.EvaluationEntry())
                            .over(ofVariant);
            requireSensible(entry.name, parts);
            return parts;
        }

        private TrainingOptions apply(
                PlanFile.VariantEntry entry, Overrides overrides, TrainingOptions options) {
            try {
                return TrainingOptionTree.with(options, overrides.values());
            } catch (InvalidInputException e) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s line %d: variant '%s': %s",
                                file,
                                overrides.line(),
                                entry.name,
                                e.getMessage()),
                        e);
            }
        }

        private void requireSensible(String variant, EvaluationParts parts) {
            parts.ages().forEach(age -> requireAtLeast(variant, "ages", age, 0));
            parts.historyLengths()
                    .forEach(length -> requireAtLeast(variant, "historyLengths", length, 1));
            requireAtLeast(variant, "oscillation", parts.oscillation(), 0);
            requireAtLeast(variant, "fineTune", parts.fineTune(), 0);
        }

        private void requireAtLeast(String variant, String key, Integer value, int least) {
            if (value == null || value < least) {
                throw error(
                        "variant '%s': '%s' holds %s, the least is %d", variant, key, value, least);
            }
        }

        private void requireName(String what, String name) {
            if (name == null) {
                throw error("%s has no name", what);
            }
            if (!name.matches(NAME)) {
                throw error("the name '%s' must be letters, digits and blanks, at most 80", name);
            }
        }

        private <T> List<T> requireSome(String key, List<T> values) {
            if (values == null || values.isEmpty() || values.contains(null)) {
                throw error("the key '%s' needs at least one entry, and no empty one", key);
            }
            return values;
        }

        /** Names become file names, so those that differ in punctuation only are the same. */
        private static List<String> slugs(Stream<String> names) {
            return names.map(PlannedCell::slug).toList();
        }

        private void requireDistinct(String what, List<String> names) {
            Set<String> seen = new HashSet<>();
            for (String name : names) {
                if (!seen.add(name)) {
                    throw error("there are two entries for the %s '%s'", what, name);
                }
            }
        }

        private InvalidInputException error(String message, Object... values) {
            return new InvalidInputException(
                    file + ": " + String.format(Locale.ROOT, message, values));
        }
    }
}
