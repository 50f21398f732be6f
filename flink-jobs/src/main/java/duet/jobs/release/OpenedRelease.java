package duet.jobs.release;

import duet.jobs.generation.DeltaGenerator;
import java.util.Map;

/**
 * An opened release was fetched, verified, warmed up and probed.
 *
 * @param generator its generator, which the receiver closes
 * @param metrics what was measured on the way, by name, at most 64
 */
public record OpenedRelease(DeltaGenerator generator, Map<String, Double> metrics) {}
