package duet.jobs.recovery;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.stream.DrivenJob;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writes the savepoints under {@code flink-jobs/src/test/resources/savepoints} with the job as it
 * is: run before a change to the state's format, so that tests can restore what the code before the
 * change wrote. The one argument is a directory that does not exist yet.
 */
final class SavepointWriter {
    private SavepointWriter() {}

    public static void main(String[] args) throws Exception {
        Path target = Files.createDirectory(Path.of(args[0]));
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                EmbeddedFlink flink = EmbeddedFlink.start(2)) {
            write(broker, flink, "items", target);
            write(broker, flink, "features", target);
        }
    }

    private static void write(EmbeddedBroker broker, EmbeddedFlink flink, String kind, Path target)
            throws Exception {
        boolean features = kind.equals("features");
        Path bundles = Files.createTempDirectory("duet-bundle-");
        ModelBundle bundle = PastModel.write(bundles.resolve("bundle"), features);
        try (DrivenJob job =
                DrivenJob.of(flink, DrivenJob.configuration(broker, bundle, "past-" + kind))) {
            job.start();
            for (PastDevice device : PastDevice.all()) {
                for (PastDevice.Span span : device.before()) {
                    job.send(device.window(span, bundle.modelVersion(), features));
                }
            }
            job.awaitCheckpointOfAllSent();
            Path savepoint = Path.of(URI.create(job.stop(target)));
            Files.move(savepoint, target.resolve(kind));
        }
        writeContents(target.resolve(kind + ".csv"), features);
    }

    /** What the savepoint must hold, computed from the windows alone. */
    private static void writeContents(Path file, boolean features) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("device,sequence numbers," + (features ? "vectors" : "items"));
        for (PastDevice device : PastDevice.all()) {
            long[] sequences = device.newest(device.before());
            lines.add(
                    String.join(
                            ",",
                            device.id(),
                            words(sequences),
                            features
                                    ? Arrays.stream(device.vectors(sequences))
                                            .map(SavepointWriter::vector)
                                            .collect(Collectors.joining(" "))
                                    : words(device.items(sequences))));
        }
        Files.write(file, lines);
    }

    private static String words(long[] numbers) {
        return LongStream.of(numbers).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    private static String vector(float[] numbers) {
        return IntStream.range(0, numbers.length)
                .mapToObj(i -> Float.toString(numbers[i]))
                .collect(Collectors.joining(":"));
    }
}
