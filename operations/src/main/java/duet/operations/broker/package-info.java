/**
 * Holds the Kafka clients, and checks what the brokers have to answer before a job, a fleet or a
 * command begins with them.
 */
@NullMarked
package duet.operations.broker;

import org.jspecify.annotations.NullMarked;
