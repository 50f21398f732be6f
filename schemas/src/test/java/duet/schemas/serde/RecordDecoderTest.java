package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.WeightDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordDecoderTest {
    private static final Schema WINDOW = InteractionWindow.getClassSchema();
    private static final Schema DELTA = WeightDelta.getClassSchema();

    private final RecordDecoder<InteractionWindow> windows = Records.windowDecoder();
    private final RecordDecoder<WeightDelta> deltas = Records.deltaDecoder();

    private static byte[] encoded(InteractionWindow window) {
        return Records.windowEncoder().encode(window);
    }

    private static byte[] encoded(WeightDelta delta) {
        return Records.deltaEncoder().encode(delta);
    }

    @Nested
    class ReadsBack {
        @Test
        void everyRecord() throws Exception {
            assertThat(windows.decode(encoded(Samples.window(3)))).isEqualTo(Samples.window(3));
            for (Encoding encoding : new Encoding[] {Encoding.FLOAT32, Encoding.INT8}) {
                assertThat(deltas.decode(encoded(Samples.delta(encoding))))
                        .isEqualTo(Samples.delta(encoding));
            }
            assertThat(
                            Records.releaseDecoder()
                                    .decode(Records.releaseEncoder().encode(Samples.release())))
                    .isEqualTo(Samples.release());
            assertThat(
                            Records.deadLetterDecoder()
                                    .decode(
                                            Records.deadLetterEncoder()
                                                    .encode(Samples.deadLetter())))
                    .isEqualTo(Samples.deadLetter());
        }

        @Test
        void aReleaseWithoutSignature() throws Exception {
            ModelRelease release = Samples.release();
            release.setSignature(null);
            byte[] record = Records.releaseEncoder().encode(release);
            assertThat(Records.releaseDecoder().decode(record)).isEqualTo(release);
        }

        @Test
        void anEncoderAfterARecordThatCouldNotBeEncoded() throws Exception {
            RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
            InteractionWindow incomplete = Samples.window(2);
            incomplete.setModelVersion(null);
            assertThatThrownBy(() -> encoder.encode(incomplete))
                    .isInstanceOf(NullPointerException.class);
            assertThat(windows.decode(encoder.encode(Samples.window(2))))
                    .isEqualTo(Samples.window(2));
        }

        @Test
        void arraysInBlocksWithTheirSizeAsOtherWritersLayThemOut() throws Exception {
            InteractionWindow window = Samples.window(400);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(Arrays.copyOf(encoded(window), RecordDecoder.HEADER_BYTES));
            BinaryEncoder out =
                    new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null);
            new SpecificDatumWriter<InteractionWindow>(WINDOW).write(window, out);
            out.flush();
            assertThat(windows.decode(bytes.toByteArray())).isEqualTo(window);
        }

        @Test
        void windowsOfTheLargestSize() throws Exception {
            InteractionWindow window = Samples.window(512);
            window.setDeviceId(Samples.text(256));
            window.setFirstSequence(Long.MAX_VALUE / 2);
            window.getInteractions().forEach(i -> i.setItemId(Long.MAX_VALUE));
            window.getInteractions().forEach(i -> i.setEventTimeMillis(Long.MIN_VALUE));
            assertThat(windows.decode(encoded(window))).isEqualTo(window);
        }

        @Test
        void deltasOfTheLargestLayers() throws Exception {
            WeightDelta delta = Samples.delta(Encoding.FLOAT32);
            delta.getLayers().get(0).setData(java.nio.ByteBuffer.allocate(1 << 20));
            assertThat(deltas.decode(encoded(delta))).isEqualTo(delta);
        }
    }

    /** Whatever came in between, the next valid record is read. */
    @Nested
    class AfterBrokenRecords {
        static Stream<Named<byte[]>> brokenRecords() {
            byte[] valid = encoded(Samples.window(3));
            byte[] noise = new byte[200];
            new Random(7).nextBytes(noise);
            byte[] noiseBehindHeader = noise.clone();
            System.arraycopy(valid, 0, noiseBehindHeader, 0, RecordDecoder.HEADER_BYTES);
            byte[] longer = Arrays.copyOf(valid, valid.length + 1);
            return Stream.of(
                    Named.of("nothing", new byte[0]),
                    Named.of("random bytes", noise),
                    Named.of("random bytes behind a valid header", noiseBehindHeader),
                    Named.of("the header alone", Arrays.copyOf(valid, 10)),
                    Named.of("a cut string", Arrays.copyOf(valid, 13)),
                    Named.of("a cut array", Arrays.copyOf(valid, valid.length - 12)),
                    Named.of("one byte too few", Arrays.copyOf(valid, valid.length - 1)),
                    Named.of("one byte too many", longer),
                    Named.of("a device id of 10 kB", withDeviceId(10_000)),
                    Named.of("a million items", encoded(Samples.window(1_000_000))),
                    Named.of("a future schema", futureSchema(valid)),
                    Named.of("another record", encoded(Samples.delta(Encoding.INT8))),
                    Named.of("string that is not UTF-8", notUtf8()));
        }

        private static byte[] withDeviceId(int length) {
            InteractionWindow window = Samples.window(3);
            window.setDeviceId(Samples.text(length));
            return encoded(window);
        }

        private static byte[] futureSchema(byte[] valid) {
            byte[] record = valid.clone();
            System.arraycopy(Samples.header(0x1122334455667788L), 0, record, 0, 10);
            return record;
        }

        private static byte[] notUtf8() {
            return Samples.record(
                    WINDOW, out -> out.writeBytes(new byte[] {'d', (byte) 0xC0, (byte) 0x80}));
        }

        @ParameterizedTest
        @MethodSource("brokenRecords")
        void validInvalidValidValid(byte[] broken) throws Exception {
            byte[] first = encoded(Samples.window(3));
            byte[] second = encoded(Samples.window(5));
            assertThat(windows.decode(first)).isEqualTo(Samples.window(3));
            assertThatThrownBy(() -> windows.decode(broken))
                    .isInstanceOf(MalformedRecordException.class)
                    .message()
                    .isNotBlank()
                    .hasLineCount(1);
            assertThat(windows.decode(second)).isEqualTo(Samples.window(5));
            assertThat(windows.decode(first)).isEqualTo(Samples.window(3));
        }

        @Test
        void cutAtEveryByte() throws Exception {
            cutAtEveryByte(windows, encoded(Samples.window(3)));
            cutAtEveryByte(deltas, encoded(Samples.delta(Encoding.INT8)));
            cutAtEveryByte(
                    Records.releaseDecoder(), Records.releaseEncoder().encode(Samples.release()));
            cutAtEveryByte(
                    Records.deadLetterDecoder(),
                    Records.deadLetterEncoder().encode(Samples.deadLetter()));
        }

        private <T extends SpecificRecordBase> void cutAtEveryByte(
                RecordDecoder<T> decoder, byte[] valid) throws MalformedRecordException {
            T expected = decoder.decode(valid);
            for (int length = 0; length < valid.length; length++) {
                byte[] cut = Arrays.copyOf(valid, length);
                assertThatThrownBy(() -> decoder.decode(cut))
                        .as("%d of %d bytes", length, valid.length)
                        .isInstanceOf(MalformedRecordException.class);
                assertThat(decoder.decode(valid)).isEqualTo(expected);
            }
        }

        /**
         * A flipped bit may give another readable record, or a refusal; the next record is whole
         * either way. Only the three bits that an int leaves unused in its fifth byte, here of the
         * checksum, change nothing.
         */
        @Test
        void everyBitFlipped() throws Exception {
            everyBitFlipped(windows, encoded(Samples.window(3)), 0);
            everyBitFlipped(deltas, encoded(Samples.delta(Encoding.INT8)), 3);
            everyBitFlipped(
                    Records.releaseDecoder(),
                    Records.releaseEncoder().encode(Samples.release()),
                    0);
            everyBitFlipped(
                    Records.deadLetterDecoder(),
                    Records.deadLetterEncoder().encode(Samples.deadLetter()),
                    0);
        }

        private <T extends SpecificRecordBase> void everyBitFlipped(
                RecordDecoder<T> decoder, byte[] valid, int unusedBits)
                throws MalformedRecordException {
            T expected = decoder.decode(valid);
            int unchanged = 0;
            for (int bit = 0; bit < valid.length * 8; bit++) {
                byte[] flipped = valid.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                try {
                    unchanged += decoder.decode(flipped).equals(expected) ? 1 : 0;
                } catch (MalformedRecordException e) {
                    assertThat(e).message().isNotBlank();
                }
                assertThat(decoder.decode(valid)).isEqualTo(expected);
            }
            assertThat(unchanged).isEqualTo(unusedBits);
        }

        @Test
        void bytesBehindTheRecord() throws Exception {
            for (int extra : new int[] {1, 2, 16, 17, 1000}) {
                byte[] valid = encoded(Samples.window(3));
                byte[] longer = Arrays.copyOf(valid, valid.length + extra);
                assertThatThrownBy(() -> windows.decode(longer))
                        .isInstanceOf(MalformedRecordException.class)
                        .hasMessage(
                                "InteractionWindow is followed by bytes that do not belong to it");
            }
        }
    }

    @Nested
    class NamesWhatIsWrong {
        @Test
        void noValue() {
            assertThatThrownBy(() -> windows.decode(null))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessage("record has no value");
        }

        @Test
        void noMarker() {
            assertThatThrownBy(() -> windows.decode(new byte[] {1, 2, 3}))
                    .hasMessage(
                            "record of 3 bytes does not start with the marker of Avro single-object"
                                    + " encoding");
        }

        @Test
        void unknownFingerprint() {
            byte[] record = Samples.header(0x00AABBCCDDEEFF11L);
            assertThatThrownBy(() -> windows.decode(record))
                    .hasMessage(
                            "schema fingerprint 00aabbccddeeff11 is not a published version of"
                                    + " InteractionWindow");
        }

        @Test
        void tooLargeARecord() {
            byte[] record = encoded(Samples.window(1_000_000));
            assertThatThrownBy(() -> windows.decode(record))
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "record of %,d bytes, the limit is 262,144",
                                    record.length));
        }

        @Test
        void tooLongADeviceId() {
            InteractionWindow window = Samples.window(1);
            window.setDeviceId(Samples.text(10_000));
            assertThatThrownBy(() -> windows.decode(encoded(window)))
                    .hasMessage(
                            "InteractionWindow cannot be decoded: string of 10,000 bytes, the limit"
                                    + " is 256");
        }

        @Test
        void tooManyInteractions() {
            assertThatThrownBy(() -> windows.decode(encoded(Samples.window(513))))
                    .hasMessage(
                            "InteractionWindow cannot be decoded: collection of more than 512"
                                    + " items");
        }

        @Test
        void tooLongAFeatureVector() {
            InteractionWindow window = Samples.featureWindow(1, Interactions.MAX_FEATURES + 1);
            assertThatThrownBy(() -> windows.decode(encoded(window)))
                    .hasMessage(
                            "InteractionWindow cannot be decoded: bytes value of 16,388 bytes, the"
                                    + " limit is 16,384");
        }

        @Test
        void aCutRecord() {
            byte[] cut = Arrays.copyOf(encoded(Samples.window(3)), 40);
            assertThatThrownBy(() -> windows.decode(cut))
                    .hasMessage("InteractionWindow of 40 bytes is cut");
        }

        @Test
        void anEnumSymbolThatIsNone() {
            byte[] record =
                    Samples.record(
                            DELTA,
                            out -> {
                                deltaUpToLayers(out);
                                out.setItemCount(1);
                                out.startItem();
                                out.writeString("dynamic.1");
                                shape(out);
                                out.writeEnum(77);
                            });
            assertThatThrownBy(() -> deltas.decode(record))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessageStartingWith("WeightDelta cannot be decoded: ");
        }

        @Test
        void aUnionBranchThatIsNone() {
            for (int branch : new int[] {2, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                byte[] record =
                        Samples.record(
                                ModelRelease.getClassSchema(),
                                out -> {
                                    out.writeString("v");
                                    out.writeString("uri");
                                    out.writeString("00");
                                    out.writeIndex(branch);
                                });
                assertThatThrownBy(() -> Records.releaseDecoder().decode(record))
                        .isInstanceOf(MalformedRecordException.class);
            }
        }
    }

    /**
     * Lengths that a sender claims are compared with the limits and with the record before anything
     * is allocated.
     */
    @Nested
    class AllocatesNothingForClaims {
        private static final long ENOUGH_FOR_AN_ERROR = 200_000;

        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        private void assertRefusedCheaply(RecordDecoder<?> decoder, byte[] record) {
            refuse(decoder, record); // classes load, messages format: not what is measured
            long before = threads.getCurrentThreadAllocatedBytes();
            refuse(decoder, record);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .isLessThan(ENOUGH_FOR_AN_ERROR);
        }

        private void refuse(RecordDecoder<?> decoder, byte[] record) {
            try {
                decoder.decode(record);
            } catch (MalformedRecordException e) {
                return;
            }
            throw new AssertionError("accepted");
        }

        @Test
        void stringLengths() {
            for (long length :
                    new long[] {
                        257, 1 << 20, Integer.MAX_VALUE, 1L << 31, 1L << 60, -1, Long.MIN_VALUE
                    }) {
                assertRefusedCheaply(windows, Samples.record(WINDOW, out -> out.writeLong(length)));
            }
        }

        @Test
        void byteLengths() {
            // 1 MiB is within the limit, but not within the record
            for (long length : new long[] {1 << 20, Integer.MAX_VALUE, 1L << 60, -1}) {
                assertRefusedCheaply(
                        deltas,
                        Samples.record(
                                DELTA,
                                out -> {
                                    deltaUpToLayers(out);
                                    out.setItemCount(1);
                                    out.startItem();
                                    out.writeString("dynamic.1");
                                    shape(out);
                                    out.writeEnum(1);
                                    out.writeLong(length);
                                }));
            }
        }

        @Test
        void arrayLengths() {
            for (long items :
                    new long[] {513, 1 << 30, Integer.MAX_VALUE, 1L << 60, Long.MAX_VALUE}) {
                assertRefusedCheaply(windows, windowWithBlocks(items));
                assertRefusedCheaply(windows, windowWithBlocks(-items, 1)); // with a block size
            }
            assertRefusedCheaply(windows, windowWithBlocks(Long.MIN_VALUE, 1));
        }

        @Test
        void arrayLengthsOverSeveralBlocks() {
            Consumer<Long> check =
                    second ->
                            assertRefusedCheaply(
                                    windows,
                                    Samples.record(
                                            WINDOW,
                                            out -> {
                                                windowUpToInteractions(out);
                                                out.writeLong(2);
                                                for (int i = 0; i < 2; i++) {
                                                    out.writeLong(i);
                                                    out.writeLong(i);
                                                    out.writeBytes(new byte[0]);
                                                }
                                                out.writeLong(second);
                                            }));
            check.accept(511L);
            check.accept(1L << 60);
            check.accept(Long.MAX_VALUE); // 2 more would be negative
        }

        @Test
        void mapLengths() {
            for (long items : new long[] {65, Integer.MAX_VALUE, 1L << 60, Long.MAX_VALUE}) {
                assertRefusedCheaply(
                        Records.releaseDecoder(),
                        Samples.record(
                                ModelRelease.getClassSchema(),
                                out -> {
                                    out.writeString("v");
                                    out.writeString("uri");
                                    out.writeString("00");
                                    out.writeIndex(0);
                                    out.writeLong(5);
                                    out.writeLong(items);
                                }));
            }
        }

        @Test
        void arraysWhoseItemsHoldArraysCountOnTheirOwn() {
            // 17 layers in blocks of one; each layer's shape is an array of two
            byte[] record =
                    Samples.record(
                            DELTA,
                            out -> {
                                deltaUpToLayers(out);
                                for (int i = 0; i < 17; i++) {
                                    out.writeLong(1);
                                    out.writeString("dynamic.1");
                                    shape(out);
                                    out.writeEnum(1);
                                    out.writeLong(0);
                                    out.writeLong(0);
                                    out.writeInt(0);
                                }
                                out.writeLong(0);
                                out.writeLong(1);
                                out.writeLong(2);
                                out.writeLong(3);
                                out.writeInt(4);
                            });
            assertThatThrownBy(() -> deltas.decode(record))
                    .hasMessage("WeightDelta cannot be decoded: collection of more than 16 items");
        }

        @Test
        void bytesOfAWholeDeadLetter() {
            DeadLetter letter = Samples.deadLetter();
            letter.setValue(java.nio.ByteBuffer.allocate(512 * 1024 + 1));
            byte[] record = Records.deadLetterEncoder().encode(letter);
            assertThatThrownBy(() -> Records.deadLetterDecoder().decode(record))
                    .hasMessage(
                            "DeadLetter cannot be decoded: bytes value of 524,289 bytes, the limit"
                                    + " is 524,288");
        }

        private byte[] windowWithBlocks(long... numbers) {
            return Samples.record(
                    WINDOW,
                    out -> {
                        windowUpToInteractions(out);
                        for (long number : numbers) {
                            out.writeLong(number);
                        }
                    });
        }

        private void windowUpToInteractions(BinaryEncoder out) throws IOException {
            out.writeString("d");
            out.writeString("v");
            out.writeLong(0);
        }
    }

    private static void deltaUpToLayers(BinaryEncoder out) throws IOException {
        out.writeString("d");
        out.writeString("v");
        out.writeLong(0);
        out.writeInt(1);
    }

    private static void shape(BinaryEncoder out) throws IOException {
        out.writeLong(2);
        out.writeInt(3);
        out.writeInt(2);
        out.writeLong(0);
    }
}
