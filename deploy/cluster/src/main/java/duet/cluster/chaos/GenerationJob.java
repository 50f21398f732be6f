package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.FlinkRest;
import duet.cluster.JobSubmission;
import duet.cluster.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A generation job on a cluster, whichever submission of it runs. */
final class GenerationJob {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    private static final int SUBMISSIONS = 3;

    private final Cluster cluster;
    private final List<String> arguments;
    private String id;

    private GenerationJob(Cluster cluster, List<String> arguments) {
        this.cluster = cluster;
        this.arguments = arguments;
    }

    /** Submits a job that serves that bundle and returns once it runs. */
    static GenerationJob start(Cluster cluster, Path bundle, String... options) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--bootstrap-servers", cluster.shape().bootstrapServers()));
        arguments.addAll(List.of("--bundle", bundle.toAbsolutePath().normalize().toString()));
        arguments.addAll(List.of(options));
        GenerationJob job = new GenerationJob(cluster, arguments);
        job.submit(null);
        return job;
    }

    /** Submits it; a cluster that is still shaken may refuse at first. */
    private void submit(String savepoint) {
        JobSubmission submission = new JobSubmission(arguments, 0, savepoint);
        for (int attempt = 1; ; attempt++) {
            try {
                id = submission.to(cluster);
                break;
            } catch (IllegalStateException e) {
                if (attempt == SUBMISSIONS) {
                    throw e;
                }
            }
        }
        awaitRunning(START_TIMEOUT);
    }

    /**
     * Waits until all of its tasks run.
     *
     * @throws IllegalStateException if they do not in time, with Flink's reason
     */
    void awaitRunning(Duration atMost) {
        if (!Waiting.until(
                () -> cluster.flink().job(id).filter(FlinkRest.Job::runs).isPresent(), atMost)) {
            throw new IllegalStateException(
                    "job %s does not run after %d s: %s"
                            .formatted(
                                    id,
                                    atMost.toSeconds(),
                                    cluster.flink().failure(id).orElse("")));
        }
    }

    /** Stops it with a savepoint and starts it from there. */
    void restartFromSavepoint() {
        try {
            String savepoint = cluster.flink().stopWithSavepoint(id, cluster.layout().savepoints());
            submit(savepoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Cancels it and waits until it is gone. */
    void cancel() {
        try {
            cluster.flink().cancel(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        if (!Waiting.until(
                () -> cluster.flink().job(id).filter(FlinkRest.Job::ended).isPresent(),
                START_TIMEOUT)) {
            throw new IllegalStateException("job %s cannot be cancelled".formatted(id));
        }
    }
}
