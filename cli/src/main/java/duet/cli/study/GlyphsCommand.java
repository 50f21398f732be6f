package duet.cli.study;

import duet.cli.launch.Launch;
import duet.cli.terminal.Terminal;
import duet.model.image.glyph.GlyphPopulation;
import duet.model.training.image.ImageTrainingOptions;
import duet.studies.image.ImageReport;
import picocli.CommandLine.Command;

/** {@code duet glyphs} measures another kind of task: images in place of items. */
@Launch(modules = Launch.PYTORCH)
@Command(
        name = "glyphs",
        description =
                "Trains a model on images that every device sees in its own rotation and colours,"
                    + " and measures it on devices it has never met. The cloud reads windows of"
                    + " feature vectors; images and labels stay on the devices. The same seed and"
                    + " machine give the same bundle.")
public final class GlyphsCommand extends ImageStudyCommand {
    private static final ImageReport.Heading HEADING =
            new ImageReport.Heading(
                    "Results of the glyph task", "./duet glyphs", "docs/research/glyphs.md");

    public GlyphsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int testDevices() {
        return GlyphPopulation.STANDARD.test();
    }

    @Override
    ImageStudy study() {
        return new ImageStudy(GlyphPopulation::standard, ImageTrainingOptions.glyphs(), HEADING);
    }
}
