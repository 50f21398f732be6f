package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CanonicalDeltaPropertyTest {
    /**
     * Few values of each field, those that mark the forms among them, so that many deltas nearly
     * agree.
     */
    private static final Arbitrary<Long> NUMBERS = Arbitraries.of(-3L, -2L, -1L, 0L, 1L, 2L, 9L);

    @Property(tries = 5_000)
    void twoDeltasHaveTheSameBytesOnlyWhereAllThatIsCoveredIsTheSame(
            @ForAll("deltas") WeightDelta one, @ForAll("deltas") WeightDelta other) {
        boolean counted = isCounted(one) && isCounted(other);
        boolean sameBytes = Arrays.equals(CanonicalDelta.bytes(one), CanonicalDelta.bytes(other));
        if (counted || isCounted(one) != isCounted(other)) {
            assertThat(sameBytes).isEqualTo(one.equals(other));
        } else if (one.equals(other)) {
            assertThat(sameBytes).isTrue();
        }
    }

    @Property(tries = 2_000)
    void anotherEpochIsAnotherDelta(
            @ForAll("deltas") WeightDelta delta, @ForAll("epochs") long epoch) {
        WeightDelta other = WeightDelta.newBuilder(delta).setEpoch(epoch).build();
        assertThat(Arrays.equals(CanonicalDelta.bytes(delta), CanonicalDelta.bytes(other)))
                .isEqualTo(epoch == delta.getEpoch());
    }

    private static boolean isCounted(WeightDelta delta) {
        return delta.getEpoch() != 0 || delta.getRevision() != 0;
    }

    @Provide
    Arbitrary<Long> epochs() {
        return NUMBERS;
    }

    @Provide
    Arbitrary<WeightDelta> deltas() {
        Arbitrary<String> texts = Arbitraries.of("", "d", "v", "dv");
        Arbitrary<LayerDelta> layers =
                Combinators.combine(
                                texts,
                                Arbitraries.integers().between(0, 2).list().ofMaxSize(2),
                                Arbitraries.of(Encoding.class),
                                bytes(),
                                bytes(),
                                Arbitraries.integers().between(0, 2))
                        .as(LayerDelta::new);
        return Combinators.combine(
                        texts,
                        texts,
                        NUMBERS,
                        NUMBERS,
                        NUMBERS,
                        NUMBERS,
                        layers.list().ofMaxSize(2))
                .as(
                        (device, version, epoch, sequence, revision, at, list) ->
                                new WeightDelta(
                                        device, version, sequence, 1, list, 1L, 2L, at, 0, revision,
                                        null, epoch));
    }

    private static Arbitrary<ByteBuffer> bytes() {
        return Arbitraries.bytes()
                .between((byte) 0, (byte) 1)
                .array(byte[].class)
                .ofMaxSize(2)
                .map(ByteBuffer::wrap);
    }
}
