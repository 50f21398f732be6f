package duet.cli.cluster;

import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.FlinkRest;
import duet.cluster.JobSubmission;
import duet.cluster.Waiting;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet cluster submit} starts the generation job on the cluster. */
@Command(
        name = "submit",
        description =
                "Submits the parameter generation job, and returns once all of its tasks run.")
final class SubmitCommand implements Runnable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final int MOST_SUBTASKS = 128;

    private final Terminal terminal;

    @Mixin private ClusterDirectory directory;

    @Option(
            names = "--bundle",
            paramLabel = "BUNDLE",
            description = "Directory of the model to serve; without one, releases alone say.")
    private @Nullable Path bundle;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of the job (default: one for each TaskManager).")
    private @Nullable Integer parallelism;

    @Option(
            names = "--from-savepoint",
            paramLabel = "PATH",
            description = "Savepoint or checkpoint to go on from.")
    private @Nullable String savepoint;

    @Parameters(
            paramLabel = "JOB OPTION",
            description = "Options of the job, as in --encoding int8.")
    private List<String> options = new ArrayList<>();

    SubmitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (parallelism != null && (parallelism < 1 || parallelism > MOST_SUBTASKS)) {
            throw new InvalidInputException(
                    "--parallelism is " + parallelism + ", it must be 1 to " + MOST_SUBTASKS);
        }
        Cluster cluster = directory.running();
        List<String> arguments = new ArrayList<>();
        if (options.stream().noneMatch(SubmitCommand::namesBrokers)) {
            arguments.addAll(List.of("--bootstrap-servers", cluster.shape().bootstrapServers()));
        }
        if (bundle != null) {
            arguments.addAll(List.of("--bundle", bundle.toAbsolutePath().normalize().toString()));
        }
        arguments.addAll(options);
        String job =
                new JobSubmission(arguments, parallelism == null ? 0 : parallelism, savepoint)
                        .to(cluster);
        terminal.line("Submitted job " + job);
        boolean runs =
                Waiting.until(
                        () -> {
                            Optional<FlinkRest.Job> state = cluster.flink().job(job);
                            if (state.filter(FlinkRest.Job::ended).isPresent()) {
                                throw new IllegalStateException(
                                        "the job ended as "
                                                + state.get().state()
                                                + ": "
                                                + cluster.flink().failure(job).orElse(""));
                            }
                            return state.filter(FlinkRest.Job::runs).isPresent();
                        },
                        START_TIMEOUT);
        if (!runs) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "the job does not run after %d s%s",
                            START_TIMEOUT.toSeconds(),
                            cluster.flink()
                                    .failure(job)
                                    .map(failure -> ": " + failure)
                                    .orElse("")));
        }
        terminal.line("It runs; see " + cluster.shape().restUrl() + "/#/job/running/" + job);
        terminal.line(
                "Send it windows with: duet simulate --bootstrap-servers "
                        + cluster.shape().bootstrapServers()
                        + (bundle == null ? " --bundle BUNDLE" : " --bundle " + bundle));
    }

    private static boolean namesBrokers(String option) {
        return option.matches("--(duet\\.)?bootstrap-servers(=.*)?");
    }
}
