package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.BundleWriter;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.WeightDelta;
import duet.schemas.release.AddressReader;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import duet.schemas.serde.WindowValidation;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, the contracts are kept by")
class SchemasFuzzTest {
    private static final RecordDecoder<InteractionWindow> WINDOW = Records.windowDecoder();
    private static final RecordDecoder<WeightDelta> DELTA = Records.deltaDecoder();
    private static final RecordDecoder<ModelRelease> RELEASE = Records.releaseDecoder();
    private static final RecordDecoder<ReleaseStatus> STATUS = Records.releaseStatusDecoder();
    private static final RecordDecoder<DeadLetter> LETTER = Records.deadLetterDecoder();

    /** The weights of the layers that {@code FuzzCorpus} writes. */
    private static final float[] WEIGHTS = new float[20];

    static final FuzzTarget<byte[]> WINDOWS =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> WindowValidation.check(WINDOW.decode(input)),
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> DELTAS =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> {
                        WeightDelta delta = DELTA.decode(input);
                        DeltaChecksum.of(delta);
                        for (LayerDelta layer : delta.getLayers()) {
                            DeltaCodec.addTo(layer, WEIGHTS.clone());
                        }
                    },
                    64,
                    256 << 10,
                    MalformedRecordException.class,
                    CorruptDeltaException.class);

    static final FuzzTarget<byte[]> RELEASES =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> ReleaseValidation.check(RELEASE.decode(input)),
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> RELEASE_STATUSES =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> ReleaseValidation.check(STATUS.decode(input)),
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> DEAD_LETTERS =
            new FuzzTarget<>(
                    Function.identity(),
                    LETTER::decode,
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> SAFETENSORS =
            new FuzzTarget<>(
                    Function.identity(),
                    SchemasFuzzTest::decodeWeights,
                    64,
                    256 << 10,
                    InvalidInputException.class);

    /**
     * Decodes tensors of every type, and the table among them if there is one: it is what its
     * numbers are quantized to.
     */
    private static void decodeWeights(byte[] input) {
        Map<String, StoredTensor> tensors = Safetensors.decodeStored(input, "weights");
        if (QuantizedTable.isIn(tensors, "table")) {
            QuantizedTable table = QuantizedTable.of(tensors, "table", 2, 2);
            if (!QuantizedTable.of(table.values()).stored("table").equals(table.stored("table"))) {
                throw new AssertionError("a table that nobody writes counts");
            }
        }
    }

    /** Opens a bundle whose weight files are empty: its version is the one of its items. */
    private static void open(Path directory) {
        ModelBundle bundle = ModelBundle.open(directory);
        String version =
                BundleWriter.modelVersion(
                        bundle.manifest().backbone(),
                        new byte[0],
                        new byte[0],
                        bundle.vocabulary());
        if (bundle.manifest().formatVersion() >= 3 && !bundle.modelVersion().equals(version)) {
            throw new AssertionError("the version of another model counts");
        }
    }

    static final FuzzTarget<Path> MANIFESTS =
            new FuzzTarget<>(
                    SmallBundle.withManifest(),
                    SchemasFuzzTest::open,
                    128,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> PROBES =
            new FuzzTarget<>(
                    SmallBundle.with(ModelBundle.PROBE),
                    directory -> ModelBundle.open(directory).probe(),
                    128,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<String> ADDRESSES =
            new FuzzTarget<>(
                    input -> new String(input, StandardCharsets.UTF_8),
                    address ->
                            AddressReader.read(
                                    address,
                                    List.of("https://models.example.org/duet/", "s3://models/")),
                    128,
                    256 << 10,
                    ReleaseRefusedException.class);

    static final FuzzTarget<List<String>> ALLOWED_ADDRESSES =
            new FuzzTarget<>(
                    input -> new String(input, StandardCharsets.UTF_8).lines().toList(),
                    prefixes -> AddressReader.read("https://models.example.org/duet/7", prefixes),
                    128,
                    256 << 10,
                    InvalidInputException.class,
                    ReleaseRefusedException.class);

    static final FuzzTarget<Path> PRIVATE_KEYS =
            new FuzzTarget<>(
                    FuzzTarget.asOwnFile("private.pem"),
                    Signer::read,
                    64,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> PUBLIC_KEYS =
            new FuzzTarget<>(
                    FuzzTarget.asFile("public.pem"),
                    Verifier::read,
                    64,
                    256 << 10,
                    InvalidInputException.class);

    /**
     * What is signed stands fast, so that no signature counts but those of the signer. The
     * arithmetic allocates, whatever the input.
     */
    static final FuzzTarget<byte[]> SIGNATURES =
            new FuzzTarget<>(
                    Function.identity(),
                    SchemasFuzzTest::verify,
                    64,
                    1 << 20,
                    CorruptDeltaException.class);

    private static void verify(byte[] input) throws CorruptDeltaException {
        WeightDelta delta = SignedDeltas.delta();
        delta.setSignature(ByteBuffer.wrap(input));
        if (!SignedDeltas.verifier().verifies(delta)) {
            throw new CorruptDeltaException("nobody has signed it");
        }
        if (SignedDeltas.signatures().stream().noneMatch(made -> Arrays.equals(made, input))) {
            throw new AssertionError("a signature that was not made with the key counts");
        }
    }

    @FuzzTest
    void windows(byte[] input) {
        WINDOWS.check(input);
    }

    @FuzzTest
    void deltas(byte[] input) {
        DELTAS.check(input);
    }

    @FuzzTest
    void releases(byte[] input) {
        RELEASES.check(input);
    }

    @FuzzTest
    void releaseStatuses(byte[] input) {
        RELEASE_STATUSES.check(input);
    }

    @FuzzTest
    void deadLetters(byte[] input) {
        DEAD_LETTERS.check(input);
    }

    @FuzzTest
    void safetensors(byte[] input) {
        SAFETENSORS.check(input);
    }

    @FuzzTest
    void manifests(byte[] input) {
        MANIFESTS.check(input);
    }

    @FuzzTest
    void probes(byte[] input) {
        PROBES.check(input);
    }

    @FuzzTest
    void addresses(byte[] input) {
        ADDRESSES.check(input);
    }

    @FuzzTest
    void allowedAddresses(byte[] input) {
        ALLOWED_ADDRESSES.check(input);
    }

    @FuzzTest
    void privateKeys(byte[] input) {
        PRIVATE_KEYS.check(input);
    }

    @FuzzTest
    void publicKeys(byte[] input) {
        PUBLIC_KEYS.check(input);
    }

    @FuzzTest
    void signatures(byte[] input) {
        SIGNATURES.check(input);
    }
}
