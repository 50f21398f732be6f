package duet.cli.study;

import duet.cli.option.JsonFile;
import duet.cli.option.Output;
import duet.cli.option.Ranges;
import duet.cli.option.WrittenFile;
import duet.cli.terminal.Terminal;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.BundleWriter;
import duet.studies.image.ImageReport;
import duet.studies.image.ImageRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds what the commands that train and measure a model of images have in common. */
abstract class ImageStudyCommand implements Runnable {
    private final Terminal terminal;

    @Output(Output.Kind.BUNDLE)
    @Option(
            names = "--out",
            required = true,
            paramLabel = "BUNDLE",
            description =
                    "Directory to write the model to; an older bundle there is replaced. With"
                            + " several seeds, the directory of theirs: BUNDLE-SEED.")
    private Path out;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Most epochs of each phase; a phase stops earlier once it no longer gets"
                            + " better.")
    private @Nullable Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            split = ",",
            defaultValue = "7",
            description =
                    "Seed of the devices and of all chance; several, as in 1,2,3, are run one after"
                            + " the other (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds;

    @Option(
            names = "--fine-tune",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "Devices to fine-tune the global model on, for comparison; 0 for none (default:"
                            + " ${DEFAULT-VALUE}).")
    private int fineTune;

    @Output(Output.Kind.FILE)
    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "File to write the figures of all seeds to, as a page in Markdown.")
    private @Nullable Path report;

    @Mixin private JsonFile json;

    ImageStudyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Returns how many devices the study measures on. */
    abstract int testDevices();

    /**
     * Prepares the study, once the common options are known to be sound.
     *
     * @throws InvalidInputException if an option of its own is not, or what it names
     */
    abstract ImageStudy study();

    @Override
    public final void run() {
        Ranges.require("--fine-tune", fineTune, 0, testDevices());
        seeds.forEach(seed -> BundleWriter.checkTarget(target(seed)));
        checkReport();
        json.check();
        ImageStudy study = study();
        TrainingOptions options =
                epochs == null ? study.options() : study.options().withEpochs(epochs);
        List<ImageRun> runs = new ArrayList<>();
        for (long seed : seeds) {
            runs.add(
                    new ImageStudyRun(terminal, study.population().apply(seed), seed, fineTune)
                            .run(options, target(seed)));
        }
        json.write(runs.size() == 1 ? runs.get(0) : Map.of("runs", runs));
        writeReport(study.heading(), runs);
    }

    private Path target(long seed) {
        return seeds.size() == 1 ? out : out.resolveSibling(out.getFileName() + "-" + seed);
    }

    private void checkReport() {
        if (report == null) {
            return;
        }
        Path folder = report.toAbsolutePath().getParent();
        if (Files.isDirectory(report) || !Files.isWritable(folder)) {
            throw new InvalidInputException(report + " cannot be written");
        }
    }

    private void writeReport(ImageReport.Heading heading, List<ImageRun> runs) {
        if (report == null) {
            return;
        }
        try {
            byte[] page = ImageReport.page(heading, runs).getBytes(StandardCharsets.UTF_8);
            WrittenFile.replace(report, out -> out.write(page));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + report, e);
        }
    }
}
