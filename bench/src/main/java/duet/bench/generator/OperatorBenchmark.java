package duet.bench.generator;

import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.PendingDevice;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.generation.WindowKey;
import duet.jobs.generation.WindowReader;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import duet.jobs.history.ItemIds;
import duet.jobs.serialization.CompactTypeInformation;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.WindowValidation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what the generation operator does for one window besides generating, step by step on one
 * thread. It reads windows of four interactions with a full history and makes deltas of the sizes
 * of a bundle.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(1)
public class OperatorBenchmark {
    private static final int FRESH = 4;
    private static final long NOW_MICROS = 1_700_000_000_000_000L;
    private static final String DEVICE = "device-0001";

    /** Names the directory of the bundle whose sizes deltas and histories have. */
    @Param("")
    String bundle;

    @Param({"INT4", "FLOAT32"})
    DeltaEncoding encoding;

    private int capacity;
    private byte[] key;
    private byte[] windowRecord;
    private WindowReader windowReader;
    private RecordDecoder<InteractionWindow> windowDecoder;
    private DeviceWindow window;
    private DeviceHistory history;
    private byte[] historyBytes;
    private byte[] windowBytes;
    private TypeSerializer<DeviceWindow> windowSerializer;
    private DataOutputSerializer output;
    private DataInputDeserializer input;
    private DeltaAssembly assembly;
    private RecordEncoder<WeightDelta> deltaEncoder;
    private PendingDevice pending;
    private DeltaGenerator.Deltas deltas;

    @Setup
    public void prepare() throws MalformedRecordException, IOException {
        ModelBundle model = ModelBundle.open(Path.of(bundle));
        Dimensions dimensions = model.dimensions();
        capacity = dimensions.history();
        Random random = new Random(1);
        long[] items =
                random.ints(capacity, 1, model.vocabulary().size() + 1)
                        .mapToLong(model.vocabulary()::idOf)
                        .toArray();
        history = DeviceHistory.empty().merge(0, new ItemIds(items), capacity).history();

        key = DEVICE.getBytes(StandardCharsets.UTF_8);
        windowRecord = Records.windowEncoder().encode(next(model.modelVersion(), items));
        windowReader = new WindowReader(WindowKey.DEVICE_ID);
        windowDecoder = Records.windowDecoder();
        window = windowReader.read(windowRecord, NOW_MICROS, 1, 1_000_000, key);

        output = new DataOutputSerializer(4096);
        input = new DataInputDeserializer();
        windowSerializer = CompactTypeInformation.DEVICE_WINDOW.createSerializer(null);
        windowSerializer.serialize(window, output);
        windowBytes = output.getCopyOfBuffer();
        output.clear();
        HistoryEncoding.write(history, output);
        historyBytes = output.getCopyOfBuffer();

        assembly = new DeltaAssembly(model.modelVersion(), dimensions, encoding, null);
        deltaEncoder = Records.deltaEncoder();
        MicroBatch batch = new MicroBatch(1, 1);
        batch.add(window, history);
        pending = batch.drain().get(0);
        deltas = numbers(dimensions.generatedSize(), dimensions.embeddingWidth(), random);
    }

    /** Returns the window after a history. */
    private static InteractionWindow next(String version, long[] items) {
        List<Interaction> interactions = new ArrayList<>();
        for (int i = 0; i < FRESH; i++) {
            interactions.add(Interactions.ofItem(items[i], NOW_MICROS / 1_000 + i));
        }
        return new InteractionWindow(
                DEVICE, version, (long) items.length, interactions, NOW_MICROS);
    }

    private static DeltaGenerator.Deltas numbers(int size, int embeddingWidth, Random random) {
        float[] layer = new float[size];
        for (int i = 0; i < size; i++) {
            layer[i] = (float) random.nextGaussian();
        }
        return new DeltaGenerator.Deltas() {
            @Override
            public float[] embedding(int device) {
                return new float[embeddingWidth];
            }

            @Override
            public float[] layer(int device, int n) {
                return layer.clone();
            }
        };
    }

    @Benchmark
    public Object readWindow(GeneratorBenchmark.ProcessorTime time)
            throws MalformedRecordException {
        time.calls++;
        return windowReader.read(windowRecord, NOW_MICROS, 1, 1_000_000, key);
    }

    /**
     * Reads a window the way of those in older schemas, with features, or with anything else that
     * is unusual.
     */
    @Benchmark
    public Object readUnusualWindow(GeneratorBenchmark.ProcessorTime time)
            throws MalformedRecordException {
        time.calls++;
        InteractionWindow decoded = windowDecoder.decode(windowRecord);
        WindowValidation.check(decoded);
        return DeviceWindow.of(decoded, NOW_MICROS, 1, 1_000_000, key);
    }

    @Benchmark
    public Object shuffleWindow(GeneratorBenchmark.ProcessorTime time) throws IOException {
        time.calls++;
        output.clear();
        windowSerializer.serialize(window, output);
        input.setBuffer(windowBytes);
        return windowSerializer.deserialize(input);
    }

    @Benchmark
    public Object mergeHistory(GeneratorBenchmark.ProcessorTime time) {
        time.calls++;
        return history.merge(window.firstSequence(), window.contents(), capacity);
    }

    /** Does what RocksDB adds to {@link #mergeHistory}, but for RocksDB itself. */
    @Benchmark
    public Object readAndWriteHistory(GeneratorBenchmark.ProcessorTime time) throws IOException {
        time.calls++;
        output.clear();
        HistoryEncoding.write(history, output);
        input.setBuffer(historyBytes);
        return HistoryEncoding.read(input);
    }

    @Benchmark
    public Object makeDelta(GeneratorBenchmark.ProcessorTime time) throws UnusableDeltaException {
        time.calls++;
        return assembly.assemble(pending, 0, deltas, 0, NOW_MICROS);
    }

    @Benchmark
    public Object makeAndWriteDelta(GeneratorBenchmark.ProcessorTime time)
            throws UnusableDeltaException {
        time.calls++;
        return deltaEncoder.encode(assembly.assemble(pending, 0, deltas, 0, NOW_MICROS));
    }
}
