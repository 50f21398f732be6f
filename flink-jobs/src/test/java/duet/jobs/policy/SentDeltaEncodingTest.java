package duet.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentDeltaEncodingTest {
    /** As savepoints hold it: changing it breaks every one of them. */
    private static final String FROZEN = "026cb818cdcd42722c80b883a1f732033c010204207f81";

    /** The same without how far the embedding goes. */
    private static final String VERSION_ONE = "016cb818cdcd42722c80b883a1f73203207f81";

    private static final SentDelta SENT =
            SentDelta.of("model-1", new float[] {0.25f, 1, -1}, 1_750_000_000_000L);

    private static byte[] encode(SentDelta sent) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SentDeltaEncoding.write(sent, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static SentDelta decode(String hex) throws IOException {
        return SentDeltaEncoding.read(
                new DataInputStream(new ByteArrayInputStream(HexFormat.of().parseHex(hex))));
    }

    @Test
    void isTheOneOfVersionTwo() throws IOException {
        assertThat(HexFormat.of().formatHex(encode(SENT))).isEqualTo(FROZEN);
        assertThat(decode(FROZEN)).isEqualTo(SENT);
    }

    @Test
    void ofVersionOneCountsAsTheGlobalModelThatWasSentThen() throws IOException {
        SentDelta older = decode(VERSION_ONE);

        assertThat(older.isFor(SENT)).isTrue();
        assertThat(older.sentAtMillis()).isEqualTo(1_750_000_000_000L);
        assertThat(SENT.driftFrom(older)).isEqualTo(SENT.driftFrom(null)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 127})
    void isAsLargeAsDocumented(int width) throws IOException {
        float[] embedding = new float[width];
        Arrays.fill(embedding, -1.5f);
        SentDelta sent = SentDelta.of("model-1", embedding, 4_000_000_000_000L);

        byte[] bytes = encode(sent);

        assertThat(bytes).hasSize(20 + width);
        assertThat(decode(HexFormat.of().formatHex(bytes))).isEqualTo(sent);
    }

    @Test
    void isNeverLargerThanItsBound() throws IOException {
        assertThat(encode(SentDelta.of("m", new float[16_383], Long.MAX_VALUE)))
                .hasSize(24 + 16_383);
    }

    @Test
    void ofALaterVersionIsRefused() {
        assertThatThrownBy(() -> decode("03" + FROZEN.substring(2)))
                .isInstanceOf(IOException.class)
                .hasMessage("a sent delta has the encoding version 3, this job reads up to 2");
    }

    @Test
    void thatIsCutOffOrTooWideIsRefused() {
        assertThatThrownBy(() -> decode(FROZEN.substring(0, FROZEN.length() - 2)))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> decode("016cb818cdcd42722c80b883a1f732808001"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("16,384 numbers, the limit is 16,383");
        assertThatThrownBy(() -> decode(FROZEN.replace("3c010204", "7fc00000")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("scale NaN");
    }
}
