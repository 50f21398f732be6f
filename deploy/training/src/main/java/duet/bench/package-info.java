/** Benchmarks of the parameter generator, with JMH. */
package duet.bench;
