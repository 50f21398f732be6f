package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.FlinkRest;
import duet.cluster.JobSubmission;
import duet.cluster.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Controls a generation job on a cluster, whichever submission of it runs. */
final class GenerationJob {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(10);

    /**
     * A job may take so long to appear: a JobManager that has just become the leader reads its jobs
     * for some time.
     */
    private static final Duration APPEARANCE_TIMEOUT = Duration.ofSeconds(60);

    private static final int SUBMISSIONS = 5;

    /**
     * A complete savepoint or checkpoint holds a file of this name, at most {@link #METADATA_DEPTH}
     * levels below the directory of all.
     */
    private static final String METADATA = "_metadata";

    private static final int METADATA_DEPTH = 2;

    private final Cluster cluster;
    private final List<String> arguments;
    private JobSubmission submission;
    private @Nullable Path savepoint;

    private GenerationJob(Cluster cluster, List<String> arguments) {
        this.cluster = cluster;
        this.arguments = arguments;
    }

    /** Submits a job with these options that serves that bundle and returns once it runs. */
    static GenerationJob start(Cluster cluster, Path bundle, List<String> options) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--bootstrap-servers", cluster.shape().bootstrapServers()));
        arguments.addAll(List.of("--bundle", bundle.toAbsolutePath().normalize().toString()));
        arguments.addAll(options);
        GenerationJob job = new GenerationJob(cluster, arguments);
        job.submitNew(null);
        return job;
    }

    private void submitNew(@Nullable String from) {
        submission = new JobSubmission(arguments, 0, from);
        submit();
    }

    /** Submits it; a cluster that is still shaken may refuse at first. */
    private void submit() {
        for (int attempt = 1; ; attempt++) {
            try {
                submission.to(cluster);
                break;
            } catch (IllegalStateException e) {
                if (attempt == SUBMISSIONS) {
                    throw e;
                }
            }
        }
        awaitRunning(START_TIMEOUT);
    }

    /** Returns Flink's id of the submission that runs. */
    String id() {
        return submission.jobId();
    }

    /**
     * Waits until all of its tasks run.
     *
     * @throws IllegalStateException if they do not in time, with Flink's reason
     */
    void awaitRunning(Duration atMost) {
        if (!Waiting.until(
                () -> cluster.flink().job(id()).filter(FlinkRest.Job::runs).isPresent(), atMost)) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "job %s does not run after %d s: %s",
                            id(),
                            atMost.toSeconds(),
                            cluster.flink().failure(id()).orElse("")));
        }
    }

    /**
     * Submits it again where it has ended or is not there, from the newest savepoint or checkpoint
     * there is.
     *
     * @return what was wrong; nothing if it was there
     */
    Optional<String> revive() {
        if (!Waiting.until(() -> cluster.flink().job(id()).isPresent(), APPEARANCE_TIMEOUT)) {
            submit();
            return Optional.of("the cluster had no job " + id());
        }
        Optional<FlinkRest.Job> ended = cluster.flink().job(id()).filter(FlinkRest.Job::ended);
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        String problem =
                "the job had ended as "
                        + ended.get().state()
                        + ": "
                        + cluster.flink().failure(id()).orElse("");
        submitNew(newestState().map(Path::toString).orElse(null));
        return Optional.of(problem);
    }

    private Optional<Path> newestState() {
        return Stream.of(
                        cluster.layout().checkpoints().resolve(id()), cluster.layout().savepoints())
                .flatMap(directory -> states(directory).stream())
                .max(Comparator.comparing(metadata -> metadata.toFile().lastModified()))
                .map(Path::getParent);
    }

    private static List<Path> states(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory, METADATA_DEPTH)) {
            return files.filter(file -> file.getFileName().toString().equals(METADATA)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    /**
     * Stops it with a savepoint and starts it from there. What it no longer needs of its states
     * before is deleted.
     */
    void restartFromSavepoint() {
        String stopped = id();
        Path before = savepoint;
        try {
            savepoint =
                    Path.of(
                            URI.create(
                                    cluster.flink()
                                            .stopWithSavepoint(
                                                    stopped, cluster.layout().savepoints())));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        submitNew(savepoint.toString());
        cluster.deleteCheckpoints(stopped);
        if (before != null) {
            cluster.deleteSavepoint(before);
        }
    }

    /** Cancels it and waits until it is gone, its checkpoints too. */
    void cancel() {
        cancel(cluster, id());
    }

    /** Cancels every other job of the cluster, left by a fault that was not made in full. */
    void cancelOthers() {
        try {
            for (FlinkRest.Job job : cluster.flink().jobs()) {
                if (!job.id().equals(id()) && !job.ended()) {
                    cancel(cluster, job.id());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void cancel(Cluster cluster, String job) {
        try {
            cluster.flink().cancel(job);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        if (!Waiting.until(
                () -> cluster.flink().job(job).filter(FlinkRest.Job::ended).isPresent(),
                START_TIMEOUT)) {
            throw new IllegalStateException("job " + job + " cannot be cancelled");
        }
        cluster.deleteCheckpoints(job);
    }
}
