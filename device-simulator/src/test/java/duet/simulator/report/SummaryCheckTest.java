package duet.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.measurement.RunHistograms;
import duet.simulator.summary.RunSummary;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What may be null in a summary")
class SummaryCheckTest {
    @Test
    @DisplayName("is what its records say may be null")
    void asInTheRecords() {
        Set<String> nullable = new TreeSet<>();
        collect(RunSummary.class, nullable, new HashSet<>());
        assertThat(SummaryCheck.MAY_BE_NULL).containsExactlyInAnyOrderElementsOf(nullable);
    }

    private static void collect(Class<?> type, Set<String> nullable, Set<Class<?>> seen) {
        if (!type.isRecord() || type == RunHistograms.class || !seen.add(type)) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                nullable.add(component.getName());
            }
            collect(component.getAnnotatedType(), nullable, seen);
        }
    }

    private static void collect(AnnotatedType type, Set<String> nullable, Set<Class<?>> seen) {
        if (type instanceof AnnotatedParameterizedType generic) {
            for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
                collect(argument, nullable, seen);
            }
        } else if (type.getType() instanceof Class<?> plain) {
            collect(plain, nullable, seen);
        }
    }
}
