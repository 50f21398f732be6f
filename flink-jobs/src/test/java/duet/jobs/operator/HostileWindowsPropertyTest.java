package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.WindowKey;
import duet.jobs.generation.WindowReader;
import duet.jobs.generation.Windows;
import duet.jobs.history.JumpLimit;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What is sent under other keys changes nothing for a device. */
class HostileWindowsPropertyTest {
    private static final String VICTIM = "victim";

    /** A record as it stands in the topic. */
    private record Sent(byte @Nullable [] key, byte[] value) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T any(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static byte[] window(String device, long first, int size, Random random) {
        boolean features = random.nextInt(10) == 0;
        List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            interactions.add(
                    features
                            ? Interactions.ofFeatures(new float[] {i}, i)
                            : Interactions.ofItem(1 + random.nextInt(60), i));
        }
        return Records.windowEncoder()
                .encode(
                        new InteractionWindow(
                                device, Windows.VERSION, first, interactions, 1_000_000L));
    }

    /** The victim's own windows: overlapping, repeated, with gaps, some of another kind. */
    private static List<Sent> honest(Random random) {
        List<Sent> windows = new ArrayList<>();
        long next = random.nextInt(100);
        for (int i = 1 + random.nextInt(10); i > 0; i--) {
            int size = 1 + random.nextInt(5);
            windows.add(
                    new Sent(
                            bytes(VICTIM),
                            window(VICTIM, Math.max(0, next - random.nextInt(3)), size, random)));
            next += size + (random.nextInt(4) == 0 ? random.nextInt(1_000) : 0);
        }
        return windows;
    }

    /** A window of any device, the victim above all, under a key that is not the victim's id. */
    private static Sent hostile(Random random) {
        byte[] random20 = new byte[random.nextInt(20)];
        random.nextBytes(random20);
        byte[] key =
                any(
                        Arrays.asList(
                                null,
                                random20,
                                bytes("attacker"),
                                bytes("victi"),
                                bytes("victim "),
                                bytes("Victim"),
                                bytes("victim\0")),
                        random);
        String device = any(List.of(VICTIM, VICTIM, "attacker", "victim\0"), random);
        long first = random.nextLong() >>> (1 + random.nextInt(62));
        byte[] value = window(device, Math.min(first, Long.MAX_VALUE - 8), 5, random);
        if (random.nextInt(4) == 0) {
            value[random.nextInt(value.length)] = (byte) random.nextInt();
        }
        return new Sent(key, value);
    }

    private static List<Sent> between(List<Sent> honest, Random random) {
        List<Sent> all = new ArrayList<>();
        for (Sent window : honest) {
            for (int i = random.nextInt(4); i > 0; i--) {
                all.add(hostile(random));
            }
            all.add(window);
        }
        return all;
    }

    /** What the victim is sent, each window answered by itself. */
    private static List<String> answers(List<Sent> windows) throws Exception {
        WindowReader reader = new WindowReader(WindowKey.DEVICE_ID);
        List<String> answers = new ArrayList<>();
        try (OperatorHarness harness = HostileWindowsTest.harness(new JumpLimit(1_000_000))) {
            harness.open();
            for (Sent sent : windows) {
                DeviceWindow window;
                try {
                    window = reader.read(sent.value(), 2_000_000, 0, 0, sent.key());
                } catch (MalformedRecordException e) {
                    continue;
                }
                harness.send(window);
                harness.prepareSnapshotPreBarrier(1);
            }
            for (WeightDelta delta : harness.deltas()) {
                if (delta.getDeviceId().equals(VICTIM)) {
                    answers.add(
                            String.join(
                                    "|",
                                    Long.toString(delta.getLastSequence()),
                                    Long.toString(delta.getRevision()),
                                    Integer.toString(delta.getAnsweredWindows()),
                                    delta.getLayers().toString()));
                }
            }
        }
        return answers;
    }

    @Property(tries = 200)
    void aVictimGetsTheDeltasThatItGetsWithoutTheAttacker(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Sent> honest = honest(random);

        assertThat(answers(between(honest, random))).isEqualTo(answers(honest));
    }
}
