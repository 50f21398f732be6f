package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
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
    void takes72BytesForThirtyOrdinaryItems() throws IOException {
        long[] items = LongStream.range(10_000, 10_030).toArray();

        byte[] bytes =
                write(DeviceHistory.empty().merge(1_999_000, new ItemIds(items), 30).history());

        assertThat(bytes).hasSize(72);
    }

    @Test
    void takesLessThanAKilobyteForTwoHundredContiguousItems() throws IOException {
        long[] items = new long[200];
        Arrays.fill(items, (1L << 28) - 1);

        byte[] bytes =
                write(
                        DeviceHistory.empty()
                                .merge(Long.MAX_VALUE - 200, new ItemIds(items), 200)
                                .history());

        assertThat(bytes).hasSize(820);
    }

    @Test
    void takesFourBytesANumberOfFeatureVectors() throws IOException {
        FeatureVectors vectors = new FeatureVectors(new float[200][64]);

        byte[] bytes = write(DeviceHistory.empty().merge(1_000, vectors, 200).history());

        assertThat(bytes).hasSize(200 * 64 * 4 + 13);
    }

    @Test
    void staysInItsBoundWhereEveryVectorStandsAlone() throws IOException {
        DeviceHistory history = DeviceHistory.empty();
        long step = Long.MAX_VALUE / 31;
        for (int i = 0; i < 30; i++) {
            FeatureVectors vector = new FeatureVectors(new float[] {i, -i});
            history = history.merge((i + 1) * step, vector, 30).history();
        }

        byte[] bytes = write(history);

        assertThat(bytes.length).isBetween(510, HistoryEncoding.maximumBytes(30, 2));
    }

    @Test
    void refusesVectorsOfMoreNumbersThanThereAre() {
        assertThatThrownBy(() -> read("02010181200101"))
                .isInstanceOf(IOException.class)
                .hasMessage("device history of 4,097 features, the limit is 4,096");
        assertThatThrownBy(() -> read("0201010001"))
                .isInstanceOf(IOException.class)
                .hasMessage("device history of 0 features, the limit is 4,096");
    }

    @Test
    void staysInItsBoundWhereEveryItemStandsAloneAndAllNumbersAreLarge() throws IOException {
        DeviceHistory history = DeviceHistory.empty();
        long step = Long.MAX_VALUE / 31;
        for (int i = 0; i < 30; i++) {
            history = history.merge((i + 1) * step, new ItemIds(Long.MAX_VALUE), 30).history();
        }

        byte[] bytes = write(history);

        assertThat(bytes.length).isBetween(550, HistoryEncoding.maximumBytes(30, 0));
    }

    @Test
    void keepsTheRevision() throws Exception {
        DeviceHistory history = DeviceHistory.empty();
        for (int i = 0; i < 300; i++) {
            history = history.merge(i, new ItemIds(i), 30).history();
        }
        for (DeviceHistory written : new DeviceHistory[] {history, history.cleared()}) {
            DeviceHistory read = read(HexFormat.of().formatHex(write(written)));
            assertThat(read).isEqualTo(written);
            assertThat(read.revision()).isEqualTo(300);
        }
    }

    @Test
    void countsWhatWasWrittenWithoutARevisionAsOneChange() throws Exception {
        assertThat(read("0103010107").revision()).isEqualTo(1);
        assertThat(read("0203010101" + "3f800000").revision()).isEqualTo(1);
        assertThat(read("010000").revision()).isZero();
    }

    @Test
    void keepsWhenItWasWritten() throws Exception {
        DeviceHistory history = DeviceHistory.empty().merge(0, new ItemIds(1), 30).history();
        for (long second : new long[] {0, 1, 1_700_000_000, 1L << 31, (1L << 32) - 1}) {
            DeviceHistory written = history.written(second * 1_000 + 999);
            for (DeviceHistory each : new DeviceHistory[] {written, written.cleared()}) {
                DeviceHistory read = read(HexFormat.of().formatHex(write(each)));
                assertThat(read).isEqualTo(each);
                assertThat(read.writtenSecond()).isEqualTo(second);
            }
        }
    }

    @Test
    void doesNotKnowWhenWhatAnOlderVersionHoldsWasWritten() throws Exception {
        for (String older : new String[] {"0103010107", "02030101013f800000", "03020301000107"}) {
            assertThat(read(older).size()).isEqualTo(1);
            assertThat(read(older).writtenSecond()).isEqualTo(DeviceHistory.TIME_UNKNOWN);
        }
    }

    @Test
    void refusesATimeThatIsCutOff() {
        assertThatThrownBy(() -> read("04000000")).isInstanceOf(IOException.class);
    }

    @Test
    void refusesALaterVersion() {
        assertThatThrownBy(() -> read("0500000000000000"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 5")
                .hasMessageContaining("up to 4");
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
