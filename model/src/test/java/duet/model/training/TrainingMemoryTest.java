package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.TrainingMemory.LogSize;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults();

    private static long heap(long users, long items, long interactions) {
        return TrainingMemory.of(new LogSize(users, items, interactions), OPTIONS).heapBytes();
    }

    @Property
    void growsWithEveryPartOfALog(
            @ForAll @LongRange(min = 2, max = 1_000_000) long users,
            @ForAll @LongRange(min = 2, max = 1_000_000) long items,
            @ForAll @LongRange(min = 10, max = 100_000_000) long interactions,
            @ForAll @LongRange(min = 1, max = 1_000_000) long more) {
        long bytes = heap(users, items, interactions);
        assertThat(heap(users + more, items, interactions)).isGreaterThan(bytes);
        assertThat(heap(users, items + more, interactions)).isGreaterThan(bytes);
        assertThat(heap(users, items, interactions + more)).isGreaterThan(bytes);
    }

    @Test
    void growsWithUsersAndWithItemsButNotWithTheirProduct() {
        long users = heap(200_000, 1000, 1_000_000) - heap(1000, 1000, 1_000_000);
        long items = heap(1000, 100_000, 1_000_000) - heap(1000, 1000, 1_000_000);
        long both = heap(200_000, 100_000, 1_000_000) - heap(1000, 1000, 1_000_000);
        assertThat(both).isEqualTo(users + items);
    }

    @Test
    void isAboutWhatTheArraysOfATrainingTake() {
        int users = 200;
        int items = 5000;
        int each = 500;
        SplittableRandom random = new SplittableRandom(3);
        List<UserHistory> histories = new ArrayList<>();
        for (int u = 0; u < users; u++) {
            histories.add(
                    new UserHistory(
                            "user-" + u,
                            random.longs(each, 0, items).toArray(),
                            LongStream.range(0, each).toArray()));
        }
        InteractionLog log = TestLogs.of("log", histories);
        int distinct = log.items().length;
        long samples =
                log.users().stream().mapToLong(EvaluationSplit.last(log)::trainingPositives).sum();
        long arrays =
                log.users().stream()
                                .mapToLong(u -> 8L * (u.items().length + u.timestamps().length))
                                .sum()
                        // Histories and what was trained on, as indices; the order of an epoch.
                        + 2 * 4 * log.interactions()
                        + 4 * samples
                        + 4L * users * (OPTIONS.log().validationNegatives() + 1)
                        + 3 * weights(distinct);

        long estimate = heap(log.users().size(), log.items().length, log.interactions());

        assertThat((double) estimate / arrays).isBetween(0.9, 1.2);
    }

    /** Returns the bytes of the parameters of both parts. */
    private static long weights(int items) {
        Dimensions dimensions = OPTIONS.sizes().dimensions(items);
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            ParameterSet network = new ParameterSet(manager);
            ParameterSet generator = new ParameterSet(manager);
            UniversalMetaNetwork.initialise(
                    OPTIONS.backbone(), dimensions, network, new SplittableRandom(1));
            ParameterGenerator.initialise(dimensions, generator, new SplittableRandom(1));
            return bytes(network) + bytes(generator);
        }
    }

    private static long bytes(ParameterSet parameters) {
        return parameters.arrays().values().stream().mapToLong(array -> 4 * array.size()).sum();
    }

    @Test
    void refusesAHeapThatIsTooSmallAndSaysWhatHelps() {
        TrainingMemory memory =
                TrainingMemory.of(new LogSize(200_000, 100_000, 25_000_000), OPTIONS);
        memory.requireHeap(memory.heapBytes());
        assertThatThrownBy(() -> memory.requireHeap(512L << 20))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching(
                        "training on 25,000,000 interactions of 200,000 users with 100,000 items"
                                + " needs about \\d\\.\\d GB of Java's heap and room to collect"
                                + " garbage, the heap may grow to 0\\.5 GB:"
                                + " DUET_JAVA_OPTS=-Xmx\\dg allows more, --most-per-user N reads"
                                + " less");
    }

    @Test
    void hasRoomForTwentyFiveMillionInteractionsInTheLaunchersTwoGibibytes() {
        TrainingMemory memory =
                TrainingMemory.of(new LogSize(200_000, 100_000, 25_000_000), OPTIONS);
        assertThat(memory.heapBytes()).isLessThan((2L << 30) * 2 / 3);
        assertThat(memory.heapBytes() + memory.engineBytes()).isLessThan(3L << 30);
    }
}
