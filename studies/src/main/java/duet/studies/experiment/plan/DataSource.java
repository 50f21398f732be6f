package duet.studies.experiment.plan;

import duet.interactions.LogSource;
import duet.model.data.SplitRule;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * This is a data set of a plan.
 *
 * @param name that it has in tables
 * @param log the interaction log, and how it is read
 * @param split which interactions are tested, and so kept out of training
 * @param candidates file with what each user ranks; null to draw 99 negatives with a fixed seed
 */
public record DataSource(String name, LogSource log, SplitRule split, @Nullable Path candidates) {}
