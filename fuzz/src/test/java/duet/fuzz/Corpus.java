package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The kept inputs: for each fuzz test a folder where Jazzer looks for them, {@code
 * src/test/resources/duet/fuzz/CLASSInputs/METHOD}.
 */
final class Corpus {
    /** What our own writers make has such a name; it is accepted, whatever else is not. */
    static final String SOUND = "sound-";

    private static final Path RESOURCES = Path.of("src", "test", "resources", "duet", "fuzz");

    private static final List<Class<?>> HARNESSES =
            List.of(
                    SchemasFuzzTest.class,
                    ModelFuzzTest.class,
                    DeviceFuzzTest.class,
                    OperationsFuzzTest.class,
                    JobsFuzzTest.class,
                    SimulatorFuzzTest.class,
                    StudiesFuzzTest.class);

    private Corpus() {}

    /** Returns all fuzz tests. */
    static List<Method> fuzzTests() {
        return HARNESSES.stream()
                .flatMap(harness -> Arrays.stream(harness.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(FuzzTest.class))
                .sorted(Comparator.comparing(Corpus::name))
                .toList();
    }

    /** Returns the name of a fuzz test, as Maven takes it. */
    static String name(Method fuzzTest) {
        return fuzzTest.getDeclaringClass().getSimpleName() + "#" + fuzzTest.getName();
    }

    /** Returns the folder of a fuzz test's inputs. */
    static Path folder(Method fuzzTest) {
        return RESOURCES
                .resolve(fuzzTest.getDeclaringClass().getSimpleName() + "Inputs")
                .resolve(fuzzTest.getName());
    }

    /** Returns a fuzz test's inputs by the names of their files. */
    static SortedMap<String, byte[]> inputs(Method fuzzTest) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder(fuzzTest))) {
            try (Stream<Path> all = Files.list(folder(fuzzTest))) {
                files.addAll(all.toList());
            }
        }
        SortedMap<String, byte[]> inputs = new TreeMap<>();
        for (Path file : files) {
            inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return inputs;
    }
}
