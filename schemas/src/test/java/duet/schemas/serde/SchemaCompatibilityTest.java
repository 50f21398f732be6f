package duet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.Encoding;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.WeightDelta;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A schema in use never changes: a change is a new file {@code published/Name.vN.avsc} beside the
 * older ones.
 */
class SchemaCompatibilityTest {
    static Stream<Schema> current() {
        return Stream.of(
                InteractionWindow.getClassSchema(),
                WeightDelta.getClassSchema(),
                ModelRelease.getClassSchema(),
                ReleaseStatus.getClassSchema(),
                DeviceReset.getClassSchema(),
                DeadLetter.getClassSchema());
    }

    @Nested
    class Published {
        @ParameterizedTest
        @CsvSource({
            "InteractionWindow, 1, 4813368136290b46",
            "InteractionWindow, 2, c02147de3b0b020c",
            "WeightDelta, 1, 305671d4f20ba807",
            "WeightDelta, 2, 1be03ee82df9efc1",
            "WeightDelta, 3, 378eed352a4b5897",
            "WeightDelta, 4, 42ad6df19ede6527",
            "DeviceReset, 1, 7f1affc195d20a73",
            "ModelRelease, 1, cd69c52b5f600ff0",
            "ModelRelease, 2, 852755bb0215a46f",
            "ModelRelease, 3, 3b92b123e712448a",
            "ReleaseStatus, 1, 5395f4bd3e8bdea0",
            "DeadLetter, 1, 8f72b38e58056a68"
        })
        void neverChanges(String name, int version, String fingerprint) {
            Schema published = PublishedSchemas.of(name).get(version - 1);
            assertThat(
                            String.format(
                                    Locale.ROOT,
                                    "%016x",
                                    SchemaNormalization.parsingFingerprint64(published)))
                    .isEqualTo(fingerprint);
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.serde.SchemaCompatibilityTest#current")
        void newestIsTheCurrentOne(Schema current) {
            List<Schema> published = PublishedSchemas.of(current.getName());
            assertThat(published).isNotEmpty();
            Schema newest = published.get(published.size() - 1);
            // equals sees defaults, which fingerprints leave out; it does not see the generated
            // types' string type
            assertThat(newest).isEqualTo(withoutStringType(current));
            assertThat(SchemaNormalization.parsingFingerprint64(current))
                    .isEqualTo(SchemaNormalization.parsingFingerprint64(newest));
        }

        @ParameterizedTest
        @MethodSource("duet.schemas.serde.SchemaCompatibilityTest#current")
        void everyOneIsReadByTheCurrentOne(Schema current) {
            for (Schema writer : PublishedSchemas.of(current.getName())) {
                assertThat(
                                SchemaCompatibility.checkReaderWriterCompatibility(current, writer)
                                        .getType())
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            }
        }

        private Schema withoutStringType(Schema generated) {
            return new Schema.Parser()
                    .parse(
                            generated
                                    .toString()
                                    .replace(",\"avro.java.string\":\"String\"", "")
                                    .replace("{\"type\":\"string\"}", "\"string\""));
        }
    }

    @Nested
    class AnOlderWriter {
        @Test
        void withoutAFieldThatHasADefault() throws Exception {
            Schema current = ModelRelease.getClassSchema();
            Schema older = changed(current, "metrics", null);
            GenericRecord release = new GenericData.Record(older);
            release.put("version", "sasrec-1");
            release.put("bundleUri", "file:///a");
            release.put("manifestSha256", "00");
            release.put("releasedAtMicros", 5L);
            release.put("share", 1.0);
            release.put("counter", 0L);
            release.put(
                    "state", new GenericData.EnumSymbol(older.getField("state").schema(), "LIVE"));
            assertThat(
                            SchemaCompatibilityTest.<ModelRelease>read(
                                    current, older, RecordLimits.RELEASE, release))
                    .isEqualTo(
                            new ModelRelease(
                                    "sasrec-1",
                                    "file:///a",
                                    "00",
                                    null,
                                    5L,
                                    Map.of(),
                                    1.0,
                                    ReleaseState.LIVE,
                                    0L,
                                    null));
        }

        @Test
        void withoutAFieldThatHasNoneIsRefused() {
            Schema current = InteractionWindow.getClassSchema();
            Schema older = changed(current, "sentAtMicros", null);
            GenericRecord window = window(older);
            assertThatThrownBy(() -> read(current, older, RecordLimits.WINDOW, window))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessageContaining("sentAtMicros");
        }
    }

    @Nested
    class ANewerWriter {
        private final Schema current = InteractionWindow.getClassSchema();

