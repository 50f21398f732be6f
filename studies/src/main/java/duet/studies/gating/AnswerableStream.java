package duet.studies.gating;

import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaAssembly;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.generation.DeltaGenerator;
import duet.jobs.generation.DeviceWindow;
import duet.jobs.generation.MicroBatch;
import duet.jobs.generation.ServedModel;
import duet.jobs.generation.UnusableDeltaException;
import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import duet.schemas.bundle.ModelBundle;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.Workload;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The stream goes through a workload with the parts of the generation job, each window by itself,
 * on the caller's thread: it gives what the job makes of it in Kafka and Flink, without them.
 */
final class AnswerableStream {
    private final ModelBundle bundle;
    private final DeltaEncoding encoding;

    AnswerableStream(ModelBundle bundle, DeltaEncoding encoding) {
        this.bundle = bundle;
        this.encoding = encoding;
    }

    /** Hands over every window of the workload, in the order in which they are sent. */
    void forEach(Workload workload, Consumer<Answerable> consumer) {
        DeviceHistory[] histories = new DeviceHistory[workload.devices()];
        Arrays.fill(histories, DeviceHistory.empty());
        DeltaGenerator generator = BundleGenerator.factory(bundle.directory()).create();
        DeltaAssembly assembly =
                new DeltaAssembly(generator.modelVersion(), bundle.dimensions(), encoding, null);
        try (ServedModel model = new ServedModel(generator, assembly, new MicroBatch(1, 1))) {
            Iterator<ScheduledWindow> windows = workload.windows();
            while (windows.hasNext()) {
                ScheduledWindow window = windows.next();
                int device = window.device();
                histories[device] =
                        histories[device]
                                .merge(
                                        window.firstSequence(),
                                        new ItemIds(window.items()),
                                        bundle.dimensions().history())
                                .history();
                consumer.accept(
                        answer(model, workload.deviceId(device), window, histories[device]));
            }
        }
    }

    private static Answerable answer(
            ServedModel model, String deviceId, ScheduledWindow window, DeviceHistory history) {
        if (!model.knowsAny(history.contents())) {
            return new Answerable(window, null, null);
        }
        model.batch()
                .add(
                        new DeviceWindow(
                                deviceId,
                                model.version(),
                                window.firstSequence(),
                                new ItemIds(window.items()),
                                window.eventTimesMillis(),
                                window.offsetMicros(),
                                window.offsetMicros(),
                                new DeviceWindow.Origin(0, 0, null)),
                        history);
        DeltaGenerator.Deltas deltas = model.generator().generate(List.of(history.contents()));
        try {
            return new Answerable(
                    window,
                    deltas.embedding(0),
                    model.assembly()
                            .assemble(
                                    model.batch().drain().get(0),
                                    0,
                                    deltas,
                                    0,
                                    window.offsetMicros()));
        } catch (UnusableDeltaException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
