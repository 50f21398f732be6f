package duet.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SpoiltBytesTest {
    private static final byte[] WINDOW =
            Records.windowEncoder()
                    .encode(
                            new InteractionWindow(
                                    "device-1",
                                    "model-1",
                                    5L,
                                    List.of(
                                            Interactions.ofItem(7, 1_000),
                                            Interactions.ofItem(8, 2_000)),
                                    9L));

    @Property(tries = 2000)
    void areNoWindowAndTheSameForTheSameSeed(@ForAll long seed) {
        byte[] spoilt = new SpoiltBytes().of(WINDOW, seed);
        assertThat(new SpoiltBytes().of(WINDOW, seed)).isEqualTo(spoilt);
        assertThatThrownBy(() -> Records.windowDecoder().decode(spoilt))
                .isInstanceOf(MalformedRecordException.class);
    }
}
