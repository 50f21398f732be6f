package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Says which part of a fleet that several processes share the run was.
 *
 * @param index from 1
 * @param count number of parts
 */
@JsonPropertyOrder({"index", "count"})
public record PartFacts(int index, int count) {
    /** A fleet has at most so many parts. */
    public static final int MOST = 1024;
}