        @Test
        void withMoreFieldsOfEveryKind() throws Exception {
            Schema newer =
                    changed(
                            current,
                            null,
                            """
                            {"name":"region","type":"string"},
                            {"name":"tags","type":{"type":"array","items":"string"}},
                            {"name":"weights","type":{"type":"map","values":"double"}},
                            {"name":"token","type":"bytes"}
                            """);
            GenericRecord window = window(newer);
            window.put("sentAtMicros", 9L);
            window.put("region", "eu");
            window.put("tags", List.of("a", "b"));
            window.put("weights", Map.of("x", 1.0));
            window.put("token", java.nio.ByteBuffer.allocate(0));
            assertThat(readWindow(newer, window))
                    .isEqualTo(new InteractionWindow("d", "v", 3L, List.of(), 9L));
        }

        @Test
        void whoseExtraFieldsBreakTheLimitsIsRefused() {
            Schema newer = changed(current, null, "{\"name\":\"region\",\"type\":\"string\"}");
            GenericRecord window = window(newer);
            window.put("sentAtMicros", 9L);
            window.put("region", Samples.text(257));
            assertThatThrownBy(() -> readWindow(newer, window))
                    .hasMessageEndingWith("string of 257 bytes, the limit is 256");
        }

        @Test
        void whoseExtraArrayLiesAboutItsSizeIsRefused() {
            Schema newer =
                    changed(
                            current,
                            null,
                            "{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":\"string\"}}");
            long[][] blocks = {
                {1L << 60}, {-1, -1}, {-1, 1L << 60}, {Long.MIN_VALUE, 1}, {-1, 200}
            };
            for (long[] block : blocks) {
                byte[] record =
                        Samples.record(
                                newer,
                                out -> {
                                    out.writeString("d");
                                    out.writeString("v");
                                    out.writeLong(3);
                                    out.writeLong(0);
                                    out.writeLong(9);
                                    for (long number : block) {
                                        out.writeLong(number);
                                    }
                                });
                RecordDecoder<InteractionWindow> decoder =
                        new RecordDecoder<>(current, RecordLimits.WINDOW, List.of(newer));
                assertThatThrownBy(() -> decoder.decode(record))
                        .isInstanceOf(MalformedRecordException.class);
            }
        }

        @Test
        void withAnEncodingThatTheReaderLacksGivesADeltaThatIsRefusedWhole() throws Exception {
            Schema reader = WeightDelta.getClassSchema();
            Schema newer =
                    new Schema.Parser()
                            .parse(reader.toString().replace("\"INT4\"]", "\"INT4\",\"INT2\"]"));
            Schema layerSchema = newer.getField("layers").schema().getElementType();
            GenericRecord layer = new GenericData.Record(layerSchema);
            layer.put("name", "dynamic.1");
            layer.put("shape", List.of(3, 2));
            layer.put(
                    "encoding",
                    new GenericData.EnumSymbol(layerSchema.getField("encoding").schema(), "INT2"));
            layer.put("scales", java.nio.ByteBuffer.allocate(6));
            layer.put("data", java.nio.ByteBuffer.allocate(3));
            layer.put("rank", 0);
            GenericRecord delta = new GenericData.Record(newer);
            delta.put("deviceId", "d");
            delta.put("modelVersion", "v");
            delta.put("lastSequence", 1L);
            delta.put("answeredWindows", 1);
            delta.put("layers", List.of(layer));
            delta.put("windowSentAtMicros", 1L);
            delta.put("receivedAtMicros", 2L);
            delta.put("generatedAtMicros", 3L);
            delta.put("checksum", 4);
            delta.put("revision", 5L);
            delta.put("epoch", 6L);
            WeightDelta read = read(reader, newer, RecordLimits.DELTA, delta);
            assertThat(read.getLayers().get(0).getEncoding()).isEqualTo(Encoding.UNKNOWN);
            assertThatThrownBy(() -> DeltaCodec.decode(read.getLayers().get(0)))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage("layer dynamic.1 has an encoding this reader does not know");
        }

        @Test
        void whoseSchemaIsNotPublishedHereIsRefused() {
            Schema newer = changed(current, null, "{\"name\":\"region\",\"type\":\"string\"}");
            GenericRecord window = window(newer);
            window.put("sentAtMicros", 9L);
            window.put("region", "eu");
            assertThatThrownBy(() -> Records.windowDecoder().decode(write(newer, window)))
                    .isInstanceOf(MalformedRecordException.class)
                    .hasMessageEndingWith("is not a published version of InteractionWindow");
        }

