/** What the brokers have to answer before a job, a fleet or a command begins with them. */
package duet.operations.broker;
