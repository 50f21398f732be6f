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

/**
 * The jobs' jar on its way to a cluster: {@code flink run -d}, in a process of its own that has Flink's lib on its class
 * path and nothing else.
 *
 * @param entryClass class of the jar whose {@code main} is run; null for the generation job
 * @param arguments options of the job
 * @param parallelism subtasks; 0 for the cluster's default
 * @param savepoint savepoint or checkpoint to start from; null for none
 */
public record JobSubmission(
        String entryClass, List<String> arguments, int parallelism, String savepoint) {

    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    private static final Pattern JOB_ID = Pattern.compile("submitted with JobID ([0-9a-f]{32})");

    /** A wrong option or bundle, in the job's own words. */
    private static final Pattern BAD_INPUT =
            Pattern.compile(Pattern.quote(InvalidInputException.class.getName()) + ": (.+)");

    private static final Pattern CAUSE = Pattern.compile("Caused by: (?:[\\w.$]+: )?(.+)");

    public JobSubmission {
        arguments = List.copyOf(arguments);
    }

    /** The generation job. */
    public JobSubmission(List<String> arguments, int parallelism, String savepoint) {
        this(null, arguments, parallelism, savepoint);
    }

    /**
     * Submits the job.
     *
     * @return Flink's id of it
     * @throws InvalidInputException if an option is wrong, in the job's own words
     * @throws IllegalStateException if the job cannot be submitted, with the reason
     */
    public String to(Cluster cluster) {
        List<String> line = new ArrayList<>(List.of("run", "-d"));
        if (parallelism > 0) {
            line.addAll(List.of("-p", Integer.toString(parallelism)));
        }
        if (savepoint != null) {
            line.addAll(List.of("-s", savepoint));
        }
        if (entryClass != null) {
            line.addAll(List.of("-c", entryClass));
        }
        line.add(cluster.layout().job().toString());
        line.addAll(arguments);
        String output = run(cluster.clientCommand(line));
        Matcher submitted = JOB_ID.matcher(output);
        if (submitted.find()) {
            return submitted.group(1);
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

    /** What a process wrote; it is ended where it takes too long. */
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
                                "the job was not submitted within %d s"
                                        .formatted(TIMEOUT.toSeconds()));
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