        private InteractionWindow readWindow(Schema newer, GenericRecord window)
                throws MalformedRecordException {
            return read(current, newer, RecordLimits.WINDOW, window);
        }
    }

    /**
     * A device that was never updated: what it reads of today's records with the schemas of version
     * 1.
     */
    @Nested
    class AnOlderReader {
        private GenericRecord read(org.apache.avro.specific.SpecificRecordBase record, byte[] bytes)
                throws IOException {
            Schema writer = record.getSchema();
            Schema reader = PublishedSchemas.of(writer.getName()).get(0);
            return new GenericDatumReader<GenericRecord>(writer, reader)
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(
                                            bytes,
                                            RecordDecoder.HEADER_BYTES,
                                            bytes.length - RecordDecoder.HEADER_BYTES,
                                            null));
        }

        private GenericRecord firstLayer(WeightDelta delta) throws IOException {
            GenericRecord read = read(delta, Records.deltaEncoder().encode(delta));
            return (GenericRecord) ((List<?>) read.get("layers")).get(0);
        }

        @Test
        void readsItemWindows() throws Exception {
            InteractionWindow window = Samples.window(3);
            GenericRecord read = read(window, Records.windowEncoder().encode(window));
            assertThat((List<?>) read.get("interactions"))
                    .extracting(interaction -> ((GenericRecord) interaction).get("itemId"))
                    .isEqualTo(List.of(100L, 101L, 102L));
        }

        @Test
        void readsAFeatureWindowAsOneOfItemsItRefuses() throws Exception {
            InteractionWindow window = Samples.featureWindow(2, 5);
            GenericRecord read = read(window, Records.windowEncoder().encode(window));
            assertThat((List<?>) read.get("interactions"))
                    .extracting(interaction -> ((GenericRecord) interaction).get("itemId"))
                    .isEqualTo(List.of(-1L, -1L));
        }

        @Test
        void readsADeltaOfRankZeroAsItWas() throws Exception {
            WeightDelta delta = Samples.delta(Encoding.INT8);
            GenericRecord layer = firstLayer(delta);
            assertThat(layer.get("encoding")).hasToString("INT8");
            assertThat(layer.get("data")).isEqualTo(delta.getLayers().get(0).getData());
        }

        @Test
        void doesNotKnowTheEncodingInt4() throws Exception {
            assertThat(firstLayer(Samples.delta(Encoding.INT4)).get("encoding"))
                    .hasToString("UNKNOWN");
        }

        /** Factors may take as much room as the layer; without the rank the checksum is another. */
        @Test
        void refusesFactorsForTheirChecksumWhereTheSizesFit() {
            WeightDelta delta = Samples.delta(Encoding.INT8);
            LayerDelta factors =
                    DeltaCodec.encode("dynamic.1", 3, 2, 1, new float[6], Encoding.INT8);
            delta.setLayers(List.of(factors));
            int checksum = DeltaChecksum.of(delta);
            factors.setRank(0);
            assertThat(factors)
                    .isEqualTo(DeltaCodec.encode("dynamic.1", 3, 2, new float[6], Encoding.INT8));
            assertThat(DeltaChecksum.of(delta)).isNotEqualTo(checksum);
        }
    }

    private static GenericRecord window(Schema schema) {
        GenericRecord window = new GenericData.Record(schema);
        window.put("deviceId", "d");
        window.put("modelVersion", "v");
        window.put("firstSequence", 3L);
        window.put("interactions", List.of());
        return window;
    }

    private static byte[] write(Schema writer, GenericRecord record) {
        return Samples.record(
                writer, out -> new GenericDatumWriter<GenericRecord>(writer).write(record, out));
    }

    private static <T extends org.apache.avro.specific.SpecificRecordBase> T read(
            Schema reader, Schema writer, RecordLimits limits, GenericRecord record)
            throws MalformedRecordException {
        return new RecordDecoder<T>(reader, limits, List.of(writer)).decode(write(writer, record));
    }

    /** The schema without one of its fields, or with more of them. */
    private static Schema changed(Schema schema, String removed, String added) {
        StringBuilder fields = new StringBuilder();
        for (Schema.Field field : schema.getFields()) {
            if (!field.name().equals(removed)) {
                fields.append(fields.isEmpty() ? "" : ",")
                        .append("{\"name\":\"" + field.name() + "\",\"type\":")
                        .append(field.schema())
                        .append("}");
            }
        }
        if (added != null) {
            fields.append(",").append(added);
        }
        return new Schema.Parser()
                .parse(
                        String.format(
                                Locale.ROOT,
                                "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"%s\",\"fields\":[%s]}",
                                schema.getName(),
                                schema.getNamespace(),
                                fields));
    }
}
