package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.ModelTensors;
import duet.model.training.options.ItemTableOption;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int8ItemsTest {
    private static final ModelTensors MODEL =
            ModelTensors.untrained(
                    new Dimensions(
                            9,
                            5,
                            5,
                            new DeviceSizes(8, 1, 1, 8),
                            1,
                            GeneratorSizes.recurrent(4, 4, 4, 4, 1)),
                    3);

    private static TrainedModel.Validation validation(double global, double fresh, double old) {
        return new TrainedModel.Validation(
                metrics(global), new TreeMap<>(Map.of(0, metrics(fresh), 10, metrics(old))), 1);
    }

    private static RankingMetrics metrics(double userAuc) {
        RankingMetrics.Within none = new RankingMetrics.Within(0, 0);
        return new RankingMetrics(10, 0.5, userAuc, none, none, none);
    }

    private static Int8Items.Choice choose(
            ItemTableOption option, double global, double fresh, double old) {
        return Int8Items.choose(
                option,
                MODEL,
                validation(0.8, 0.9, 0.8),
                int8 -> {
                    assertThat(int8).isEqualTo(MODEL.withInt8Items());
                    return validation(global, fresh, old);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "0.8, 0.9, 0.8, true",
        "0.7996, 0.9, 0.8, true",
        "0.7994, 0.9, 0.8, false",
        "0.81, 0.8992, 0.8, true",
        "0.81, 0.9002, 0.7989, true",
        "0.81, 0.8995, 0.7994, false",
        "0.9, 0.9, 0.9, true"
    })
    void areWrittenWhereNeitherModelLosesMuch(
            double global, double fresh, double old, boolean written) {
        Int8Items.Choice choice = choose(ItemTableOption.AUTO, global, fresh, old);
        assertThat(choice.tensors()).isEqualTo(written ? MODEL.withInt8Items() : MODEL);
        Int8Items items = choice.validation().int8Items().orElseThrow();
        assertThat(items.written()).isEqualTo(written);
        assertThat(items.globalLoss()).isCloseTo(0.8 - global, within(1e-9));
        assertThat(items.personalizedLoss()).isCloseTo(0.85 - (fresh + old) / 2, within(1e-9));
        assertThat(choice.validation().global().userAuc()).isEqualTo(written ? global : 0.8);
        assertThat(choice.validation().personalizedByAge().get(0).userAuc())
                .isEqualTo(written ? fresh : 0.9);
    }

    @Test
    void areWrittenWhateverTheyLoseWhereTheyAreAskedFor() {
        Int8Items.Choice choice = choose(ItemTableOption.INT8, 0.5, 0.6, 0.6);
        assertThat(choice.tensors().int8Items()).isTrue();
        assertThat(choice.validation().global().userAuc()).isEqualTo(0.5);
        assertThat(choice.validation().int8Items().orElseThrow().line())
                .isEqualTo(
                        "Item table: int8; int8 takes 0.30000 of the global userAuc and 0.25000 of"
                                + " the personalized one (at most 0.0005 is taken without asking)");
    }

    @Test
    void areNotTriedWhereFloat32IsAskedFor() {
        Int8Items.Choice choice =
                Int8Items.choose(
                        ItemTableOption.FLOAT32,
                        MODEL,
                        validation(0.8, 0.9, 0.8),
                        int8 -> {
                            throw new AssertionError();
                        });
        assertThat(choice.tensors()).isSameAs(MODEL);
        assertThat(choice.validation().int8Items()).isEmpty();
    }

    @Test
    void areNoneWhereANumberIsTooLarge() {
        ModelTensors large =
                ModelTensors.untrained(
                        new Dimensions(
                                9,
                                5,
                                5,
                                new DeviceSizes(8, 1, 1, 8),
                                1,
                                GeneratorSizes.recurrent(4, 4, 4, 4, 1)),
                        3);
        large.device().get("item.embedding").values()[20] = 1e8f;
        TrainedModel.Validation float32 = validation(0.8, 0.9, 0.8);
        assertThat(
                        Int8Items.choose(ItemTableOption.AUTO, large, float32, int8 -> float32)
                                .tensors())
                .isSameAs(large);
        assertThatThrownBy(
                        () ->
                                Int8Items.choose(
                                        ItemTableOption.INT8, large, float32, int8 -> float32))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "the trained item table has numbers too large for int8; train with --items"
                                + " float32");
    }
}
