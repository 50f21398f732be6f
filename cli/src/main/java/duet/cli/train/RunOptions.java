package duet.cli.train;

import duet.cli.terminal.Terminal;
import duet.model.data.InteractionLog;
import duet.model.training.TrainingCheckpoint;
import duet.model.training.TrainingFingerprint;
import duet.model.training.TrainingRun;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds the options of how a training is carried out, which do not say what is trained. */
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Threads that share the work of each step, up to the machine's processors. The"
                            + " same number gives the same bundle, another number another one of"
                            + " the same quality (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--resume",
            description =
                    "Go on with an interrupted training at its last whole epoch, with the same log"
                            + " and options; what comes out is the same.")
    private boolean resume;

    private @Nullable TrainingCheckpoint checkpoint;
    private @Nullable Thread onInterrupt;

    /**
     * Checks what can be checked before the log is read.
     *
     * @throws InvalidInputException naming what is out of range or missing
     */
    void check(Path bundle) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > processors) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "--threads %d: from 1 to the number of processors, %d",
                            threads,
                            processors));
        }
        Path directory = TrainingCheckpoint.beside(bundle);
        if (resume && !TrainingCheckpoint.isIn(directory)) {
            throw new InvalidInputException(
                    "--resume: " + directory + " holds no interrupted training");
        }
    }

    /**
     * Prepares a training: takes up the interrupted one or replaces it, and from here on says how
     * to go on where the command is interrupted.
     */
    TrainingRun begin(Path bundle, InteractionLog log, TrainingOptions options, Terminal terminal) {
        Path directory = TrainingCheckpoint.beside(bundle);
        SortedMap<String, String> training = TrainingFingerprint.of(log, options, threads);
        if (resume) {
            List<TrainingFingerprint.Difference> differences =
                    TrainingCheckpoint.differences(directory, training);
            if (!differences.isEmpty()) {
                throw new InvalidInputException(
                        "--resume: "
                                + directory
                                + " is of another training: "
                                + OtherTraining.inWords(differences)
                                + ": resume it with the same log and options, or train without"
                                + " --resume");
            }
            checkpoint = TrainingCheckpoint.resume(directory, training);
            checkpoint
                    .last()
                    .ifPresent(last -> terminal.line("Going on after " + last + ", as kept"));
        } else {
            boolean replaced = TrainingCheckpoint.isIn(directory);
            checkpoint = TrainingCheckpoint.fresh(directory, training);
            if (replaced) {
                terminal.line(
                        "The interrupted training in "
                                + directory
                                + " is replaced; --resume would have gone on with it");
            }
        }
        if (threads > 1) {
            terminal.line(
                    threads
                            + " threads: the bundle is reproducible with as many, not with another"
                            + " number");
        }
        TrainingCheckpoint kept = checkpoint;
        onInterrupt =
                new Thread(
                        () -> kept.last().ifPresent(this::sayInterrupted), "training-interrupted");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        return new TrainingRun(threads, checkpoint);
    }

    private void sayInterrupted(String last) {
        PrintWriter err = command.commandLine().getErr();
        err.println(
                "\nInterrupted after "
                        + last
                        + ", which is kept: the same command with --resume goes on there");
        err.flush();
    }

    /**
     * Returns what a bundle's manifest says of the training.
     *
     * @param log what part of the log it saw, by name
     */
    SortedMap<String, Object> recorded(TrainingOptions options, SortedMap<String, Object> log) {
        SortedMap<String, Object> recorded = new TreeMap<>(options.asMap());
        recorded.putAll(log);
        recorded.put("threads", threads);
        return recorded;
    }

    /** Ends a training whose bundle is written: nothing is left to resume. */
    void finish() {
        if (checkpoint != null) {
            checkpoint.delete();
        }
    }

    /** No longer says how to go on; whoever resumes the training may. */
    void close() {
        if (checkpoint != null) {
            checkpoint.close();
        }
        if (onInterrupt == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException e) {
            // The command is being interrupted; the hook says so.
            onInterrupt = null;
        }
    }
}
