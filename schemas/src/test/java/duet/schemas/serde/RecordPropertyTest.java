package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.Encoding;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.record.WeightDelta;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordPropertyTest {
    private static final List<RecordDecoder<?>> DECODERS =
            List.of(
                    Records.windowDecoder(),
                    Records.deltaDecoder(),
                    Records.releaseDecoder(),
                    Records.releaseStatusDecoder(),
                    Records.deadLetterDecoder());

    private static final byte[][] HEADERS = {
        header(Records.windowEncoder().encode(Samples.window(1))),
        header(Records.deltaEncoder().encode(Samples.delta(Encoding.INT8))),
        header(Records.releaseEncoder().encode(Samples.release())),
        header(Records.releaseStatusEncoder().encode(Samples.releaseStatus())),
        header(Records.deadLetterEncoder().encode(Samples.deadLetter()))
    };

    private static byte[] header(byte[] record) {
        return java.util.Arrays.copyOf(record, RecordDecoder.HEADER_BYTES);
    }

    @Property
    void windowsComeBackAsTheyWere(@ForAll("windows") InteractionWindow window) throws Exception {
        assertThat(Records.windowDecoder().decode(Records.windowEncoder().encode(window)))
                .isEqualTo(window);
    }

    @Property
    void deltasComeBackAsTheyWere(@ForAll("deltas") WeightDelta delta) throws Exception {
        assertThat(Records.deltaDecoder().decode(Records.deltaEncoder().encode(delta)))
                .isEqualTo(delta);
    }

    @Property
    void releasesComeBackAsTheyWere(@ForAll("releases") ModelRelease release) throws Exception {
        assertThat(Records.releaseDecoder().decode(Records.releaseEncoder().encode(release)))
                .isEqualTo(release);
    }

    @Property
    void deviceResetsComeBackAsTheyWere(@ForAll("deviceResets") DeviceReset reset)
            throws Exception {
        assertThat(Records.deviceResetDecoder().decode(Records.deviceResetEncoder().encode(reset)))
                .isEqualTo(reset);
    }

    @Property
    void releaseStatesComeBackAsTheyWere(@ForAll("releaseStates") ReleaseStatus status)
            throws Exception {
        assertThat(
                        Records.releaseStatusDecoder()
                                .decode(Records.releaseStatusEncoder().encode(status)))
                .isEqualTo(status);
    }

    @Property
    void deadLettersComeBackAsTheyWere(@ForAll("deadLetters") DeadLetter letter) throws Exception {
        assertThat(Records.deadLetterDecoder().decode(Records.deadLetterEncoder().encode(letter)))
                .isEqualTo(letter);
    }

    /** Anything else than a record or a {@link MalformedRecordException} fails the property. */
    @Property(tries = 2000)
    void randomBytesAreRefusedInOneWay(@ForAll byte[] bytes) {
        for (RecordDecoder<?> decoder : DECODERS) {
            decodeOrRefuse(decoder, bytes);
        }
    }

    @Property(tries = 5000)
    void randomBytesBehindAValidHeaderAreRefusedInOneWay(@ForAll byte[] bytes) {
        for (int i = 0; i < HEADERS.length; i++) {
            byte[] record =
                    ByteBuffer.allocate(RecordDecoder.HEADER_BYTES + bytes.length)
                            .put(HEADERS[i])
                            .put(bytes)
                            .array();
            decodeOrRefuse(DECODERS.get(i), record);
        }
    }

    private static void decodeOrRefuse(RecordDecoder<?> decoder, byte[] bytes) {
        try {
            decoder.decode(bytes);
        } catch (MalformedRecordException e) {
            assertThat(e).message().isNotBlank();
        }
    }

    @Provide
    Arbitrary<InteractionWindow> windows() {
        Arbitrary<Interaction> interactions =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), bytes(40))
                        .as(Interaction::new);
        return Combinators.combine(
                        text(),
                        text(),
                        Arbitraries.longs(),
                        interactions.list().ofMaxSize(512),
                        Arbitraries.longs())
                .as(InteractionWindow::new);
    }

    @Provide
    Arbitrary<WeightDelta> deltas() {
        Arbitrary<LayerDelta> layers =
                Combinators.combine(
                                text(),
                                Arbitraries.integers().list().ofMaxSize(16),
                                Arbitraries.of(Encoding.class),
                                bytes(300),
                                bytes(300),
                                Arbitraries.integers())
                        .as(LayerDelta::new);
        Arbitrary<Long> longs = Arbitraries.longs();
        return Combinators.combine(
                        text(),
                        text(),
                        longs,
                        Arbitraries.integers(),
                        layers.list().ofMaxSize(16),
                        longs.array(long[].class).ofSize(5),
                        Arbitraries.integers(),
                        bytes(64).injectNull(0.3))
                .as(
                        (device, version, sequence, windows, list, times, checksum, signature) ->
                                new WeightDelta(
                                        device, version, sequence, windows, list, times[0],
                                        times[1], times[2], checksum, times[3], signature,
                                        times[4]));
    }

    @Provide
    Arbitrary<ModelRelease> releases() {
        return Combinators.combine(
                        text().array(String[].class).ofSize(3),
                        bytes(100).injectNull(0.3),
                        bytes(100).injectNull(0.3),
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        Arbitraries.maps(text(), Arbitraries.doubles()).ofMaxSize(64),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(ReleaseState.class))
                .as(
                        (texts, signature, rollout, at, counter, metrics, share, state) ->
                                new ModelRelease(
                                        texts[0], texts[1], texts[2], signature, at, metrics, share,
                                        state, counter, rollout));
    }

    @Provide
    Arbitrary<ReleaseStatus> releaseStates() {
        return Combinators.combine(
                        text(),
                        text(),
                        Arbitraries.integers(),
                        Arbitraries.integers(),
                        Arbitraries.of(ServingState.class),
                        text().injectNull(0.3),
                        Arbitraries.maps(text(), Arbitraries.doubles()).ofMaxSize(64),
                        Arbitraries.longs())
                .as(ReleaseStatus::new);
    }

    @Provide
    Arbitrary<DeviceReset> deviceResets() {
        return Combinators.combine(text(), Arbitraries.longs(), text().injectNull(0.3))
                .as(DeviceReset::new);
    }

    @Provide
    Arbitrary<DeadLetter> deadLetters() {
        return Combinators.combine(
                        text(),
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        bytes(1024),
                        bytes(2000),
                        Arbitraries.longs(),
                        text(),
                        Arbitraries.longs())
                .as(DeadLetter::new);
    }

    /** Text of one to four bytes a character, at most 256 bytes. */
    private static Arbitrary<String> text() {
        return Arbitraries.of("a", "Z", "0", "-", " ", "\n", "\0", "é", "日", "😀")
                .list()
                .ofMaxSize(64)
                .map(characters -> String.join("", characters));
    }

    private static Arbitrary<ByteBuffer> bytes(int maximum) {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(maximum).map(ByteBuffer::wrap);
    }
}
