/** Holds a run's Kafka clients: windows go out; deltas, dead letters and releases come in. */
@NullMarked
package duet.simulator.fleet.kafka;

import org.jspecify.annotations.NullMarked;
