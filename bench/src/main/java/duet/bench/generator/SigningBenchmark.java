package duet.bench.generator;

import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.CanonicalDelta;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a signature over a delta of a default model (d = 32, two dynamic layers) costs the
 * job and a device, on one thread. Processor time of an operation is {@code nanos} by {@code
 * calls}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(1)
public class SigningBenchmark {
    private static final int WIDTH = 32;
    private static final int LAYERS = 2;

    /** Deltas that are signed at once, as many as a default batch has. */
    private static final int BATCH = 64;

    @Param({"INT4", "FLOAT32"})
    Encoding encoding;

    private Signer signer;
    private Verifier verifier;
    private WeightDelta delta;
    private List<WeightDelta> batch;
    private WeightDelta ofBatch;
    private KeyPair keys;
    private byte[] message;
    private byte[] signature;

    @Setup
    public void makeDelta() throws IOException, GeneralSecurityException {
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path file = Files.createTempFile("duet-bench-", ".pem");
        try {
            signer = Signer.read(pem(file, "PRIVATE KEY", keys.getPrivate()));
            verifier = Verifier.read(pem(file, "PUBLIC KEY", keys.getPublic()));
        } finally {
            Files.delete(file);
        }
        Random random = new Random(1);
        List<LayerDelta> layers = new ArrayList<>();
        for (int n = 1; n <= LAYERS; n++) {
            float[] values = new float[(WIDTH + 1) * WIDTH];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            layers.add(
                    DeltaCodec.encode(Dimensions.layerName(n), WIDTH + 1, WIDTH, values, encoding));
        }
        batch = IntStream.range(0, BATCH).mapToObj(device -> delta(device, layers)).toList();
        delta = delta(BATCH, layers);
        delta.setSignature(signer.sign(delta));
        ofBatch = WeightDelta.newBuilder(batch.get(BATCH / 2)).build();
        ofBatch.setSignature(signer.sign(batch).get(BATCH / 2));
        message = CanonicalDelta.bytes(delta);
        signature = signByJvm();
    }

    private static WeightDelta delta(int device, List<LayerDelta> layers) {
        return new WeightDelta(
                String.format(Locale.ROOT, "device-%04d", device),
                "sasrec-0123456789ab",
                36L,
                1,
                layers,
                1L,
                2L,
                3L,
                0,
                1L,
                null,
                0L);
    }

    private static Path pem(Path file, String label, Key key) throws IOException {
        return Files.writeString(
                file,
                String.format(
                        Locale.ROOT,
                        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                        label,
                        Base64.getEncoder().encodeToString(key.getEncoded()),
                        label));
    }

    @Benchmark
    public int checksum(GeneratorBenchmark.ProcessorTime time) {
        time.calls++;
        return DeltaChecksum.of(delta);
    }

    @Benchmark
    public Object sign(GeneratorBenchmark.ProcessorTime time) {
        time.calls++;
        return signer.sign(delta);
    }

    @Benchmark
    public boolean verify(GeneratorBenchmark.ProcessorTime time) {
        time.calls++;
        return verifier.verifies(delta);
    }

    /** Signs a whole batch at once; the time is that of each of its deltas. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object signBatch(GeneratorBenchmark.ProcessorTime time) {
        time.calls += BATCH;
        return signer.sign(batch);
    }

    @Benchmark
    public boolean verifyOfBatch(GeneratorBenchmark.ProcessorTime time) {
        time.calls++;
        return verifier.verifies(ofBatch);
    }

    /** Signs the same bytes with the Ed25519 that the JVM brings along, to compare with. */
    @Benchmark
    public byte[] signByJvm(GeneratorBenchmark.ProcessorTime time) throws GeneralSecurityException {
        time.calls++;
        return signByJvm();
    }

    @Benchmark
    public boolean verifyByJvm(GeneratorBenchmark.ProcessorTime time)
            throws GeneralSecurityException {
        time.calls++;
        Signature verifying = Signature.getInstance("Ed25519");
        verifying.initVerify(keys.getPublic());
        verifying.update(message);
        return verifying.verify(signature);
    }

    private byte[] signByJvm() throws GeneralSecurityException {
        Signature signing = Signature.getInstance("Ed25519");
        signing.initSign(keys.getPrivate());
        signing.update(message);
        return signing.sign();
    }
}
