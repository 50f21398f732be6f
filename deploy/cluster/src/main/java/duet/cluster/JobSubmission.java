package duet.cluster;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.runtime.client.DuplicateJobSubmissionException;
import org.jspecify.annotations.Nullable;

/**
 * Submits a job to a cluster: it runs {@code flink run -d}, in a process of its own that has
 * Flink's lib on its class path and nothing else.
 *
 * <p>The job's id is chosen here: a cluster that got the job although its answer did not arrive in
 * time takes it for the same one when it is submitted again, and never runs it twice.
 *
 * @param jobId Flink's id of the job, 32 hexadecimal digits; a job that has ended needs another one
 * @param other the program to run in place of the generation job; null for that job itself
 * @param arguments options of the job
 * @param parallelism subtasks; 0 for the cluster's default
 * @param savepoint savepoint or checkpoint to start from; null for none
 */
public record JobSubmission(
        String jobId,
        @Nullable OtherProgram other,
        List<String> arguments,
        int parallelism,
        @Nullable String savepoint) {

    /**
     * A program that is no part of the product. It may use the classes of the job's jar, which
     * stand on its class path.
     *
     * @param entryClass class whose {@code main} is run
     * @param jar where it is
     */
    public record OtherProgram(String entryClass, Path jar) {}

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");

    /** Matches what the job says of a wrong option or bundle, in its own words. */
    private static final Pattern BAD_INPUT =
            Pattern.compile(Pattern.quote(InvalidInputException.class.getName()) + ": (.+)");

    private static final Pattern CAUSE = Pattern.compile("Caused by: (?:[\\w.$]+: )?(.+)");

    public JobSubmission {
        arguments = List.copyOf(arguments);
    }

    /** Makes a submission that no cluster has seen before. */
    public JobSubmission(
            @Nullable OtherProgram other,
            List<String> arguments,
            int parallelism,
            @Nullable String savepoint) {
        this(JobID.generate().toHexString(), other, arguments, parallelism, savepoint);
    }

    /** Makes a submission of the generation job that no cluster has seen before. */
    public JobSubmission(List<String> arguments, int parallelism, @Nullable String savepoint) {
        this(null, arguments, parallelism, savepoint);
    }

    /**
     * Submits the job. To do so once more, after a failure too, changes nothing where the cluster
     * has it already.
     *
     * @return Flink's id of it
     * @throws InvalidInputException if an option is wrong, in the job's own words
     * @throws IllegalStateException if the job cannot be submitted, with the reason
     */
    public String to(Cluster cluster) {
        return accepted(run(cluster.clientCommand(command(cluster.layout().job()))));
    }

    /** Returns what Flink's command line is told. */
    List<String> command(Path jar) {
        List<String> line = new ArrayList<>(List.of("run", "-d"));
        line.addAll(
                List.of("-D", PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID.key() + "=" + jobId));
        if (parallelism > 0) {
            line.addAll(List.of("-p", Integer.toString(parallelism)));
        }
        if (savepoint != null) {
            line.addAll(List.of("-s", savepoint));
        }
        if (other != null) {
            line.addAll(List.of("-C", jar.toUri().toString(), "-c", other.entryClass()));
        }
        line.add((other != null ? other.jar() : jar).toString());
        line.addAll(arguments);
        return line;
    }

    /**
     * Returns the id of the job if this output of Flink's command line says that the cluster has
     * it.
     */
    String accepted(String output) {
        Matcher submitted = SUBMITTED.matcher(output);
        if (submitted.find()) {
            return submitted.group(1);
        }
        if (output.contains(DuplicateJobSubmissionException.class.getSimpleName())) {
            return jobId;
        }
        Matcher bad = BAD_INPUT.matcher(output);
        if (bad.find()) {
            throw new InvalidInputException(bad.group(1).strip());
        }
        Matcher cause = CAUSE.matcher(output);
        String reason = output.lines().filter(text -> !text.isBlank()).findFirst().orElse("");
        while (cause.find()) {
            reason = cause.group(1);
        }
        throw new IllegalStateException("the job cannot be submitted: " + reason.strip());
    }

    /** Returns what a process wrote; it is ended where it takes too long. */
    private static String run(ClusterProcess.Command command) {
        try {
            Path output = Files.createTempFile("duet-submit-", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command.command())
                                .directory(command.directory().toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile());
                builder.environment().putAll(command.environment());
                Process process = builder.start();
                try {
                    if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw new IllegalStateException(
                                "the job was not submitted within " + TIMEOUT.toSeconds() + " s");
                    }
                } finally {
                    process.destroyForcibly();
                }
                return Files.readString(output, StandardCharsets.UTF_8);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run Flink's client", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the job was submitted", e);
        }
    }
}
