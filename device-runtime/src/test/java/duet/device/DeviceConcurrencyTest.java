package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.WeightDelta;
import duet.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several threads apply, others rank: every ranking is made with the weights of one delta, and none
 * goes backwards.
 */
class DeviceConcurrencyTest {
    private static final int DELTAS = 200;
    private static final int APPLIERS = 3;
    private static final int RANKERS = 3;

    @TempDir Path directory;

    private final RandomModel random = RandomModel.small();
    private final long[] history = {13, 23, 33, 43};

    @RepeatedTest(5)
    void rankingSeesOneDeltaAtATime() throws Exception {
        DeviceModel model = DeviceModel.load(random.write(directory.resolve("bundle")));
        List<WeightDelta> deltas = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (int sequence = 0; sequence < DELTAS; sequence++) {
            deltas.add(random.delta(model.version(), sequence));
            Device alone = new Device(RandomModel.DEVICE, model);
            alone.apply(deltas.get(sequence));
            expected.add(alone.score(history, random.allItems()));
        }
        Device device = new Device(RandomModel.DEVICE, model);
        CyclicBarrier start = new CyclicBarrier(APPLIERS + RANKERS);
        AtomicInteger appliersLeft = new AtomicInteger(APPLIERS);
        ExecutorService threads = Executors.newFixedThreadPool(APPLIERS + RANKERS);
        try {
            List<Future<Integer>> applied = new ArrayList<>();
            for (int i = 0; i < APPLIERS; i++) {
                long seed = i;
                applied.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    try {
                                        return applyAll(device, deltas, new Random(seed));
                                    } finally {
                                        appliersLeft.decrementAndGet();
                                    }
                                }));
            }
            Callable<Void> ranking =
                    () -> {
                        start.await();
                        long newest = -1;
                        boolean last;
                        do {
                            last = appliersLeft.get() == 0;
                            ScoreComparison scores = device.compare(history, random.allItems());
                            long sequence = scores.deltaSequence();
                            assertThat(sequence).isGreaterThanOrEqualTo(newest);
                            assertThat(scores.personalized())
                                    .containsExactly(
                                            sequence < 0
                                                    ? scores.global()
                                                    : expected.get((int) sequence));
                            newest = sequence;
                        } while (!last);
                        assertThat(newest).isEqualTo(DELTAS - 1);
                        return null;
                    };
            List<Future<Void>> rankers = new ArrayList<>();
            for (int i = 0; i < RANKERS; i++) {
                rankers.add(threads.submit(ranking));
            }
            int total = 0;
            for (Future<Integer> count : applied) {
                total += count.get();
            }
            for (Future<Void> ranker : rankers) {
                ranker.get();
            }
            assertThat(total).isBetween(1, DELTAS);
            assertThat(device.lastSequence()).isEqualTo(DELTAS - 1);
            assertThat(device.score(history, random.allItems()))
                    .containsExactly(expected.get(DELTAS - 1));
        } finally {
            threads.shutdownNow();
            Eventually.until("the end of all threads", threads::isTerminated);
        }
    }

    /** All deltas, about in their order, some overtaking others. */
    private static int applyAll(Device device, List<WeightDelta> deltas, Random random) {
        List<WeightDelta> shuffled = new ArrayList<>(deltas);
        for (int i = 0; i + 4 < shuffled.size(); i++) {
            java.util.Collections.swap(shuffled, i, i + random.nextInt(5));
        }
        int applied = 0;
        for (WeightDelta delta : shuffled) {
            if (device.apply(delta) == ApplyOutcome.APPLIED) {
                applied++;
            }
        }
        return applied;
    }
}
