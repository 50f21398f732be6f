package duet.cli.study;

import duet.cli.launch.Launch;
import duet.cli.option.Ranges;
import duet.cli.terminal.Terminal;
import duet.model.image.fashion.FashionMnist;
import duet.model.image.fashion.FashionPopulation;
import duet.model.training.image.ImageTrainingOptions;
import duet.studies.image.ImageReport;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code duet fashion} measures the method on photographs that others know. */
@Launch(modules = Launch.PYTORCH)
@Command(
        name = "fashion",
        description =
                "Trains a model on the photographs of Fashion-MNIST, which every device sees in its"
                    + " own rotation, colours and mix of classes, and measures it on devices and"
                    + " photographs it has never met. The cloud reads windows of feature vectors;"
                    + " images and labels stay on the devices. The data set is installed by `"
                        + FashionMnist.INSTALLATION
                        + "`.")
public final class FashionCommand extends ImageStudyCommand {
    private static final ImageReport.Heading HEADING =
            new ImageReport.Heading(
                    "Results on Fashion-MNIST", "./duet fashion", "docs/research/fashion.md");

    private static final int LEAST_SIDE = 7;
    private static final int MOST_SIDE = 28;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = FashionMnist.INSTALLED,
            description =
                    "Directory with the four files of Fashion-MNIST, compressed as they are"
                            + " published (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--side",
            paramLabel = "N",
            defaultValue = "" + FashionPopulation.SIDE,
            description =
                    "Rows and columns of the images that devices classify, "
                            + LEAST_SIDE
                            + " to "
                            + MOST_SIDE
                            + " (default: ${DEFAULT-VALUE}).")
    private int side;

    public FashionCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int testDevices() {
        return FashionPopulation.STANDARD.test();
    }

    @Override
    ImageStudy study() {
        Ranges.require("--side", side, LEAST_SIDE, MOST_SIDE);
        FashionMnist photographs = FashionMnist.read(data);
        return new ImageStudy(
                seed -> FashionPopulation.of(seed, FashionPopulation.STANDARD, photographs, side),
                ImageTrainingOptions.fashion(),
                HEADING);
    }
}
