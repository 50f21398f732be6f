package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class InteractionsTest {
    @Test
    void anItemHasNoFeatures() {
        Interaction interaction = Interactions.ofItem(17, 5);

        assertThat(interaction.getItemId()).isEqualTo(17);
        assertThat(interaction.getEventTimeMillis()).isEqualTo(5);
        assertThat(Interactions.features(interaction)).isEmpty();
    }

    @Test
    void featuresAreLittleEndianAndComeWithoutAnItem() {
        Interaction interaction = Interactions.ofFeatures(new float[] {1, -2.5f}, 5);

        assertThat(interaction.getItemId()).isEqualTo(-1);
        assertThat(interaction.getFeatures())
                .isEqualTo(ByteBuffer.wrap(HexFormat.of().parseHex("0000803f000020c0")));
        assertThat(Interactions.features(interaction)).containsExactly(1, -2.5f);
    }

    @Test
    void featuresSurviveTheWireAndMayBeReadMoreThanOnce() throws Exception {
        InteractionWindow window =
                Records.windowDecoder()
                        .decode(Records.windowEncoder().encode(Samples.featureWindow(2, 3)));

        Interaction second = window.getInteractions().get(1);
        assertThat(Interactions.features(second)).containsExactly(1.25f, 1.25f, 1.25f);
        assertThat(Interactions.features(second)).containsExactly(1.25f, 1.25f, 1.25f);
    }
}
