package duet.jobs.generation;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import duet.schemas.serde.WindowValidation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * The short way of reading a window gives what decoding and checking it does, or the same error.
 */
class WindowReaderPropertyTest {
    private static final List<String> DEVICES =
            List.of("d-1", "", " ", "\n", "Gerät", "x".repeat(256), "x".repeat(257));
    private static final List<String> VERSIONS =
            List.of("v1", "", "é", "v\n", "v 1", "\u001b[2J", "v".repeat(128), "v".repeat(129));

    private final WindowReader anyKey = new WindowReader(WindowKey.ANY);
    private final WindowReader deviceKey = new WindowReader(WindowKey.DEVICE_ID);

    private static <T> T any(List<T> values, Random random) {
        // The first is what is usual.
        return random.nextInt(4) > 0 ? values.get(0) : values.get(random.nextInt(values.size()));
    }

    private static InteractionWindow window(int count, Random random) {
        List<Interaction> interactions = new ArrayList<>();
        boolean features = random.nextInt(8) == 0;
        for (int i = 0; i < count; i++) {
            long id = random.nextLong() >>> random.nextInt(64);
            long time = random.nextLong() >> random.nextInt(64);
            interactions.add(
                    features
                            ? Interactions.ofFeatures(new float[] {id, 1}, time)
                            : Interactions.ofItem(random.nextInt(100) == 0 ? -id : id, time));
        }
        return new InteractionWindow(
                any(DEVICES, random),
                any(VERSIONS, random),
                random.nextLong() >>> random.nextInt(64),
                interactions,
                random.nextLong() >> random.nextInt(64));
    }

    private static String text(DeviceWindow window) {
        return String.join(
                "|",
                window.deviceId(),
                window.modelVersion(),
                Long.toString(window.firstSequence()),
                window.contents().toString(),
                Arrays.toString(window.eventTimesMillis()),
                Long.toString(window.sentAtMicros()),
                Long.toString(window.receivedAtMicros()),
                Integer.toString(window.origin().partition()),
                Long.toString(window.origin().offset()),
                Arrays.toString(window.origin().key()));
    }

    private static String decoded(byte[] value, byte[] key) {
        try {
            InteractionWindow window = Records.windowDecoder().decode(value);
            WindowValidation.check(window);
            return text(DeviceWindow.of(window, 5, 3, 9, key));
        } catch (MalformedRecordException | RuntimeException e) {
            return e.toString();
        }
    }

    private String read(byte[] value, byte[] key) {
        return read(anyKey, value, key);
    }

    private static String read(WindowReader reader, byte[] value, byte[] key) {
        try {
            return text(reader.read(value, 5, 3, 9, key));
        } catch (MalformedRecordException | RuntimeException e) {
            return e.toString();
        }
    }

    @Property
    void windowsOfAllKinds(@ForAll @IntRange(max = 40) int count, @ForAll long seed) {
        Random random = new Random(seed);
        InteractionWindow window = window(count, random);
        byte[] value = Records.windowEncoder().encode(window);
        byte[] device = window.getDeviceId().getBytes(StandardCharsets.UTF_8);
        for (byte[] key : Arrays.asList(device, null, new byte[] {1})) {
            String decoded = decoded(value, key);
            assertThat(read(value, key)).isEqualTo(decoded);
            if (key == device || decoded.contains("MalformedRecordException")) {
                assertThat(read(deviceKey, value, key)).isEqualTo(decoded);
            } else {
                assertThat(read(deviceKey, value, key)).endsWith("its key must be the device id");
            }
        }
    }

    @Property
    void windowsWithBytesChangedCutAndAdded(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] value = Records.windowEncoder().encode(window(1 + random.nextInt(8), random));
        for (int i = 0; i < 20; i++) {
            byte[] broken =
                    Arrays.copyOf(
                            value,
                            random.nextInt(3) > 0
                                    ? value.length
                                    : Math.max(0, value.length + random.nextInt(40) - 30));
            for (int n = random.nextInt(3); n > 0 && broken.length > 0; n--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            assertThat(read(broken, null)).isEqualTo(decoded(broken, null));
        }
        assertThat(read(null, null)).isEqualTo(decoded(null, null));
    }

    @Property(tries = 20)
    void aWindowOfAsManyInteractionsAsThereMayBe(@ForAll @IntRange(min = 511, max = 514) int count)
            throws MalformedRecordException {
        InteractionWindow window = new InteractionWindow("d-1", "v1", 0L, new ArrayList<>(), 1L);
        for (int i = 0; i < count; i++) {
            window.getInteractions().add(Interactions.ofItem(i, i));
        }
        byte[] value = Records.windowEncoder().encode(window);

        assertThat(read(value, null)).isEqualTo(decoded(value, null));
        assertThat(Objects.equals(count <= 512, read(value, null).startsWith("d-1"))).isTrue();
    }
}
