package duet.studies.experiment.plan;

import duet.schemas.InvalidInputException;
import duet.schemas.record.Encoding;
import duet.simulator.yaml.YamlBlock;
import duet.simulator.yaml.YamlValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This record holds what a plan says of {@link EvaluationParts}; null where it says nothing. */
record EvaluationOverrides(
        @Nullable List<Integer> ages,
        @Nullable List<Integer> historyLengths,
        @Nullable Boolean controls,
        @Nullable Integer oscillation,
        @Nullable List<Encoding> encodings,
        @Nullable Boolean deviceTime,
        @Nullable Integer fineTune) {

    static final EvaluationOverrides NONE =
            new EvaluationOverrides(null, null, null, null, null, null, null);

    static EvaluationOverrides read(YamlBlock block) {
        EvaluationOverrides read =
                new EvaluationOverrides(
                        list(block, "ages", EvaluationOverrides::whole),
                        list(block, "historyLengths", EvaluationOverrides::whole),
                        of(block, "controls", YamlValue::flag),
                        of(block, "oscillation", EvaluationOverrides::whole),
                        list(block, "encodings", value -> value.as(EvaluationOverrides::encoding)),
                        of(block, "deviceTime", YamlValue::flag),
                        of(block, "fineTune", EvaluationOverrides::whole));
        block.done();
        return read;
    }

    /** Returns these parts where they say something, others where they do not. */
    EvaluationParts over(EvaluationParts standard) {
        return new EvaluationParts(
                ages == null ? standard.ages() : ages,
                historyLengths == null ? standard.historyLengths() : historyLengths,
                controls == null ? standard.controls() : controls,
                oscillation == null ? standard.oscillation() : oscillation,
                encodings == null ? standard.encodings() : encodings,
                deviceTime == null ? standard.deviceTime() : deviceTime,
                fineTune == null ? standard.fineTune() : fineTune,
                standard.validation());
    }

    private static <T> @Nullable T of(YamlBlock block, String key, Function<YamlValue, T> reader) {
        return block.filled(key).map(reader).orElse(null);
    }

    private static <T> @Nullable List<T> list(
            YamlBlock block, String key, Function<YamlValue, T> reader) {
        return of(block, key, value -> value.list().stream().map(reader).toList());
    }

    /**
     * Reads any number: one out of range may be overridden, so what remains is checked at the end.
     */
    private static int whole(YamlValue value) {
        return value.whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static Encoding encoding(String name) {
        return known().filter(encoding -> name(encoding).equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        String.format(
                                                Locale.ROOT,
                                                "unknown encoding \"%s\", known are %s",
                                                name,
                                                known().map(EvaluationOverrides::name)
                                                        .collect(Collectors.joining(", ")))));
    }

    private static Stream<Encoding> known() {
        return Arrays.stream(Encoding.values()).filter(encoding -> encoding != Encoding.UNKNOWN);
    }

    private static String name(Encoding encoding) {
        return encoding.name().toLowerCase(Locale.ROOT);
    }
}
