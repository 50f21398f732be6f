package duet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device whose team has items")
class ItemNamesOnDeviceTest {
    @TempDir Path directory;

    @Nested
    @DisplayName("with ids that are no numbers")
    class Hashed {
        private final List<String> ids =
                IntStream.rangeClosed(1, 40).mapToObj(i -> "sku-" + i).toList();
        private DeviceModel model;
        private Device device;

        @BeforeEach
        void load() {
            model = DeviceModel.load(RandomModel.small().named(ids).write(directory));
            device = new Device(RandomModel.DEVICE, model);
        }

        @Test
        @DisplayName("ranks by their ids, and shows them")
        void ranks() {
            long[] history = model.itemsOf(List.of("sku-3", "never-seen", "sku-5"));
            List<ScoredItem> best = device.topK(history, 50);
            assertThat(best)
                    .extracting(ScoredItem::name)
                    .hasSize(38)
                    .isSubsetOf(ids)
                    .doesNotContain("sku-3", "sku-5");
            for (ScoredItem item : best) {
                assertThat(model.itemOf(item.name())).isEqualTo(item.itemId());
                assertThat(model.nameOf(item.itemId())).isEqualTo(item.name());
                assertThat(device.score(history, model.itemsOf(List.of(item.name())))[0])
                        .isEqualTo(item.score());
            }
            assertThat(device.topK(history, 1, model.itemsOf(List.of("sku-3", "sku-9"))))
                    .extracting(ScoredItem::name)
                    .containsAnyOf("sku-3", "sku-9");
        }

        @Test
        @DisplayName(
                "has a number for one that the model does not know, and says so of a candidate")
        void unknown() {
            assertThat(model.itemOf("007")).isEqualTo(7106483370208201996L);
            assertThat(model.nameOf(7106483370208201996L)).isEqualTo("#629f4cf9337b0d0c");
            assertThatThrownBy(
                            () -> device.score(new long[0], model.itemsOf(List.of("sku-1", "007"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "candidate 2 is the item id #629f4cf9337b0d0c, which model "
                                    + model.version()
                                    + " does not know");
        }
    }

    @Nested
    @DisplayName("with numbers for ids")
    class Numbers {
        @Test
        @DisplayName("ranks by these numbers")
        void ranks() {
            DeviceModel model = DeviceModel.load(RandomModel.small().write(directory));
            assertThat(model.itemsOf(List.of("13", "23"))).containsExactly(13, 23);
            assertThat(model.itemOf("013")).isNotEqualTo(13);
            assertThat(new Device(RandomModel.DEVICE, model).topK(new long[] {13}, 3))
                    .hasSize(3)
                    .allMatch(item -> item.name().equals(Long.toString(item.itemId())));
        }
    }
}
