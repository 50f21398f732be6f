package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistoryEncodingTest {
    private static byte[] write(DeviceHistory history) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HistoryEncoding.write(history, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DeviceHistory read(String hex) throws IOException {
        return HistoryEncoding.read(
                new DataInputStream(new ByteArrayInputStream(HexFormat.of().parseHex(hex))));
    }

    @Test
    void takes66BytesForThirtyOrdinaryItems() throws IOException {
        long[] items = LongStream.range(10_000, 10_030).toArray();

        byte[] bytes = write(DeviceHistory.empty().merge(1_999_000, items, 30).history());

        assertThat(bytes).hasSize(66);
    }

    @Test
    void staysInItsBoundWhereEveryItemStandsAloneAndAllNumbersAreLarge() throws IOException {
        DeviceHistory history = DeviceHistory.empty();
        long step = Long.MAX_VALUE / 31;
        for (int i = 0; i < 30; i++) {
            history = history.merge((i + 1) * step, new long[] {Long.MAX_VALUE}, 30).history();
        }

        byte[] bytes = write(history);

        assertThat(bytes.length).isBetween(550, HistoryEncoding.maximumBytes(30));
    }

    @Test
    void refusesALaterVersion() {
        assertThatThrownBy(() -> read("020000"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("up to 1");
    }

    @Test
    void refusesMoreItemsThanAHistoryHoldsBeforeItMakesRoomForThem() {
        assertThatThrownBy(() -> read("0100ffffffffffffffff7f"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the limit is 4,096");
    }

    @Test
    void refusesARunThatEndsBeforeTheFirstSequenceNumber() {
        assertThatThrownBy(() -> read("01010202"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a run of 2 items before sequence number 1");
    }
}
