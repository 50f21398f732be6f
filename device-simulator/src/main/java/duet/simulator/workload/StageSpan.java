package duet.simulator.workload;

import java.time.Duration;

/**
 * A stage span is a part of a workload during which its load follows one rule.
 *
 * @param name what a report calls it, not the same as another's
 * @param from when it begins, since the start of the stream
 * @param to when it ends
 */
public record StageSpan(String name, Duration from, Duration to) {}
