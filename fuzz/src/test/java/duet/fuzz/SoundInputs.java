package duet.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import duet.device.DeltaOrder;
import duet.device.FileOrderStore;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.HistoryEncoding;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.jobs.policy.SentDelta;
import duet.jobs.policy.SentDeltaEncoding;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.training.TrainedNetwork;
import duet.model.training.options.TrainingOptions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.Encoding;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import duet.simulator.report.Report;
import duet.simulator.report.SmallReport;
import duet.simulator.scenario.Scenario;
import duet.studies.experiment.cell.CellRankings;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.Contents;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** Makes the inputs from which fuzzing starts, with our own writers. */
final class SoundInputs {
    /** The device that inputs are of where it matters. */
    static final String DEVICE = "d-1";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MICROS = 1_700_000_000_000_000L;
    private static final String VERSION = "sasrec-0123456789ab";
    private static final RankingMetrics.Within WITHIN = new RankingMetrics.Within(0.5, 0.5);
    private static final String HASH = "0123456789abcdef".repeat(4);

    private SoundInputs() {}

    /** Returns the inputs of a fuzz test, by its name. */
    static List<byte[]> of(String fuzzTest) {
        try {
            return switch (fuzzTest) {
                case "SchemasFuzzTest#windows", "JobsFuzzTest#receivedWindows" -> windows();
                case "SchemasFuzzTest#deltas", "DeviceFuzzTest#appliedDeltas" -> deltas();
                case "SchemasFuzzTest#releases", "JobsFuzzTest#releaseRecords" -> releases();
                case "SchemasFuzzTest#releaseStatuses" -> releaseStatuses();
                case "SchemasFuzzTest#deadLetters", "OperationsFuzzTest#storedLetters" ->
                        deadLetters();
                case "SchemasFuzzTest#safetensors" -> safetensors();
                case "SchemasFuzzTest#manifests" -> SmallBundle.manifests();
                case "SchemasFuzzTest#probes" -> probes();
                case "SchemasFuzzTest#addresses" ->
                        texts("https://models.example.org:443/duet/sasrec-1/", "s3://models/a%20b");
                case "SchemasFuzzTest#allowedAddresses" ->
                        texts("https://models.example.org/duet/\nfile:///models/\n");
                case "SchemasFuzzTest#privateKeys" -> keys(false);
                case "SchemasFuzzTest#publicKeys" -> keys(true);
                case "SchemasFuzzTest#signatures" -> SignedDeltas.signatures();
                case "ModelFuzzTest#csvLogs" ->
                        texts("user,item,timestamp\n" + lines("ann,%d,%d", "bob,%d,%d"));
                case "ModelFuzzTest#tabLogs" -> texts(lines("ann\t%d\t4\t%d", "bob\t%d\t2.5\t%d"));
                case "ModelFuzzTest#colonLogs" -> texts(lines("1::%d::4::%d", "2::%d::5::%d"));
                case "ModelFuzzTest#sequenceLogs" -> texts("ann 3 5 8 13 21\nbob 5 3 21 8 13 3\n");
                case "ModelFuzzTest#candidateLists" -> texts("ann\t21\t5,13\nbob\t3\t5\n");
                case "ModelFuzzTest#generatorWeights" -> weights(ModelBundle.GENERATOR_WEIGHTS);
                case "ModelFuzzTest#idxFiles" -> idxFiles();
                case "ModelFuzzTest#trainedNetworks" -> trainedNetworks();
                case "ModelFuzzTest#trainingCheckpoints" -> trainingCheckpoints();
                case "DeviceFuzzTest#deviceWeights" -> deviceWeights();
                case "DeviceFuzzTest#keptOrders" -> keptOrders();
                case "JobsFuzzTest#deviceResets" -> deviceResets();
                case "JobsFuzzTest#histories" -> histories();
                case "JobsFuzzTest#sentDeltas" -> sentDeltas();
                case "JobsFuzzTest#kafkaProperties" ->
                        texts(
                                "# how to reach it\nsecurity.protocol=SASL_SSL\n"
                                        + "sasl.jaas.config=Module required \\\n  password=\"x\";\n"
                                        + "client.id : \\u00e4\n");
                case "JobsFuzzTest#loadRecords" -> texts("4194304 1700000000000", "1 0");
                case "SimulatorFuzzTest#scenarios" -> scenarios();
                case "SimulatorFuzzTest#thresholds" -> texts("p99 < 100 ms", "unsent<=1%");
                case "SimulatorFuzzTest#summaries" -> report(Report.SUMMARY);
                case "SimulatorFuzzTest#histograms" -> report(Report.HISTOGRAMS);
                case "StudiesFuzzTest#plans" -> texts(PLAN);
                case "StudiesFuzzTest#contents" -> contents();
                case "StudiesFuzzTest#cellResults" -> cellResults();
                case "StudiesFuzzTest#rankings" -> rankings();
                default -> throw new IllegalArgumentException("no inputs for " + fuzzTest);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String PLAN =
            """
            name: small
            title: A small plan
            data:
              - {name: log, file: data/log.csv, format: csv}
              - {name: other, file: /data/u.data, format: ml-100k, candidates: c.tsv}
            seeds: [1, 2]
            backbones: [sasrec, din]
            training: {width: 16, feedForward: 16, network: {epochs: 3}}
            trainingByBackbone:
              din: {feedForward: 8}
            evaluation: {ages: [0, 10], controls: false}
            evaluationByBackbone: {din: {encodings: []}}
            variants:
              - name: default
                evaluation: {ages: [0, 50], encodings: [float32, int4]}
              - name: full
                about: no factors
                backbones: [sasrec]
                training: {rank: 0, memoryDecays: [0.5], generator: {learningRate: 1}}
              - name: none
                generator: false
            """;

    private static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /** Returns a line of each form for each item, with a time. */
    private static String lines(String... forms) {
        StringBuilder lines = new StringBuilder();
        for (String form : forms) {
            for (int i = 0; i < SmallBundle.ITEMS.length; i++) {
                lines.append(
                        form.replaceFirst("%d", Long.toString(SmallBundle.ITEMS[i]))
                                .replaceFirst("%d", Integer.toString(880_000_000 - i)));
                lines.append('\n');
            }
        }
        return lines.toString();
    }

    private static List<byte[]> windows() {
        List<Interaction> items = new ArrayList<>();
        List<Interaction> vectors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            items.add(Interactions.ofItem(100L + i * 1000, MICROS / 1000 + i));
            vectors.add(Interactions.ofFeatures(new float[] {i, 0.25f}, MICROS / 1000 + i));
        }
        return List.of(
                Records.windowEncoder()
                        .encode(new InteractionWindow("d-1", VERSION, 7L, items, MICROS)),
                Records.windowEncoder()
                        .encode(new InteractionWindow("d-1", VERSION, 300L, vectors, MICROS)));
    }

    static List<byte[]> deltas() {
        List<byte[]> deltas = new ArrayList<>();
        for (Encoding encoding : List.of(Encoding.FLOAT32, Encoding.INT8, Encoding.INT4)) {
            for (int rank : new int[] {0, 1}) {
                float[] values = new float[rank == 0 ? 20 : 12];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (i % 7 - 3) / 8f;
                }
                deltas.add(delta(DeltaCodec.encode("dynamic.1", 5, 4, rank, values, encoding)));
            }
        }
        return deltas;
    }

    private static byte[] delta(LayerDelta layer) {
        WeightDelta delta =
                WeightDelta.newBuilder()
                        .setDeviceId("d-1")
                        .setModelVersion(VERSION)
                        .setLastSequence(36)
                        .setAnsweredWindows(2)
                        .setLayers(List.of(layer))
                        .setWindowSentAtMicros(MICROS)
                        .setReceivedAtMicros(MICROS + 1)
                        .setGeneratedAtMicros(MICROS + 2)
                        .setChecksum(0)
                        .setRevision(5)
                        .setSignature(ByteBuffer.wrap(new byte[64]))
                        .build();
        delta.setChecksum(DeltaChecksum.of(delta));
        return Records.deltaEncoder().encode(delta);
    }

    private static List<byte[]> releases() {
        ModelRelease release =
                ModelRelease.newBuilder()
                        .setVersion(VERSION)
                        .setBundleUri("file:///models/a")
                        .setManifestSha256(HASH)
                        .setSignature(ByteBuffer.wrap(new byte[64]))
                        .setReleasedAtMicros(MICROS)
                        .setMetrics(new TreeMap<>(Map.of("userAuc", 0.75)))
                        .setShare(0.25)
                        .setState(ReleaseState.LIVE)
                        .build();
        return List.of(Records.releaseEncoder().encode(release));
    }

    private static List<byte[]> releaseStatuses() {
        ReleaseStatus status =
                ReleaseStatus.newBuilder()
                        .setVersion(VERSION)
                        .setManifestSha256(HASH)
                        .setSubtask(3)
                        .setParallelism(4)
                        .setState(ServingState.REFUSED)
                        .setReason("manifest.json has another SHA-256")
                        .setMetrics(new TreeMap<>(Map.of("loadMs", 812.0)))
                        .setAtMicros(MICROS)
                        .build();
        return List.of(Records.releaseStatusEncoder().encode(status));
    }

    private static List<byte[]> keptOrders() throws IOException {
        Path file = Scratch.directory("orders").resolve("order");
        new FileOrderStore(file, DEVICE).keep(new DeltaOrder(MICROS, 302, 7, MICROS + 9));
        return List.of(Files.readAllBytes(file));
    }

    private static List<byte[]> deviceResets() {
        return List.of(
                Records.deviceResetEncoder()
                        .encode(new DeviceReset(DEVICE, MICROS, "numbers far ahead")),
                Records.deviceResetEncoder().encode(new DeviceReset(DEVICE, MICROS, null)));
    }

    private static List<byte[]> deadLetters() {
        List<byte[]> letters = new ArrayList<>();
        for (byte[] value : List.of(windows().get(0), new byte[] {0, -1, 2})) {
            DeadLetter letter =
                    DeadLetter.newBuilder()
                            .setTopic("duet.windows")
                            .setPartition(3)
                            .setOffset(99)
                            .setKey(ByteBuffer.wrap("d-1".getBytes(StandardCharsets.UTF_8)))
                            .setValue(ByteBuffer.wrap(value))
                            .setValueSize(value.length)
                            .setReason("InteractionWindow is malformed")
                            .setFailedAtMicros(MICROS)
                            .build();
            letters.add(Records.deadLetterEncoder().encode(letter));
        }
        return letters;
    }

    private static List<byte[]> safetensors() {
        return List.of(
                Safetensors.encode(
                        Map.of(
                                "a", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2),
                                "b", Tensor.of(new float[] {5}, 1),
                                "none", Tensor.of(new float[0], 0))),
                Safetensors.encode(
                        QuantizedTable.of(Tensor.of(new float[] {1, -2, 0.5f, 3}, 2, 2))
                                .stored("table")));
    }

