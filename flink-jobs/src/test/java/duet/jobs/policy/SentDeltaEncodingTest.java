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
    private static final String FROZEN = "016cb818cdcd42722c80b883a1f73203207f81";

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
    void isTheOneOfVersionOne() throws IOException {
        SentDelta sent = SentDelta.of("model-1", new float[] {0.5f, 2, -2}, 1_750_000_000_000L);

        assertThat(HexFormat.of().formatHex(encode(sent))).isEqualTo(FROZEN);
        assertThat(decode(FROZEN)).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 127})
    void isAsLargeAsDocumented(int width) throws IOException {
        float[] embedding = new float[width];
        Arrays.fill(embedding, -1.5f);
        SentDelta sent = SentDelta.of("model-1", embedding, 4_000_000_000_000L);

        byte[] bytes = encode(sent);

        assertThat(bytes).hasSize(16 + width);
        assertThat(decode(HexFormat.of().formatHex(bytes))).isEqualTo(sent);
    }

    @Test
    void isNeverLargerThanItsBound() throws IOException {
        assertThat(encode(SentDelta.of("m", new float[16_383], Long.MAX_VALUE)))
                .hasSize(20 + 16_383);
    }

    @Test
    void ofALaterVersionIsRefused() {
        assertThatThrownBy(() -> decode("02" + FROZEN.substring(2)))
                .isInstanceOf(IOException.class)
                .hasMessage("a sent delta has the encoding version 2, this job reads up to 1");
    }

    @Test
    void thatIsCutOffOrTooWideIsRefused() {
        assertThatThrownBy(() -> decode(FROZEN.substring(0, FROZEN.length() - 2)))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> decode("016cb818cdcd42722c80b883a1f732808001"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("16,384 numbers, the limit is 16,383");
    }
}
