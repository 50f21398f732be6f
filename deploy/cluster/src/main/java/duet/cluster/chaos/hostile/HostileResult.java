package duet.cluster.chaos.hostile;

import java.util.Map;
import java.util.Optional;

/**
 * Says what became of the hostile records of a round.
 *
 * @param counts by what is wrong with them
 * @param problem one line that says which did not end as they have to; empty if all did
 */
public record HostileResult(Map<HostileKind, HostileCount> counts, Optional<String> problem) {}
