/**
 * Simulates the network between devices and broker as a scenario describes it: latency, loss, and
 * times without a connection. It is pure: no Kafka, no clock, no threads; every outcome follows
 * from a seed, the device and the record.
 */
@NullMarked
package duet.simulator.network;

import org.jspecify.annotations.NullMarked;
