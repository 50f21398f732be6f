package duet.studies.experiment.plan;

import duet.model.data.DataFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * This is a data set of a plan.
 *
 * @param name that it has in tables
 * @param file the interaction log
 * @param format its format
 * @param candidates file with what each user ranks; null to draw 99 negatives with a fixed seed
 */
public record DataSource(String name, Path file, DataFormat format, @Nullable Path candidates) {}
