package duet.studies.experiment.report;

import duet.model.evaluation.CodecQuality;
import duet.model.evaluation.HistoryLengthQuality;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;
import duet.studies.experiment.cell.CellResult;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** This class takes single numbers of a cell, null where they were not measured. */
final class Measured {
    private Measured() {}

    static @Nullable Double global(CellResult cell, ToDoubleFunction<RankingMetrics> metric) {
        return value(cell.quality().global(), metric);
    }

    static @Nullable Double personalized(
            CellResult cell, int age, ToDoubleFunction<RankingMetrics> metric) {
        return value(cell.quality().personalizedByAge().get(age), metric);
    }

    /** Returns personalized minus global. */
    static @Nullable Double gain(
            CellResult cell, int age, ToDoubleFunction<RankingMetrics> metric) {
        return minus(personalized(cell, age, metric), global(cell, metric));
    }

    /** Returns the smallest gain over all ages that were measured. */
    static @Nullable Double worstGain(CellResult cell) {
        return cell.quality().personalizedByAge().keySet().stream()
                .map(age -> gain(cell, age, RankingMetrics::userAuc))
                .min(Double::compare)
                .orElse(null);
    }

    static @Nullable Double atLength(
            CellResult cell,
            @Nullable Integer newest,
            Function<HistoryLengthQuality, Double> number) {
        return cell.quality().historyLengths().stream()
                .filter(quality -> Objects.equals(quality.newest(), newest))
                .findFirst()
                .map(number)
                .orElse(null);
    }

    static @Nullable Double codec(
            CellResult cell, Encoding encoding, Function<CodecQuality, Double> number) {
        return cell.quality().codecs().stream()
                .filter(codec -> codec.encoding() == encoding)
                .findFirst()
                .map(number)
                .orElse(null);
    }

    static <T> @Nullable Double of(@Nullable T part, ToDoubleFunction<T> number) {
        return part == null ? null : number.applyAsDouble(part);
    }

    static @Nullable Double minus(@Nullable Double value, @Nullable Double other) {
        return value == null || other == null ? null : value - other;
    }

    private static @Nullable Double value(
            @Nullable RankingMetrics metrics, ToDoubleFunction<RankingMetrics> metric) {
        return of(metrics, metric);
    }
}
