package duet.fuzz;

import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds a delta with all signatures of one key that count for it: alone, and in a batch. */
final class SignedDeltas {
    private static final int BATCH = 5;
    private static final int PLACE = 3;

    private static final Verifier VERIFIER = Verifier.read(keyFile("signed.pub.pem", true));
    private static final List<byte[]> SIGNATURES = sign();

    private SignedDeltas() {}

    static Verifier verifier() {
        return VERIFIER;
    }

    static List<byte[]> signatures() {
        return SIGNATURES;
    }

    /** Returns a new instance of the delta, without a signature. */
    static WeightDelta delta() {
        return delta(PLACE);
    }

    private static List<byte[]> sign() {
        Signer signer = Signer.read(keyFile("signed.pem", false));
        List<WeightDelta> batch = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            batch.add(delta(i));
        }
        return List.of(bytes(signer.sign(delta())), bytes(signer.sign(batch).get(PLACE)));
    }

    private static WeightDelta delta(int device) {
        try {
            WeightDelta delta = Records.deltaDecoder().decode(SoundInputs.deltas().get(0));
            delta.setDeviceId(String.format(Locale.ROOT, "d-%d", device));
            delta.setSignature(null);
            return delta;
        } catch (MalformedRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path keyFile(String name, boolean ofPublic) {
        return FuzzTarget.asOwnFile(name).apply(SoundInputs.keys(ofPublic).get(0));
    }

    private static byte[] bytes(ByteBuffer signature) {
        byte[] bytes = new byte[signature.remaining()];
        signature.duplicate().get(bytes);
        return bytes;
    }
}
