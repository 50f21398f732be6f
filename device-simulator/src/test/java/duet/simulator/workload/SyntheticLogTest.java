package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticLogTest {
    @TempDir Path directory;

    private static SyntheticLog log(int users, long seed) {
        return new SyntheticLog(SyntheticCatalogue.standard(), users, 60, seed);
    }

    @Test
    @DisplayName("is a csv file in time order, the same bytes for the same seed")
    void file() throws Exception {
        Path one = directory.resolve("one.csv");
        Path again = directory.resolve("again.csv");
        log(50, 3).write(one);
        log(50, 3).write(again);
        assertThat(one).hasSameBinaryContentAs(again);
        List<String> lines = Files.readAllLines(one);
        assertThat(lines.get(0)).isEqualTo("user,item,timestamp");
        long before = 0;
        for (String line : lines.subList(1, lines.size())) {
            assertThat(line).matches("\\d+,\\d+,\\d+");
            long second = Long.parseLong(line.split(",")[2]);
            assertThat(second).isGreaterThanOrEqualTo(before);
            before = second;
        }
        log(50, 4).write(again);
        assertThat(Files.readString(again)).isNotEqualTo(Files.readString(one));
    }

    @Test
    @DisplayName("has about as many interactions as asked, and no user two at the same second")
    void sizes() {
        Map<Integer, Set<Long>> seconds = new HashMap<>();
        List<SyntheticLog.Entry> entries = log(400, 1).entries();
        for (SyntheticLog.Entry entry : entries) {
            assertThat(
                            seconds.computeIfAbsent(entry.user(), u -> new HashSet<>())
                                    .add(entry.second()))
                    .isTrue();
        }
        assertThat(seconds).hasSize(400);
        assertThat(seconds.values()).allSatisfy(s -> assertThat(s).hasSizeBetween(30, 90));
        assertThat(entries).hasSizeBetween(400 * 56, 400 * 64);
    }

    @Test
    @DisplayName("a log that cannot be written or made is refused")
    void refused() {
        Path missing = directory.resolve("missing/log.csv");
        assertThatThrownBy(() -> log(10, 1).write(missing))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("log.csv");
        assertThatThrownBy(() -> log(0, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0 users");
    }

    @Test
    @DisplayName(
            "a model of the standard world gets that world, any other model a world of its own"
                    + " items")
    void worlds() {
        long[] touched =
                log(300, 1).entries().stream()
                        .mapToLong(SyntheticLog.Entry::item)
                        .distinct()
                        .toArray();
        Vocabulary standard = Vocabulary.of(touched);
        assertThat(SyntheticCatalogue.forModel(standard).matches(standard)).isTrue();
        Vocabulary other = Vocabulary.of(LongStream.rangeClosed(1, 1682).toArray());
        SyntheticCatalogue world = SyntheticCatalogue.forModel(other);
        assertThat(world.matches(other)).isFalse();
        assertThat(world.itemIds()).isEqualTo(other.ids());
        SyntheticDevice device = world.device(1);
        for (int i = 0; i < 500; i++) {
            assertThat(other.indexOf(device.next())).isPositive();
        }
        // Even five items keep a device going.
        SyntheticDevice small =
                SyntheticCatalogue.forModel(Vocabulary.of(new long[] {2, 4, 6, 8, 10})).device(1);
        for (int i = 0; i < 50; i++) {
            assertThat(small.next()).isBetween(2L, 10L);
        }
    }
}
