package duet.simulator.machine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.ScoreComparison;
import duet.device.ScoredItem;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.simulator.fleet.run.ExactDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What this machine computes with a bundle, for another machine to be compared with: deltas as the
 * job generates them, the ranking of a device that has applied them, and the scores of {@code
 * device.onnx}, which the bundle has for devices with another runtime. The histories are the same
 * everywhere.
 */
final class MachineScores {
    private static final int DEVICES = 20;
    private static final int SHOWN = 10;

    private final ModelBundle bundle;
    private final Vocabulary vocabulary;
    private final Dimensions dimensions;
    private final long[] items;
    private final Map<String, float[]> numbers = new LinkedHashMap<>();

    private MachineScores(ModelBundle bundle) {
        this.bundle = bundle;
        this.vocabulary = bundle.vocabulary();
        this.dimensions = bundle.dimensions();
        this.items = vocabulary.ids();
    }

    /**
     * Computes and writes.
     *
     * @param args the bundle, of a model that reads histories and whose devices have no long
     *     memory, and the file
     */
    public static void main(String[] args) throws IOException, OrtException {
        Path file = Path.of(args[1]);
        Files.write(
                file,
                of(ModelBundle.open(Path.of(args[0]))).entrySet().stream()
                        .map(MachineScores::line)
                        .toList(),
                StandardCharsets.UTF_8);
        System.out.println(machine());
    }

    /** Names the operating system, the processor's architecture and the JVM. */
    static String machine() {
        return String.join(
                " ",
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                "Java",
                System.getProperty("java.version"));
    }

    /** Returns what {@link #main} has written. */
    static Map<String, float[]> read(Path file) throws IOException {
        Map<String, float[]> numbers = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(": ", 2);
            String[] values = parts[1].split(" ");
            float[] row = new float[values.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = Float.parseFloat(values[i]);
            }
            numbers.put(parts[0], row);
        }
        return numbers;
    }

    private static String line(Map.Entry<String, float[]> row) {
        List<String> values = new ArrayList<>();
        for (float value : row.getValue()) {
            values.add(Float.toString(value));
        }
        return row.getKey() + ": " + String.join(" ", values);
    }

    /** Computes; the keys say of what the numbers are. */
    static Map<String, float[]> of(ModelBundle bundle) throws OrtException {
        return new MachineScores(bundle).compute();
    }

    private Map<String, float[]> compute() throws OrtException {
        List<long[]> histories = histories();
        List<Device> devices = personalized(histories);
        for (int i = 0; i < DEVICES; i++) {
            Device device = devices.get(i);
            ScoreComparison scores = device.compare(histories.get(i), items);
            numbers.put("device runtime, global " + i, scores.global());
            numbers.put("device runtime, personalized " + i, scores.personalized());
            List<ScoredItem> best = device.topK(histories.get(i), SHOWN);
            float[] ranked = new float[best.size()];
            for (int rank = 0; rank < ranked.length; rank++) {
                ranked[rank] = best.get(rank).score();
            }
            numbers.put("device runtime, ranking " + i, ranked);
        }
        byte[] graph = read(ModelBundle.DEVICE_ONNX);
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(graph)) {
            for (int i = 0; i < DEVICES; i++) {
                numbers.put(
                        "device.onnx, personalized " + i,
                        score(session, histories.get(i), devices.get(i)));
            }
        }
        return numbers;
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(bundle.file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Histories of every length, the empty one among them. */
    private List<long[]> histories() {
        Random random = new Random(7);
        List<long[]> histories = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            int length = i * dimensions.history() / (DEVICES - 1);
            histories.add(
                    random.ints(length, 0, items.length).mapToLong(at -> items[at]).toArray());
        }
        return histories;
    }

    private List<Device> personalized(List<long[]> histories) {
        DeviceModel model = DeviceModel.load(bundle);
        List<Device> devices = new ArrayList<>();
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            GeneratedDeltas deltas = generator.generate(histories);
            for (int i = 0; i < DEVICES; i++) {
                Device device = new Device("device-" + i, model);
                ApplyOutcome outcome =
                        device.apply(
                                ExactDelta.generated(
                                        device.id(), model.version(), dimensions, 0, deltas, i));
                if (outcome != ApplyOutcome.APPLIED) {
                    throw new IllegalStateException(device.id() + ": " + outcome);
                }
                numbers.put("generated layer " + i, deltas.layer(i, 1));
                devices.add(device);
            }
        }
        return devices;
    }

    /** Scores every item by the graph of the bundle. */
    private float[] score(OrtSession session, long[] history, Device device) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int[] window = vocabulary.window(history, dimensions.window());
        long[] candidates = new long[items.length];
        for (int i = 0; i < candidates.length; i++) {
            candidates[i] = vocabulary.indexOf(items[i]);
        }
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        inputs.put(
                "window",
                OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap(Arrays.stream(window).asLongStream().toArray()),
                        new long[] {1, window.length}));
        inputs.put(
                "candidates",
                OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap(candidates),
                        new long[] {1, candidates.length}));
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            inputs.put(
                    Dimensions.layerName(n),
                    OnnxTensor.createTensor(
                            environment,
                            FloatBuffer.wrap(device.layer(n)),
                            new long[] {1, dimensions.layerRows(), dimensions.width()}));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            return ((float[][]) result.get(0).getValue())[0];
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
