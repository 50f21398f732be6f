package duet.schemas.serde;

import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.Encoding;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.record.WeightDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Small valid records, and records written by hand. */
final class Samples {
    private Samples() {}

    static InteractionWindow window(int interactions) {
        List<Interaction> items = new ArrayList<>();
        for (int i = 0; i < interactions; i++) {
            items.add(Interactions.ofItem(100L + i, 1_700_000_000_000L + i));
        }
        return new InteractionWindow(
                "d-42", "sasrec-0123456789ab", 7L, items, 1_700_000_000_000_000L);
    }

    static InteractionWindow featureWindow(int interactions, int dimension) {
        List<Interaction> vectors = new ArrayList<>();
        for (int i = 0; i < interactions; i++) {
            float[] vector = new float[dimension];
            Arrays.fill(vector, i + 0.25f);
            vectors.add(Interactions.ofFeatures(vector, 1_700_000_000_000L + i));
        }
        return new InteractionWindow(
                "d-42", "perceptron-0123456789ab", 7L, vectors, 1_700_000_000_000_000L);
    }

    static WeightDelta delta(Encoding encoding) {
        List<LayerDelta> layers =
                List.of(layer("dynamic.1", encoding), layer("dynamic.2", encoding));
        WeightDelta delta =
                new WeightDelta(
                        "d-42",
                        "sasrec-0123456789ab",
                        36L,
                        2,
                        layers,
                        1L,
                        2L,
                        3L,
                        0,
                        5L,
                        ByteBuffer.wrap(new byte[] {9, 8}),
                        0L);
        delta.setChecksum(DeltaChecksum.of(delta));
        return delta;
    }

    private static LayerDelta layer(String name, Encoding encoding) {
        float[] values = {0.5f, -0.25f, 1, 0, -1, 0.125f};
        return DeltaCodec.encode(name, 3, 2, values, encoding);
    }

    static ModelRelease release() {
        return new ModelRelease(
                "sasrec-0123456789ab",
                "file:///models/a",
                "00ff",
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                5L,
                Map.of("userAuc", 0.9, "ndcg10", 0.25),
                0.25,
                ReleaseState.WITHDRAWN,
                0L,
                null);
    }

    static ReleaseStatus releaseStatus() {
        return new ReleaseStatus(
                "sasrec-0123456789ab",
                "00ff",
                3,
                4,
                ServingState.REFUSED,
                "manifest.json has another SHA-256",
                Map.of("loadMs", 812.0),
                9L);
    }

    static DeadLetter deadLetter() {
        return new DeadLetter(
                "duet.windows",
                3,
                99L,
                ByteBuffer.wrap(new byte[] {'k'}),
                ByteBuffer.wrap(new byte[] {0, -1, 2}),
                3L,
                "InteractionWindow of 3 bytes is cut",
                8L);
    }

    interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    /** A record with the fingerprint of {@code schema} and a body of the test's choice. */
    static byte[] record(Schema schema, Body body) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(header(SchemaNormalization.parsingFingerprint64(schema)));
            BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
            body.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] header(long fingerprint) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 0x01)
                .putLong(fingerprint)
                .array();
    }

    static String text(int length) {
        return "x".repeat(length);
    }
}
