package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OrderEncodingPropertyTest {
    private static final byte[] ID = OrderEncoding.idBytes("gerät-42");

    @Property
    void ordersComeBackAsTheyWere(@ForAll("orders") DeltaOrder order, @ForAll("ids") String id) {
        byte[] bytes = OrderEncoding.idBytes(id);
        byte[] kept = OrderEncoding.encode(bytes, order);
        assertThat(kept).hasSizeLessThanOrEqualTo(OrderEncoding.MOST_BYTES);
        assertThat(OrderEncoding.decode(bytes, kept)).isEqualTo(order);
    }

    @Property
    void oneFlippedBitIsRefused(
            @ForAll("orders") DeltaOrder order, @ForAll @IntRange(min = 0, max = 439) int bit) {
        byte[] kept = OrderEncoding.encode(ID, order);
        kept[bit / 8] ^= (byte) (1 << (bit % 8));
        assertRefused(kept);
    }

    @Property
    void oneCutOrFollowedByMoreIsRefused(
            @ForAll("orders") DeltaOrder order, @ForAll @IntRange(min = 0, max = 400) int length) {
        byte[] kept = OrderEncoding.encode(ID, order);
        if (length != kept.length) {
            assertRefused(Arrays.copyOf(kept, length));
        }
    }

    @Property
    void oneOfAnotherDeviceIsRefused(@ForAll("orders") DeltaOrder order, @ForAll("ids") String id) {
        byte[] kept = OrderEncoding.encode(OrderEncoding.idBytes(id), order);
        assertThatThrownBy(() -> OrderEncoding.decode(ID, kept))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("is of device '" + id + "', not of 'gerät-42'");
    }

    /** Whoever can compute a checksum can make a file, but none that this writer would not. */
    @Property
    void whatIsReadIsWhatTheWriterWrites(
            @ForAll @Size(max = 320) byte[] body,
            @ForAll boolean formatted,
            @ForAll @IntRange(min = -2, max = 12) int idLength) {
        ByteBuffer made = ByteBuffer.allocate(10 + body.length + 4);
        made.put(formatted ? "DUETORD1".getBytes(StandardCharsets.US_ASCII) : new byte[8]);
        made.putShort((short) idLength).put(body);
        if (idLength == ID.length && body.length >= ID.length) {
            made.put(10, ID);
        }
        CRC32C crc = new CRC32C();
        crc.update(made.array(), 0, made.position());
        made.putInt((int) crc.getValue());
        try {
            DeltaOrder order = OrderEncoding.decode(ID, made.array());
            assertThat(OrderEncoding.encode(ID, order)).isEqualTo(made.array());
            assertThat(order.epoch()).isNotNegative();
            assertThat(order.lastSequence()).isNotNegative();
        } catch (InvalidInputException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
        }
    }

    private static void assertRefused(byte[] kept) {
        assertThatThrownBy(() -> OrderEncoding.decode(ID, kept))
                .isInstanceOf(InvalidInputException.class);
    }

    @Provide
    Arbitrary<DeltaOrder> orders() {
        Arbitrary<Long> counts = Arbitraries.longs().between(0, Long.MAX_VALUE);
        return Combinators.combine(counts, counts, Arbitraries.longs(), Arbitraries.longs())
                .as(DeltaOrder::new);
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.of("d", "é", "日", "😀", "-")
                .list()
                .ofMinSize(1)
                .ofMaxSize(64)
                .map(l -> String.join("", l));
    }
}
