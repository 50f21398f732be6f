/** Holds a run's Kafka clients: windows go out; deltas, dead letters and releases come in. */
package duet.simulator.fleet.kafka;
