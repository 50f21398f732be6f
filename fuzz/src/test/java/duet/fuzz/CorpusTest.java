package duet.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays the kept inputs and mutates them, the same way each time; with {@code -Dduet.write=true}
 * it writes those anew that our own writers make.
 */
@DisplayName("The kept inputs")
class CorpusTest {
    /**
     * Each target is given so many mutations, a quarter where it reads files, a twentieth for logs.
     */
    private static final int MUTATIONS = Integer.getInteger("duet.fuzz.mutations", 2_000);

    private static final long SEED = Long.getLong("duet.fuzz.seed", 13);

    private static final int MOST_BYTES = 512 << 10;

    static Stream<Method> fuzzTests() {
        return Corpus.fuzzTests().stream();
    }

    @Test
    @DisplayName("are there for every fuzz test, and are few")
    void all() throws IOException {
        if (Boolean.getBoolean("duet.write")) {
            write();
        }
        long bytes = 0;
        List<String> folders = new ArrayList<>();
        for (Method fuzzTest : Corpus.fuzzTests()) {
            SortedMap<String, byte[]> inputs = Corpus.inputs(fuzzTest);
            assertThat(inputs.keySet())
                    .as(Corpus.name(fuzzTest))
                    .anyMatch(name -> name.startsWith(Corpus.SOUND));
            bytes += inputs.values().stream().mapToLong(input -> input.length).sum();
            folders.add(Corpus.folder(fuzzTest).toString());
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
        try (Stream<Path> all = Files.walk(Path.of("src", "test", "resources", "duet"), 3)) {
            assertThat(all.filter(path -> path.getNameCount() == 7).map(Path::toString))
                    .containsExactlyInAnyOrderElementsOf(folders);
        }
        try (Stream<Path> sources = Files.list(Path.of("src", "test", "java", "duet", "fuzz"))) {
            assertThat(
                            Corpus.fuzzTests().stream()
                                    .map(test -> test.getDeclaringClass().getSimpleName())
                                    .distinct())
                    .containsExactlyInAnyOrderElementsOf(
                            sources.map(path -> path.getFileName().toString())
                                    .filter(name -> name.endsWith("FuzzTest.java"))
                                    .map(name -> name.replace(".java", ""))
                                    .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("fuzzTests")
    @DisplayName("keep every promise, and what our own writers made is accepted")
    void replayed(Method fuzzTest) throws IOException {
        FuzzTarget<?> target = FuzzTarget.of(fuzzTest);
        for (Map.Entry<String, byte[]> input : Corpus.inputs(fuzzTest).entrySet()) {
            boolean accepted = target.check(input.getValue());
            if (input.getKey().startsWith(Corpus.SOUND)) {
                assertThat(accepted).as(input.getKey()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fuzzTests")
    @DisplayName("keep every promise when they are changed")
    void mutated(Method fuzzTest) throws IOException {
        FuzzTarget<?> target = FuzzTarget.of(fuzzTest);
        List<byte[]> inputs = List.copyOf(Corpus.inputs(fuzzTest).values());
        int mutations = mutations(fuzzTest, target);
        for (int i = 0; i < mutations; i++) {
            byte[] input = Mutation.of(inputs, new Random(SEED + i * 31L));
            try {
                target.check(input);
            } catch (AssertionError e) {
                throw new AssertionError(
                        e.getMessage() + "; the input is " + kept(fuzzTest, input), e);
            }
        }
    }

    private static int mutations(Method fuzzTest, FuzzTarget<?> target) {
        if (fuzzTest.getName().endsWith("Logs")) {
            // A database is opened for each.
            return MUTATIONS / 20;
        }
        return target.readsFiles() ? MUTATIONS / 4 : MUTATIONS;
    }

    /** Keeps a finding where the next build does not delete it before it was looked at. */
    private static Path kept(Method fuzzTest, byte[] input) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "findings"));
        return Files.write(
                folder.resolve(
                        Corpus.name(fuzzTest).replace('#', '-')
                                + "-"
                                + Integer.toHexString(
                                        new String(input, StandardCharsets.ISO_8859_1).hashCode())),
                input);
    }

    private static void write() throws IOException {
        for (Method fuzzTest : Corpus.fuzzTests()) {
            Path folder = Files.createDirectories(Corpus.folder(fuzzTest));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    if (file.getFileName().toString().startsWith(Corpus.SOUND)) {
                        Files.delete(file);
                    }
                }
            }
            int number = 1;
            for (byte[] input : SoundInputs.of(Corpus.name(fuzzTest))) {
                Files.write(folder.resolve(Corpus.SOUND + number++), input);
            }
        }
    }
}
