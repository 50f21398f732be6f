package duet.cli.fleet;

import duet.cli.option.Ranges;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says how the embedded cloud side of a command runs. */
final class StreamOptions {

    private static final int MOST_BY_DEFAULT = 4;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description =
                    "How deltas are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DeltaEncoding encoding = DuetOptions.ENCODING.defaultValue();

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description =
                    "Subtasks of the generation job (default: half the processors, at most 4).")
    private @Nullable Integer parallelism;

    /**
     * Starts the cloud side.
     *
     * @param job further options of the job
     */
    EmbeddedStack start(Path bundle, Configuration job) {
        Configuration all = new Configuration(job);
        all.set(DuetOptions.ENCODING, encoding);
        return EmbeddedStack.start(ParameterGenerationJob.serving(bundle, all), parallelism());
    }

    /** Refuses what no cluster could run. */
    void check() {
        Ranges.require("--parallelism", parallelism(), 1, 128);
    }

    private int parallelism() {
        return parallelism != null
                ? parallelism
                : Math.max(
                        1,
                        Math.min(MOST_BY_DEFAULT, Runtime.getRuntime().availableProcessors() / 2));
    }
}
