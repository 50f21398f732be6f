/**
 * A fleet of devices against a Kafka cluster: sends windows in an open loop, applies the deltas that come back, ranks,
 * measures. {@link duet.simulator.fleet.FleetState} decides; the rest is glue.
 */
package duet.simulator.fleet;
