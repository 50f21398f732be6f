/** A run's Kafka clients: windows out; deltas, dead letters and releases in. */
package duet.simulator.fleet.kafka;
