package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The devices of a restored state")
class RestoredDevicesTest {
    private static final Duration TTL = Duration.ofDays(1);
    private static final long NOW = 1_700_000_000_123L;

    private final DeviceIndex index = new DeviceIndex(100, TTL);
    private final RestoredDevices restored = new RestoredDevices(index);

    private static DeviceHistory written(long millis) {
        return DeviceHistory.empty().merge(0, new ItemIds(1), 10).history().written(millis);
    }

    private static DeviceHistory ofOlderCode() {
        return DeviceHistory.empty().merge(0, new ItemIds(1), 10).history();
    }

    private List<String> expired(long nowMillis) {
        List<String> expired = new ArrayList<>();
        String device = index.takeExpired(nowMillis);
        while (device != null) {
            expired.add(device);
            device = index.takeExpired(nowMillis);
        }
        return expired;
    }

    /** When the time of what was written then is over. */
    private static long end(long writtenMillis) {
        return writtenMillis + TTL.toMillis() + DeviceIndex.TICK_MILLIS;
    }

    @Test
    @DisplayName("leave in the order in which they were written, at the time that follows from it")
    void order() {
        restored.found("newest", written(NOW - 1_000));
        restored.found("oldest", written(NOW - 60_000));
        restored.found("middle", written(NOW - 30_000));
        restored.index(NOW);

        assertThat(index.size()).isEqualTo(3);
        assertThat(expired(end(NOW - 60_000) - 2_000)).isEmpty();
        assertThat(expired(end(NOW - 60_000))).containsExactly("oldest");
        assertThat(expired(end(NOW - 30_000))).containsExactly("middle");
        assertThat(expired(end(NOW))).containsExactly("newest");
    }

    @Test
    @DisplayName("leave at once where no history is left of them, and are held once")
    void noHistory() {
        restored.found("sent");
        restored.found("both");
        restored.found("none", DeviceHistory.empty());
        restored.found("both", written(NOW));
        restored.index(NOW);

        assertThat(index.size()).isEqualTo(3);
        assertThat(expired(NOW)).containsExactlyInAnyOrder("sent", "none");
    }

    @Test
    @DisplayName("begin their time anew where none of them says when it was written")
    void olderCode() {
        restored.found("a", ofOlderCode());
        restored.found("b", ofOlderCode());
        restored.index(NOW);

        assertThat(expired(NOW + TTL.toMillis() - 1)).isEmpty();
        assertThat(expired(end(NOW))).containsExactly("a", "b");
    }

    @Test
    @DisplayName("are older than all others where they do not say when they were written")
    void olderCodeAndNewer() {
        restored.found("newer", written(NOW - 30_000));
        restored.found("of older code", ofOlderCode());
        restored.found("newest", written(NOW));
        restored.index(NOW);

        assertThat(expired(end(NOW - 30_000) - 2_000)).isEmpty();
        assertThat(expired(end(NOW - 30_000))).containsExactly("of older code", "newer");
        assertThat(expired(end(NOW))).containsExactly("newest");
    }

    @Test
    @DisplayName("were not written later than now, whatever another clock said")
    void clockAhead() {
        restored.found("ahead", written(NOW + TTL.toMillis()));
        restored.index(NOW);

        assertThat(expired(end(NOW))).containsExactly("ahead");
    }
}
