package duet.cluster.chaos.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cluster.chaos.hostile.HostileLedger.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The ledger of hostile records")
class HostileLedgerTest {
    private final HostileLedger ledger = new HostileLedger(List.of("hostile-", "poison-"));

    private void sent(HostileKind kind, String device, long lastSequence, long offset) {
        ledger.sent(
                new HostileRecord(kind, new byte[0], new byte[0], device, lastSequence),
                new Place(2, offset));
    }

    private void letter(long offset, String key) {
        ledger.letter(new Place(2, offset), key, "it is cut");
    }

    @Test
    @DisplayName("is settled once it is known of each record what became of it, as its kind says")
    void settled() {
        sent(HostileKind.CUT, "hostile-1", Long.MAX_VALUE, 10);
        sent(HostileKind.MADE_UP_DEVICE, "hostile-2", 4, 11);
        sent(HostileKind.FLIPPED_BIT, "hostile-3", 0, 12);
        sent(HostileKind.FLIPPED_BIT, "hostile-4", 0, 13);
        assertThat(ledger.settled()).isFalse();

        letter(10, "hostile-1");
        ledger.delta("hostile-2", 4);
        letter(12, "hostile-3");
        ledger.delta("hostile-4", 1 << 20);

        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.problem()).isEmpty();
        assertThat(ledger.counts())
                .isEqualTo(
                        Map.of(
                                HostileKind.CUT, new HostileCount(1, 1, 0, 0),
                                HostileKind.MADE_UP_DEVICE, new HostileCount(1, 0, 1, 0),
                                HostileKind.FLIPPED_BIT, new HostileCount(2, 1, 1, 0)));
    }

    @Test
    @DisplayName("counts a record once that is refused again after the job went back")
    void refusedAgain() {
        sent(HostileKind.CUT, "hostile-1", Long.MAX_VALUE, 10);
        letter(10, "hostile-1");
        letter(10, "hostile-1");
        assertThat(ledger.problem()).isEmpty();
        assertThat(ledger.counts().get(HostileKind.CUT).refused()).isOne();
    }

    @Test
    @DisplayName("misses a record that is nowhere, and does not take another one for it")
    void missing() {
        sent(HostileKind.CUT, "hostile-1", Long.MAX_VALUE, 10);
        sent(HostileKind.CUT, "hostile-2", Long.MAX_VALUE, 11);
        letter(10, "hostile-1");
        letter(10, "hostile-1");
        assertThat(ledger.settled()).isFalse();
        assertThat(ledger.problem())
                .hasValue("1 hostile records of the kind cut have no known end, the first is 2@11");
    }

    @Test
    @DisplayName("tells where the job took what it must refuse, and refused what it must take")
    void wrongWay() {
        sent(HostileKind.LARGE_JUMP, "hostile-1", 1_000_010, 10);
        letter(10, "hostile-1");
        ledger.delta("hostile-1", 4);
        assertThat(ledger.problem()).isEmpty();
        ledger.delta("hostile-1", 1_000_010);
        sent(HostileKind.MADE_UP_DEVICE, "hostile-2", 4, 11);
        ledger.delta("hostile-2", 4);
        letter(11, "hostile-2");
        assertThat(ledger.problem().orElseThrow())
                .contains("of the kind large-jump are answered, the first is 2@10")
                .contains("of the kind made-up-device are among the dead letters");
    }

    @Test
    @DisplayName("tells of dead letters of records that no hostile device sent")
    void honest() {
        letter(10, "poison-7");
        assertThat(ledger.problem()).isEmpty();
        letter(11, "chaos-1");
        assertThat(ledger.problem().orElseThrow())
                .contains("1 dead letters", "2@11 of 'chaos-1': it is cut");
    }

    @Test
    @DisplayName("counts records that the brokers may stop, and has nothing against it")
    void stopped() {
        ledger.stopped(HostileKind.MILLION_ITEMS);
        assertThat(ledger.problem()).isEmpty();
        assertThat(ledger.counts().get(HostileKind.MILLION_ITEMS).notTaken()).isOne();
    }

    @Test
    @DisplayName("tells of records that the brokers did not take, and why")
    void notTaken() {
        ledger.stopped(HostileKind.MILLION_ITEMS);
        ledger.notTaken(HostileKind.MILLION_ITEMS, "RecordTooLargeException: 4 MB");
        assertThat(ledger.settled()).isTrue();
        assertThat(ledger.problem().orElseThrow())
                .contains("did not take 1 ", "million-items: RecordTooLargeException: 4 MB");
        assertThat(ledger.counts())
                .containsExactly(
                        Map.entry(HostileKind.MILLION_ITEMS, new HostileCount(0, 0, 0, 2)));
    }
}
