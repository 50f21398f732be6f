package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * However deltas of several versions and switches between them interleave, a device never goes
 * backwards.
 */
class DeviceSwitchPropertyTest {
    private static final int VERSIONS = 3;
    private static final Path DIRECTORY = temporaryDirectory();
    private static final List<RandomModel> RANDOM =
            IntStream.range(0, VERSIONS)
                    .mapToObj(
                            v -> RandomModel.of(RandomModel.dimensions(20 + v, 5, 8, 1, 1), 70 + v))
                    .toList();
    private static final List<DeviceModel> MODELS =
            IntStream.range(0, VERSIONS)
                    .mapToObj(v -> DeviceModel.load(RANDOM.get(v).write(DIRECTORY.resolve("" + v))))
                    .toList();

    /**
     * What happens to a device: a switch, or a delta of the version, which may be a repeat or late.
     */
    record Event(int version, boolean isSwitch, long sequence, long revision, long generated) {
        WeightDelta delta() {
            // Weights are a function of content: what the generator makes of one history.
            WeightDelta delta = RANDOM.get(version).delta(MODELS.get(version).version(), content());
            delta.setLastSequence(sequence);
            delta.setRevision(revision);
            delta.setGeneratedAtMicros(generated);
            return RandomModel.sealed(delta);
        }

        /** Greater for newer content of the device's history. */
        long content() {
            return 10 * sequence + revision;
        }
    }

    @Property(tries = 500)
    void neverBackwards(@ForAll("events") List<Event> events) {
        Device device = new Device(RandomModel.DEVICE, MODELS.get(0));
        int running = 0;
        long newestContent = -1;
        Event held = null; // the delta whose weights the device ranks with
        for (Event event : events) {
            if (event.isSwitch) {
                assertThat(device.switchTo(MODELS.get(event.version)))
                        .isEqualTo(event.version != running);
                held = event.version == running ? held : null;
                running = event.version;
            } else {
                ApplyOutcome outcome = device.apply(event.delta());
                if (event.version != running) {
                    assertThat(outcome).isEqualTo(ApplyOutcome.OTHER_VERSION);
                } else if (event.content() < newestContent
                        || held != null
                                && event.content() == newestContent
                                && event.generated <= held.generated) {
                    assertThat(outcome).isEqualTo(ApplyOutcome.STALE);
                } else {
                    assertThat(outcome).isEqualTo(ApplyOutcome.APPLIED);
                    newestContent = event.content();
                    held = event;
                }
            }
            assertHolds(device, running, held);
        }
    }

    private static void assertHolds(Device device, int running, Event held) {
        assertThat(device.model()).isSameAs(MODELS.get(running));
        assertThat(device.lastSequence()).isEqualTo(held == null ? -1 : held.sequence);
        for (int n = 1; n <= 2; n++) {
            float[] expected = RANDOM.get(running).global(n).clone();
            if (held != null) {
                float[] delta = RANDOM.get(running).deltaValues(held.content(), n);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += delta[i];
                }
            }
            assertThat(device.layer(n)).containsExactly(expected);
        }
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, VERSIONS - 1),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(1, Arbitraries.just(true)),
                                net.jqwik.api.Tuple.of(4, Arbitraries.just(false))),
                        Arbitraries.longs().between(0, 5),
                        Arbitraries.longs().between(0, 2),
                        Arbitraries.longs().between(1, 3))
                .as(Event::new)
                .list()
                .ofMaxSize(40);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("device");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterContainer
    static void delete() throws IOException {
        try (Stream<Path> paths = Files.walk(DIRECTORY)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
