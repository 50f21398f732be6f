package duet.interactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ItemIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data sets that figures are measured on, where they lie beside the repository. */
@DisplayName("The logs that figures are measured on")
class SharedDataTest {

    private static Path file(String name) {
        Optional<Path> found =
                Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                        .map(p -> p.resolve("shared/data").resolve(name))
                        .filter(Files::isRegularFile)
                        .findFirst();
        assumeTrue(found.isPresent(), "no shared/data/" + name + " above the working directory");
        return found.get();
    }

    private static InteractionLog read(Path file, LogFormat format) {
        return LogReader.read(LogSource.of(file.toString(), format)).log();
    }

    @Test
    @DisplayName("of ratings have the users and interactions, and the order, that they always had")
    void ratings() throws IOException {
        Path file = file("ml-100k/u.data");

        InteractionLog log = read(file, LogFormat.ML_100K);

        Map<String, List<long[]>> expected = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("[\t ]+");
            expected.computeIfAbsent(fields[0], user -> new ArrayList<>())
                    .add(new long[] {Long.parseLong(fields[1]), Long.parseLong(fields[3])});
        }
        expected.values().forEach(rows -> rows.sort(Comparator.comparingLong(row -> row[1])));
        assertThat(log.users())
                .containsExactlyElementsOf(
                        expected.entrySet().stream()
                                .map(
                                        user ->
                                                new UserHistory(
                                                        user.getKey(),
                                                        user.getValue().stream()
                                                                .mapToLong(row -> row[0])
                                                                .toArray(),
                                                        user.getValue().stream()
                                                                .mapToLong(row -> row[1] * 1_000)
                                                                .toArray()))
                                .toList());
        assertThat(log.names().rule()).isEqualTo(ItemIds.NUMBER);
        assertThat(log.users()).hasSize(943);
        assertThat(log.items()).hasSize(1682);
        assertThat(log.interactions()).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"beauty/beauty-6k.txt", "yelp/yelp-6k.txt"})
    @DisplayName("of sequences, too")
    void sequences(String name) throws IOException {
        Path file = file(name);

        InteractionLog log = read(file, LogFormat.SEQUENCE);

        assertThat(log.users())
                .containsExactlyElementsOf(
                        Files.readAllLines(file).stream()
                                .map(line -> line.split(" "))
                                .map(
                                        fields ->
                                                new UserHistory(
                                                        fields[0],
                                                        Stream.of(fields)
                                                                .skip(1)
                                                                .mapToLong(Long::parseLong)
                                                                .toArray(),
                                                        LongStream.range(0, fields.length - 1)
                                                                .toArray()))
                                .toList());
        assertThat(log.names().rule()).isEqualTo(ItemIds.NUMBER);
    }
}
