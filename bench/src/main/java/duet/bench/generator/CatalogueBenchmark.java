package duet.bench.generator;

import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoredItem;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
 * Measures what it takes a device to find the best 10 of a catalogue of 100,000 items with the
 * backbone SASRec at width 32, on one thread, with the item table as float32 and as int8.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(1)
public class CatalogueBenchmark {
    private static final int ITEMS = 100_000;
    private static final int BEST = 10;

    @Param({"float32", "int8"})
    String table;

    private Device device;
    private long[] history;

    @Setup
    public void makeDevice() throws IOException {
        Dimensions dimensions =
                new Dimensions(
                        ITEMS,
                        30,
                        30,
                        new DeviceSizes(32, 1, 1, 32),
                        2,
                        GeneratorSizes.recurrent(2, 2, 2, 2, 1));
        Vocabulary vocabulary = Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray());
        ModelTensors float32 = ModelTensors.untrained(dimensions, 7);
        Path directory = Files.createTempDirectory("duet-bench-");
        try {
            device =
                    new Device(
                            "d",
                            DeviceModel.load(
                                    BundleExport.write(
                                            directory.resolve("bundle"),
                                            Backbone.SASREC.id(),
                                            dimensions,
                                            vocabulary,
                                            table.equals("int8")
                                                    ? float32.withInt8Items()
                                                    : float32,
                                            new TreeMap<>(),
                                            new TreeMap<>(),
                                            Optional.empty())));
        } finally {
            delete(directory);
        }
        history = LongStream.rangeClosed(1, 30).map(i -> i * 3_001).toArray();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Benchmark
    public List<ScoredItem> topK() {
        return device.topK(history, BEST);
    }
}
