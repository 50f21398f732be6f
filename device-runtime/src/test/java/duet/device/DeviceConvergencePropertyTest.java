package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Whatever the way from the cloud does to deltas, a device ends with the newest one that arrived
 * whole.
 */
class DeviceConvergencePropertyTest {
    private static final Path DIRECTORY = temporaryDirectory();
    private static final RandomModel RANDOM = RandomModel.small();
    private static final DeviceModel MODEL =
            DeviceModel.load(RANDOM.write(DIRECTORY.resolve("bundle")));

    private static final List<Encoding> ENCODINGS =
            List.of(Encoding.FLOAT32, Encoding.INT8, Encoding.INT4);

    enum Damage {
        NONE,
        FLIPPED_BIT,
        OTHER_DEVICE,
        OTHER_VERSION,
        NOT_FINITE,
        LAYER_MISSING,
        LAYER_TWICE,
        TRANSPOSED,
        UNKNOWN_RANK,
        OTHER_RANK,
        UNKNOWN_ENCODING,
        OTHER_ENCODING
    }

    /**
     * One delta on its way.
     *
     * @param sequence last interaction it was made from
     * @param generated time of generation; a late window may give a second delta for the same
     *     interaction
     * @param bit which bit of the encoded record is flipped, as a share of all
     */
    record Delivery(long sequence, long generated, Damage damage, double bit) {
        /** Orders deltas, the newest last; each has its own weights. */
        long order() {
            return 4 * sequence + generated;
        }

        Encoding encoding() {
            return ENCODINGS.get((int) (order() % ENCODINGS.size()));
        }

        WeightDelta sent() {
            WeightDelta delta =
                    RANDOM.delta(MODEL.version(), order(), encoding(), (int) (order() % 4));
            delta.setLastSequence(sequence);
            delta.setGeneratedAtMicros(generated);
            return RandomModel.sealed(delta);
        }

        /** What the device gets to see, nothing if the record cannot be read. */
        Optional<WeightDelta> arrive() {
            WeightDelta delta = sent();
            List<LayerDelta> layers = new ArrayList<>(delta.getLayers());
            switch (damage) {
                case NONE -> {}
                case OTHER_DEVICE -> delta.setDeviceId("d-43");
                case OTHER_VERSION -> delta.setModelVersion("sasrec-000000000000");
                case LAYER_MISSING -> layers.remove(0);
                case LAYER_TWICE -> layers.set(0, layers.get(1));
                case TRANSPOSED -> layers.get(0).setShape(List.of(8, 9));
                case UNKNOWN_RANK -> layers.get(0).setRank(order() % 2 == 0 ? -1 : 9);
                case OTHER_RANK -> layers.get(1).setRank(layers.get(1).getRank() + 1);
                case UNKNOWN_ENCODING -> layers.get(1).setEncoding(Encoding.UNKNOWN);
                case OTHER_ENCODING ->
                        layers.get(0)
                                .setEncoding(
                                        ENCODINGS.get((int) ((order() + 1) % ENCODINGS.size())));
                case NOT_FINITE ->
                        layers.set(
                                0,
                                new LayerDelta(
                                        "dynamic.1",
                                        List.of(9, 8),
                                        Encoding.FLOAT32,
                                        java.nio.ByteBuffer.allocate(0),
                                        java.nio.ByteBuffer.allocate(288)
                                                .order(ByteOrder.LITTLE_ENDIAN)
                                                .putFloat(4, Float.NaN),
                                        0));
                case FLIPPED_BIT -> {
                    byte[] record = Records.deltaEncoder().encode(delta);
                    int flipped = (int) (bit * (record.length * 8 - 1));
                    record[flipped / 8] ^= (byte) (1 << (flipped % 8));
                    try {
                        return Optional.of(Records.deltaDecoder().decode(record));
                    } catch (MalformedRecordException e) {
                        return Optional.empty();
                    }
                }
            }
            delta.setLayers(layers);
            return Optional.of(RandomModel.sealed(delta));
        }

        /** A flip in what is for measurement alone damages nothing. */
        boolean whole() {
            return damage == Damage.NONE
                    || damage == Damage.FLIPPED_BIT
                            && arrive().filter(d -> DeltaChecksum.of(d) == d.getChecksum())
                                    .isPresent();
        }
    }

    @Property(tries = 300)
    void theNewestWholeDeltaWins(@ForAll("deliveries") List<Delivery> deliveries) {
        Device device = new Device(RandomModel.DEVICE, MODEL);
        Optional<Delivery> newest = Optional.empty();
        for (Delivery delivery : deliveries) {
            Optional<ApplyOutcome> outcome = delivery.arrive().map(device::apply);
            if (delivery.whole()
                    && newest.map(held -> delivery.order() > held.order()).orElse(true)) {
                assertThat(outcome).contains(ApplyOutcome.APPLIED);
                newest = Optional.of(delivery);
            } else if (outcome.isPresent()) {
                assertThat(outcome.get()).isNotEqualTo(ApplyOutcome.APPLIED);
            }
            assertThat(device.lastSequence()).isEqualTo(newest.map(Delivery::sequence).orElse(-1L));
        }
        Device direct = new Device(RandomModel.DEVICE, MODEL);
        newest.ifPresent(delivery -> direct.apply(delivery.sent()));
        assertThat(device.lastSequence()).isEqualTo(direct.lastSequence());
        for (int n = 1; n <= 2; n++) {
            assertThat(device.layer(n)).containsExactly(direct.layer(n));
        }
    }

    /** Few deltas, so that the same one comes often, damaged and whole. */
    @Provide
    Arbitrary<List<Delivery>> deliveries() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 6),
                        Arbitraries.longs().between(0, 2),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(4, Arbitraries.just(Damage.NONE)),
                                net.jqwik.api.Tuple.of(4, Arbitraries.just(Damage.FLIPPED_BIT)),
                                net.jqwik.api.Tuple.of(4, Arbitraries.of(Damage.class))),
                        Arbitraries.doubles().between(0, 1).ofScale(6))
                .as(Delivery::new)
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
