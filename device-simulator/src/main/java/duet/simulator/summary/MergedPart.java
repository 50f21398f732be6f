package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A merged part is one of the runs that a merged summary is of.
 *
 * @param index part of the fleet, from 1
 * @param startedAt when it started, ISO 8601
 * @param windows windows the broker took of it
 * @param achievedPerSecond rate at which it really sent windows
 * @param bottleneck whether its load generator limited it
 * @param machine what it ran on
 */
@JsonPropertyOrder({"index", "startedAt", "windows", "achievedPerSecond", "bottleneck", "machine"})
public record MergedPart(
        int index,
        String startedAt,
        long windows,
        double achievedPerSecond,
        boolean bottleneck,
        MachineFacts machine) {}
