package duet.cli.study;

import duet.model.image.ImagePopulation;
import duet.model.training.options.TrainingOptions;
import duet.studies.image.ImageReport;
import java.util.function.LongFunction;

/**
 * Says what a command for images trains and measures.
 *
 * @param population devices by seed
 * @param options of the training
 * @param heading of the page of figures
 */
record ImageStudy(
        LongFunction<ImagePopulation> population,
        TrainingOptions options,
        ImageReport.Heading heading) {}
