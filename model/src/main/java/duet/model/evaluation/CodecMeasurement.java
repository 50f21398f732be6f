package duet.model.evaluation;

import duet.model.serving.GeneratedDeltas;
import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Sends every delta through the codec, as the job and a device do. */
final class CodecMeasurement {
    /** Any time of these years will do: it has as many bytes in a record as a real one. */
    private static final long TIME_MICROS = 1_760_000_000_000_000L;

    private static final int WARM_UP = 5_000;

    private final Ranker ranker;
    private final LongSupplier nanoClock;
    private final RecordEncoder<WeightDelta> records = Records.deltaEncoder();

    CodecMeasurement(Ranker ranker, LongSupplier nanoClock) {
        this.ranker = ranker;
        this.nanoClock = nanoClock;
    }

    CodecQuality measure(List<EvaluationTask> tasks, Encoding encoding) {
        warmUp(Ranker.batches(tasks).get(0), encoding);
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        List<Double> encodeMicros = new ArrayList<>();
        List<Double> decodeMicros = new ArrayList<>();
        long wireBytes = 0;
        long weightBytes = 0;
        for (List<EvaluationTask> batch : Ranker.batches(tasks)) {
            GeneratedDeltas deltas = ranker.deltas(batch, 0);
            List<List<LayerDelta>> encoded = new ArrayList<>(batch.size());
            long start = nanoClock.getAsLong();
            for (int device = 0; device < batch.size(); device++) {
                encoded.add(encode(deltas, device, encoding));
            }
            encodeMicros.add((nanoClock.getAsLong() - start) / 1e3 / batch.size());

            List<float[][]> layers = new ArrayList<>(batch.size());
            start = nanoClock.getAsLong();
            for (List<LayerDelta> device : encoded) {
                layers.add(decode(device));
            }
            decodeMicros.add((nanoClock.getAsLong() - start) / 1e3 / batch.size());

            for (int device = 0; device < batch.size(); device++) {
                wireBytes += wireBytes(batch.get(device), encoded.get(device));
                for (LayerDelta layer : encoded.get(device)) {
                    weightBytes += layer.getData().remaining() + layer.getScales().remaining();
                }
            }
            Ranker.addAll(metrics, ranker.scores(batch, layers));
        }
        return new CodecQuality(
                encoding,
                ranker.dimensions().rank(),
                (double) wireBytes / tasks.size(),
                (double) weightBytes / tasks.size(),
                metrics.result(),
                Median.of(encodeMicros, Double::doubleValue),
                Median.of(decodeMicros, Double::doubleValue));
    }

    /** Runs the codec without measuring it: until it is compiled, it takes many times as long. */
    private void warmUp(List<EvaluationTask> batch, Encoding encoding) {
        GeneratedDeltas deltas = ranker.deltas(batch, 0);
        for (int i = 0; i < WARM_UP; i++) {
            decode(encode(deltas, i % batch.size(), encoding));
        }
    }

    private List<LayerDelta> encode(GeneratedDeltas deltas, int device, Encoding encoding) {
        Dimensions dimensions = ranker.dimensions();
        List<LayerDelta> layers = new ArrayList<>(dimensions.dynamicLayers());
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            layers.add(
                    DeltaCodec.encode(
                            Dimensions.layerName(n),
                            dimensions.layerRows(),
                            dimensions.width(),
                            dimensions.rank(),
                            deltas.layer(device, n),
                            encoding));
        }
        return layers;
    }

    private float[][] decode(List<LayerDelta> encoded) {
        float[][] layers = ranker.globalLayers();
        try {
            for (int n = 0; n < layers.length; n++) {
                DeltaCodec.addTo(encoded.get(n), layers[n]);
            }
        } catch (CorruptDeltaException e) {
            throw new IllegalStateException("the codec does not read what it wrote", e);
        }
        return layers;
    }

    private int wireBytes(EvaluationTask task, List<LayerDelta> layers) {
        WeightDelta delta =
                new WeightDelta(
                        task.user(),
                        ranker.bundle().modelVersion(),
                        (long) task.history().length - 1,
                        1,
                        layers,
                        TIME_MICROS,
                        TIME_MICROS,
                        TIME_MICROS,
                        0,
                        0L,
                        null,
                        0L);
        return task.user().getBytes(StandardCharsets.UTF_8).length + records.encode(delta).length;
    }
}
