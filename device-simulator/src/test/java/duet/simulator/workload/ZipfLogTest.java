package duet.simulator.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Zipf log")
class ZipfLogTest {
    private static final ZipfLog LOG = new ZipfLog(100, 200, 20_000, 1, 7);

    @Test
    @DisplayName("has as many rows as it is asked for, in time order, within its users and items")
    void rows() throws IOException {
        int[] items = new int[LOG.items() + 1];
        int[] users = new int[LOG.users() + 1];
        long[] last = {0};
        LOG.rows(
                (user, item, second) -> {
                    items[item]++;
                    users[user]++;
                    assertThat(second).isGreaterThanOrEqualTo(last[0]);
                    last[0] = second;
                });
        assertThat(Arrays.stream(items).sum()).isEqualTo(20_000);
        assertThat(items[0]).isZero();
        // Every user can take part.
        assertThat(Arrays.stream(users).skip(1).min().orElse(0)).isGreaterThanOrEqualTo(5);
    }

    @Test
    @DisplayName("has items that are about as frequent as Zipf's law says")
    void popularity() throws IOException {
        int[] items = new int[LOG.items() + 1];
        LOG.rows((user, item, second) -> items[item]++);
        int[] sorted = Arrays.stream(items).sorted().toArray();
        int most = sorted[LOG.items()];
        int median = sorted[LOG.items() / 2];
        assertThat(most).isGreaterThan(20 * median);
        assertThat(median).isPositive();
    }

    @Test
    @DisplayName("has users with tastes: most of what one takes is not what others take")
    void tastes() throws IOException {
        Map<Integer, Map<Integer, Integer>> byUser = new HashMap<>();
        new ZipfLog(20, 2000, 40_000, 0, 3)
                .rows(
                        (user, item, second) ->
                                byUser.computeIfAbsent(user, u -> new HashMap<>())
                                        .merge(item, 1, Integer::sum));
        // Without tastes a user with n interactions meets each item n / 2000 times.
        byUser.forEach(
                (user, items) -> {
                    int all = items.values().stream().mapToInt(n -> n).sum();
                    int top =
                            items.values().stream()
                                    .sorted((a, b) -> b - a)
                                    .limit(80)
                                    .mapToInt(n -> n)
                                    .sum();
                    assertThat(top).as("user %d", user).isGreaterThan(all / 3);
                });
    }

    @Test
    @DisplayName("is written the same for the same seed, compressed too")
    void written(@TempDir Path folder) throws IOException {
        Path plain = folder.resolve("log.csv");
        Path packed = folder.resolve("log.csv.gz");
        LOG.write(plain);
        LOG.write(packed);
        List<String> lines = Files.readAllLines(plain);
        assertThat(lines).hasSize(20_001).startsWith("user,item,timestamp");
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(packed)),
                                StandardCharsets.UTF_8))) {
            assertThat(reader.lines().toList()).isEqualTo(lines);
        }
        Path other = folder.resolve("other.csv");
        new ZipfLog(100, 200, 20_000, 1, 8).write(other);
        assertThat(Files.readAllLines(other)).isNotEqualTo(lines);
    }

    @Test
    @DisplayName("refuses sizes out of range, naming them")
    void refusals() {
        assertThatThrownBy(() -> new ZipfLog(1, 200, 1000, 1, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("a log of 1 users, it must be 2 to 10,000,000");
        assertThatThrownBy(() -> new ZipfLog(10, 200, 1000, Double.NaN, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("exponent NaN");
    }
}