    private static List<byte[]> probes() throws IOException {
        QualityProbe probe =
                new QualityProbe(
                        0.5,
                        0.75,
                        List.of(
                                new QualityProbe.User(
                                        new long[] {3, 5, 8}, 13, new long[] {21, 3})));
        return List.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(probe));
    }

    private static List<byte[]> weights(String file) throws IOException {
        return List.of(Files.readAllBytes(SmallBundle.in("bundle").directory().resolve(file)));
    }

    /** The weights with an item table of float32, and with one of int8. */
    private static List<byte[]> deviceWeights() throws IOException {
        List<byte[]> float32 = weights(ModelBundle.DEVICE_WEIGHTS);
        Map<String, Tensor> tensors = Safetensors.decode(float32.get(0), "weights");
        return List.of(
                float32.get(0),
                Safetensors.encode(
                        new ModelTensors(tensors, Map.of()).withInt8Items().storedDevice()));
    }

    /** Whoever reads this knows the key that is made of it. */
    private static final class NoRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 13);
        }
    }

    /** Returns a key that signs nothing, the same one each time. */
    static List<byte[]> keys(boolean ofPublic) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new NoRandom());
            KeyPair pair = generator.generateKeyPair();
            String label = ofPublic ? "PUBLIC KEY" : "PRIVATE KEY";
            byte[] key = (ofPublic ? pair.getPublic() : pair.getPrivate()).getEncoded();
            return texts(
                    "-----BEGIN "
                            + label
                            + "-----\n"
                            + Base64.getMimeEncoder().encodeToString(key)
                            + "\n-----END "
                            + label
                            + "-----\n");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns three rows of 28 values, compressed. */
    private static List<byte[]> idxFiles() throws IOException {
        ByteBuffer idx = ByteBuffer.allocate(12 + 3 * 28);
        idx.putInt(0x802).putInt(3).putInt(28);
        for (int i = 0; idx.hasRemaining(); i++) {
            idx.put((byte) (i * i));
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(idx.array());
        }
        return List.of(compressed.toByteArray());
    }

    private static List<byte[]> trainedNetworks() throws IOException {
        Path directory = Scratch.directory("trained");
        TrainingOptions options = TrainingOptions.defaults();
        new TrainedNetwork(
                        Backbone.SASREC,
                        1,
                        options.network(),
                        SmallBundle.DIMENSIONS,
                        Vocabulary.of(SmallBundle.ITEMS),
                        Map.of(),
                        List.of(),
                        new RankingMetrics(1, 0.5, 0.5, WITHIN, WITHIN, WITHIN))
                .write(directory);
        return List.of(Files.readAllBytes(directory.resolve("network.json")));
    }

    private static List<byte[]> trainingCheckpoints() throws IOException {
        Path directory = Scratch.directory("kept.training");
        ModelFuzzTest.keepCheckpoint(directory);
        return List.of(Files.readAllBytes(directory.resolve("checkpoint.json")));
    }

    private static List<byte[]> histories() throws IOException {
        List<byte[]> histories = new ArrayList<>();
        for (InteractionContents contents :
                List.of(
                        new ItemIds(3, 5, 70_000),
                        new FeatureVectors(new float[][] {{1, 2}, {3, 4}}))) {
            DeviceHistory history =
                    DeviceHistory.empty()
                            .merge(4, contents, 10)
                            .history()
                            .merge(40, contents, 10)
                            .history()
                            .written(MICROS / 1000);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            HistoryEncoding.write(history, new DataOutputStream(bytes));
            histories.add(bytes.toByteArray());
        }
        return histories;
    }

    private static List<byte[]> sentDeltas() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SentDeltaEncoding.write(
                SentDelta.of(VERSION, new float[] {0.5f, -0.25f, 1}, MICROS / 1000),
                new DataOutputStream(bytes));
        return List.of(bytes.toByteArray());
    }

    private static List<byte[]> scenarios() throws IOException {
        List<byte[]> scenarios = new ArrayList<>();
        for (String name : List.of("chaos", "smoke")) {
            try (InputStream in =
                    Scenario.class.getResourceAsStream(
                            "/duet/simulator/scenario/" + name + ".yaml")) {
                scenarios.add(in.readAllBytes());
            }
        }
        return scenarios;
    }

    private static List<byte[]> report(String file) throws IOException {
        Path directory = Scratch.directory("report");
        SmallReport.write(1, directory);
        return List.of(Files.readAllBytes(directory.resolve(file)));
    }

    private static List<byte[]> contents() throws IOException {
        return List.of(
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                new Contents(
                                        "small",
                                        "small.yaml",
                                        "A small plan",
                                        "",
                                        List.of(
                                                new Contents.VariantEntry(
                                                        "default", "", List.of("default"), 16)),
                                        List.of(new Contents.Cell("log-sasrec-1", HASH)),
                                        List.of("other"))));
    }

    private static List<byte[]> rankings() throws IOException {
        TreeMap<String, CellRankings.Ranks> byWay = new TreeMap<>();
        byWay.put("global", new CellRankings.Ranks(new int[] {50, 98}, null));
        byWay.put("age0", new CellRankings.Ranks(new int[] {61, 97}, new int[] {0, 1}));
        return List.of(
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                new CellRankings(
                                        HASH,
                                        HASH,
                                        new int[] {99},
                                        byWay,
                                        new TreeMap<>(Map.of("global", 0.75)))));
    }

    private static List<byte[]> cellResults() throws IOException {
        return List.of(
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                new CellResult(
                                        new CellResult.Origin(
                                                "small", "log", "sasrec", "default", 1, HASH),
                                        JsonNodeFactory.instance.objectNode().put("rank", 4),
                                        new CellResult.DataFacts(1, 2, 3),
                                        VERSION,
                                        new CellResult.Training(
                                                new CellResult.Seconds(2, 1), null, List.of()),
                                        null,
                                        new CellResult.Cost(16, 123, 4, 0.25, null, 2112L, 240L),
                                        new TreeMap<>(Map.of("java", "17")))));
    }
}
