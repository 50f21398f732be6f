package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The index does what a list does that is searched from end to end. */
class DeviceIndexPropertyTest {
    /** A write that counts until another one of its device. */
    private record Write(String device, long millis) {}

    @Property
    void devicesLeaveAsAListSays(
            @ForAll @IntRange(min = 1, max = 20) int most,
            @ForAll @LongRange(min = 0, max = 100_000) long timeToLive,
            @ForAll @IntRange(min = 1, max = 200) int steps,
            @ForAll long seed) {
        Random random = new Random(seed);
        DeviceIndex index = new DeviceIndex(most, Duration.ofMillis(timeToLive));
        List<Write> model = new ArrayList<>();
        long now = random.nextLong(1L << 42);
        for (int step = 0; step < steps; step++) {
            now += random.nextInt(4) == 0 ? random.nextInt(20_000) : 0;
            switch (random.nextInt(4)) {
                case 0 -> {
                    String expired = index.takeExpired(now);
                    assertThat(expired).isEqualTo(takeExpired(model, timeToLive, now));
                }
                case 1 -> {
                    String expected = model.size() > most ? model.remove(0).device() : null;
                    assertThat(index.takeBeyondLimit()).isEqualTo(expected);
                }
                default -> {
                    String device = "d" + random.nextInt(30);
                    index.written(device, now);
                    model.removeIf(write -> write.device().equals(device));
                    model.add(new Write(device, now));
                }
            }
            assertThat(index.size()).isEqualTo(model.size());
        }
    }

    private static String takeExpired(List<Write> model, long timeToLive, long now) {
        if (timeToLive == 0 || model.isEmpty()) {
            return null;
        }
        long written = model.get(0).millis();
        long begunTick = written - written % DeviceIndex.TICK_MILLIS;
        long aliveFrom = (now - timeToLive) - Math.floorMod(now - timeToLive, 1_000L);
        return begunTick < aliveFrom ? model.remove(0).device() : null;
    }
}
